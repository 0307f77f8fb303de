import { type AlpacaMessage, parseAlpacaFrame } from "./alpaca-messages.ts";
import { type Conversation, connectSocket, goOn, type Heard } from "./connect-socket.ts";
import type { Chance, Feed, FeedTime } from "./feed.ts";
import { keepConnected } from "./keep-connected.ts";
import { type OpenSocket, openTextSocket } from "./text-socket.ts";

export type AlpacaOptions = Readonly<{
  /** `wss://stream.data.alpaca.markets/v2/iex`, or a server that speaks like it. */
  url: string;
  feed: string;
  keyId: string;
  secretKey: string;
  symbols: readonly string[];
  time: FeedTime;
  chance: Chance;
  /** A frame that could not be read: counted by the caller; the connection goes on. */
  onMalformed: (message: string) => void;
  open?: OpenSocket;
}>;

/** Quotes and trades of Alpaca's market data stream. Reads only; it has no trading address. */
export function createAlpacaFeed(options: AlpacaOptions): Feed {
  const { time, chance, open = openTextSocket } = options;
  return {
    name: `alpaca:${options.feed}`,
    sequences: "none",
    async start(onTick, onState, signal): Promise<void> {
      function take(message: AlpacaMessage): void {
        if (message.type !== "tick") return;
        onTick({ ...message.tick, received_ts_ms: Math.floor(time.nowMs()), source: "alpaca" });
      }
      const connect = async (stop: AbortSignal) => {
        const conversation: Conversation = {
          url: options.url,
          opening: () => [],
          hear: (text) => hearAlpaca(text, options, take),
          ping: null,
          pingAfterMs: silenceMs,
          silenceMs,
          onLive: () => onState({ state: "live", reason: null }),
        };
        return connectSocket(conversation, { open, time }, stop);
      };
      await keepConnected({ connect, time, chance, onState }, signal);
    },
  };
}

/** Alpaca pings nobody out of hours: silence is told by freshness; this only ends dead sockets. */
const silenceMs = 600_000;

/** Auth failed, symbol limit, subscription not in the plan, action not possible on this feed. */
const refusals: ReadonlySet<number> = new Set([402, 405, 409, 410]);
/** Already authenticated: the state we want. */
const harmless: ReadonlySet<number> = new Set([403]);

function hearAlpaca(
  text: string,
  options: AlpacaOptions,
  take: (message: AlpacaMessage) => void,
): Heard {
  const frame = parseAlpacaFrame(text);
  if (!frame.ok) {
    options.onMalformed(frame.fault.message);
    return goOn;
  }
  const answers: string[] = [];
  let heard: Heard = goOn;
  for (const message of frame.value) {
    take(message);
    if (message.type === "success" && message.text === "connected") answers.push(signIn(options));
    if (message.type === "success" && message.text === "authenticated") {
      answers.push(subscription(options));
    }
    if (message.type === "subscribed") heard = { type: "live" };
    if (message.type === "error" && !harmless.has(message.code)) {
      // The upstream's words are not repeated: some servers echo what they were sent.
      const reason = `Alpaca refused with code ${message.code}`;
      return { type: "end", refused: refusals.has(message.code), reason };
    }
  }
  return answers.length > 0 ? { type: "send", texts: answers } : heard;
}

function signIn({ keyId, secretKey }: AlpacaOptions): string {
  return JSON.stringify({ action: "auth", key: keyId, secret: secretKey });
}

function subscription({ symbols }: AlpacaOptions): string {
  return JSON.stringify({ action: "subscribe", trades: symbols, quotes: symbols });
}
