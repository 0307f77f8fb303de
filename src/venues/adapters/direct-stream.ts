import { loginPrehash, type OkxKey, type StreamSide, sign } from "#okx";
import type { StreamEnd, StreamMessage, Venue } from "../port.ts";
import { jsonOf } from "./json-of.ts";
import { argsBySide, type StreamArg } from "./stream-args.ts";
import { abortedEnd, firstEnd, noStreamEnd, refusedEnd, seeFrame } from "./stream-frames.ts";
import { errorText } from "./transport-error.ts";
import type { VenueAccess } from "./wire.ts";

/** Follows channels over one connection for each side that they live on. */
export function createDirectStream(
  access: Pick<VenueAccess, "streamUrl" | "key" | "timeoutMs" | "nowMs">,
): Venue["stream"] {
  return async (channels, onMessage, signal) => {
    const { streamUrl } = access;
    if (streamUrl === null) return noStreamEnd;
    const parts = [...argsBySide(channels)].map(
      ([side, args]) =>
        async (stop: AbortSignal): Promise<StreamEnd> =>
          followSide({ ...access, streamUrl, side, args, onMessage }, stop),
    );
    return firstEnd(parts, signal);
  };
}

type Following = Pick<VenueAccess, "key" | "timeoutMs" | "nowMs"> &
  Readonly<{
    streamUrl: string;
    side: StreamSide;
    args: readonly StreamArg["arg"][];
    onMessage: (message: StreamMessage) => void;
  }>;

async function followSide(following: Following, signal: AbortSignal): Promise<StreamEnd> {
  const { side, args, key, onMessage } = following;
  const needsLogin = side === "private";
  if (needsLogin && key === null) {
    return { code: "login_failed", message: "a private channel needs a key" };
  }
  const { WebSocket } = await import("ws");
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  const socket = new WebSocket(`${following.streamUrl}/${side}`, {
    handshakeTimeout: following.timeoutMs,
  });
  const beat = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.send("ping");
  }, heartbeatMs);
  let silence = setTimeout(() => {}, 0);

  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      resolve({ code: "connection_lost", message: `nothing was heard for ${silenceMs} ms` });
    }, silenceMs);
  };
  const send = (message: unknown): void => socket.send(JSON.stringify(message));
  const subscribe = (): void => send({ op: "subscribe", args });
  heard();

  socket.on("open", () => {
    if (needsLogin && key !== null) send(loginMessage(key, following.nowMs()));
    else subscribe();
  });
  socket.on("message", (data) => {
    heard();
    const seen = seeFrame(Buffer.isBuffer(data) ? jsonOf(data.toString("utf8")) : null);
    if (seen.type === "push") onMessage(seen.message);
    else if (seen.type === "login") subscribe();
    else if (seen.type === "refused") resolve(refusedEnd(seen.code, seen.message));
  });
  socket.on("error", (error) => {
    resolve({ code: "connection_lost", message: errorText(error) });
  });
  socket.on("close", (code) => {
    resolve({ code: "connection_lost", message: `the venue closed the connection (${code})` });
  });
  const stop = (): void => resolve(abortedEnd);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();

  try {
    return await promise;
  } finally {
    clearInterval(beat);
    clearTimeout(silence);
    signal.removeEventListener("abort", stop);
    socket.terminate();
  }
}

/** OKX closes a connection on which nothing moved for 30 seconds. */
const heartbeatMs = 15_000;
const silenceMs = 45_000;

function loginMessage({ apiKey, secret, passphrase }: OkxKey, nowMs: number): unknown {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = sign(secret, loginPrehash(timestamp));
  return { op: "login", args: [{ apiKey, passphrase, timestamp, sign: signature }] };
}
