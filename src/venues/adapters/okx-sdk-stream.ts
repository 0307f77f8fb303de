import { WebsocketClient } from "okx-api";
import type { StreamSide } from "#okx";
import type { StreamEnd, StreamMessage, Venue } from "../port.ts";
import { sdkCredentials } from "./okx-sdk-wire.ts";
import { argsBySide, type StreamArg } from "./stream-args.ts";
import { abortedEnd, firstEnd, noStreamEnd, refusedEnd, seeFrame } from "./stream-frames.ts";
import { errorText } from "./transport-error.ts";
import type { VenueAccess } from "./wire.ts";

/**
 * Streams through okx-api. Its one override of the address stands for every side, so each side has
 * a client of its own; its own reconnecting is not used: a lost connection ends the stream, because
 * whoever follows must know of the gap.
 */
export function createOkxSdkStream(
  access: Pick<VenueAccess, "streamUrl" | "key" | "demo" | "timeoutMs">,
): Venue["stream"] {
  return async (channels, onMessage, signal) => {
    const { streamUrl } = access;
    if (streamUrl === null) return noStreamEnd;
    const parts = [...argsBySide(channels)].map(
      ([side, args]) =>
        async (stop: AbortSignal): Promise<StreamEnd> =>
          followSide({ ...access, wsUrl: `${streamUrl}/${side}`, side, args, onMessage }, stop),
    );
    return firstEnd(parts, signal);
  };
}

type Following = Pick<VenueAccess, "key" | "demo" | "timeoutMs"> &
  Readonly<{
    wsUrl: string;
    side: StreamSide;
    args: readonly StreamArg["arg"][];
    onMessage: (message: StreamMessage) => void;
  }>;

async function followSide(following: Following, signal: AbortSignal): Promise<StreamEnd> {
  const { side, args, key, onMessage, wsUrl, demo } = following;
  if (side === "private" && key === null) {
    return { code: "login_failed", message: "a private channel needs a key" };
  }
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  const client = new WebsocketClient(
    {
      wsUrl,
      demoTrading: demo,
      ...(side === "private" && key !== null ? { accounts: [sdkCredentials(key)] } : {}),
      wsOptions: { handshakeTimeout: following.timeoutMs },
    },
    silentLogger,
  );
  client.on("update", (event) => {
    const seen = seeFrame(withoutMarks(event));
    if (seen.type === "push") onMessage(seen.message);
  });
  client.on("exception", (event: unknown) => resolve(exceptionEnd(event)));
  client.on("reconnect", () => {
    resolve({ code: "connection_lost", message: "the venue closed the connection" });
  });
  const stop = (): void => resolve(abortedEnd);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();

  const isPrivate = side === "private";
  for (const subscribed of client.subscribe(args.map(loose), isPrivate)) {
    subscribed.catch((error: unknown) => resolve(exceptionEnd(error)));
  }
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", stop);
    client.closeAll(true);
  }
}

/** The library adds its own marks to what the venue sent. */
function withoutMarks(event: unknown): unknown {
  if (typeof event !== "object" || event === null) return event;
  const {
    wsKey: _wsKey,
    isWSAPIResponse: _isWSAPIResponse,
    ...frame
  } = {
    wsKey: null,
    isWSAPIResponse: null,
    ...event,
  };
  return frame;
}

function exceptionEnd(event: unknown): StreamEnd {
  const seen = seeFrame(event);
  if (seen.type === "refused") return refusedEnd(seen.code, seen.message);
  const said =
    typeof event === "object" && event !== null ? Reflect.get(event, "message") : undefined;
  const message = typeof said === "string" ? said : errorText(event);
  return { code: "connection_lost", message };
}

/** The library's logger writes to the console. */
const silentLogger = { trace(): void {}, info(): void {}, error(): void {} };

/** The library names the channels it knows; the venue takes the words as they are. */
function loose(arg: StreamArg["arg"]): never {
  return arg as never;
}
