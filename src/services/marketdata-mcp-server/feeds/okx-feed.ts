import type { BareTick } from "./bare-tick.ts";
import { type Conversation, connectSocket, goOn, type Heard } from "./connect-socket.ts";
import type { Chance, Feed, FeedTime } from "./feed.ts";
import { keepConnected } from "./keep-connected.ts";
import { readOkxFrame } from "./okx-messages.ts";
import { type OpenSocket, openTextSocket } from "./text-socket.ts";

export type OkxFeedOptions = Readonly<{
  /** `wss://ws.okx.com:8443/ws/v5/public`, or a server that speaks like it. */
  url: string;
  symbols: readonly string[];
  time: FeedTime;
  chance: Chance;
  onMalformed: (message: string) => void;
  open?: OpenSocket;
}>;

/** Best bid and ask, and trades, of OKX's public stream. No key is needed and none is taken. */
export function createOkxFeed(options: OkxFeedOptions): Feed {
  const { time, chance, open = openTextSocket } = options;
  const args = ["tickers", "trades"].flatMap((channel) => {
    return options.symbols.map((instId) => ({ channel, instId }));
  });
  return {
    name: "okx",
    sequences: "increasing",
    async start(onTick, onState, signal): Promise<void> {
      function take(tick: BareTick): void {
        onTick({ ...tick, received_ts_ms: Math.floor(time.nowMs()), source: "okx" });
      }
      const connect = async (stop: AbortSignal) => {
        const awaited = new Set(args.map(({ channel, instId }) => `${channel} ${instId}`));
        const conversation: Conversation = {
          url: options.url,
          opening: () => [JSON.stringify({ op: "subscribe", args })],
          hear: (text) => hearOkx(text, { awaited, take, onMalformed: options.onMalformed }),
          ping: "ping",
          pingAfterMs,
          silenceMs,
          onLive: () => onState({ state: "live", reason: null }),
        };
        return connectSocket(conversation, { open, time }, stop);
      };
      await keepConnected({ connect, time, chance, onState }, signal);
    },
  };
}

/** OKX closes a connection on which nothing moved for 30 seconds. */
const pingAfterMs = 15_000;
const silenceMs = 45_000;

type Listening = Readonly<{
  /** Subscriptions that were not confirmed yet. */
  awaited: Set<string>;
  take: (tick: BareTick) => void;
  onMalformed: (message: string) => void;
}>;

function hearOkx(text: string, { awaited, take, onMalformed }: Listening): Heard {
  const heard = readOkxFrame(text);
  if (!heard.ok) {
    onMalformed(heard.fault.message);
    return goOn;
  }
  const { value } = heard;
  if (value.type === "refused") {
    return { type: "end", refused: true, reason: `OKX refused with code ${value.code}` };
  }
  if (value.type === "ticks") for (const tick of value.ticks) take(tick);
  if (value.type !== "subscribed") return goOn;
  awaited.delete(`${value.channel} ${value.symbol}`);
  return awaited.size === 0 ? { type: "live" } : goOn;
}
