import type { FeedTime } from "./feed.ts";
import type { ConnectionEnd } from "./keep-connected.ts";
import type { OpenSocket } from "./text-socket.ts";

/** What a message of the upstream asks of the connection. */
export type Heard = Readonly<
  | { type: "go_on" }
  | { type: "send"; texts: readonly string[] }
  /** Signed in and subscribed. */
  | { type: "live" }
  | { type: "end"; refused: boolean; reason: string }
>;

export const goOn: Heard = { type: "go_on" };

export type Conversation = Readonly<{
  url: string;
  opening: () => readonly string[];
  hear: (text: string) => Heard;
  /** Sent when nothing was heard for `pingAfterMs`. */
  ping: string | null;
  pingAfterMs: number;
  /** A connection on which nothing moves for this long is dead, whatever TCP believes. */
  silenceMs: number;
  onLive: () => void;
}>;

/** One connection, from opening to end; never throws. */
export async function connectSocket(
  conversation: Conversation,
  { open, time }: Readonly<{ open: OpenSocket; time: FeedTime }>,
  signal: AbortSignal,
): Promise<ConnectionEnd> {
  const { promise, resolve } = Promise.withResolvers<ConnectionEnd>();
  const over = new AbortController();
  let wasLive = false;
  let heardAt = time.monotonicMs();
  const end = (reason: string, refused = false): void => resolve({ refused, reason, wasLive });

  const socket = open(conversation.url, {
    open(): void {
      heardAt = time.monotonicMs();
      for (const text of conversation.opening()) socket.send(text);
    },
    text(text): void {
      heardAt = time.monotonicMs();
      const heard = conversation.hear(text);
      if (heard.type === "send") for (const answer of heard.texts) socket.send(answer);
      if (heard.type === "end") end(heard.reason, heard.refused);
      if (heard.type !== "live" || wasLive) return;
      wasLive = true;
      conversation.onLive();
    },
    closed: (reason) => end(reason),
  });
  const stop = (): void => end("stopped");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();

  async function watchSilence(): Promise<void> {
    let pinged = false;
    while (!over.signal.aborted) {
      const quietMs = time.monotonicMs() - heardAt;
      if (quietMs >= conversation.silenceMs) {
        end(`nothing was heard for ${conversation.silenceMs} ms`);
        return;
      }
      if (quietMs < conversation.pingAfterMs) pinged = false;
      else if (!pinged && conversation.ping !== null) {
        pinged = true;
        socket.send(conversation.ping);
      }
      if (!(await time.sleep(silenceStepMs, over.signal))) return;
    }
  }
  const watching = watchSilence();
  const result = await promise;
  over.abort();
  signal.removeEventListener("abort", stop);
  socket.close();
  await watching;
  return result;
}

const silenceStepMs = 5000;
