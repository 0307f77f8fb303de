import type { StreamEnd, StreamMessage } from "../port.ts";

/** What a frame of the venue is to whoever follows a stream; rows are handed on unread. */
export type SeenFrame =
  | Readonly<{ type: "push"; message: StreamMessage }>
  | Readonly<{ type: "login" }>
  | Readonly<{ type: "subscribed" }>
  | Readonly<{ type: "refused"; code: string; message: string }>
  | Readonly<{ type: "other" }>;

export function seeFrame(frame: unknown): SeenFrame {
  if (!isRecord(frame)) return { type: "other" };
  const { event, code, msg, arg, data } = frame;
  if (event === "login" && code === "0") return { type: "login" };
  if (event === "subscribe") return { type: "subscribed" };
  if (event === "error" || event === "login") {
    return { type: "refused", code: String(code), message: String(msg) };
  }
  if (!isRecord(arg) || typeof arg["channel"] !== "string" || data === undefined) {
    return { type: "other" };
  }
  const instId = typeof arg["instId"] === "string" ? arg["instId"] : null;
  return { type: "push", message: { channel: arg["channel"], instId, raw: frame } };
}

/** Codes that say no to the login itself. */
function isLoginCode(code: string): boolean {
  const value = Number(code);
  return (value >= 60_001 && value <= 60_011) || loginCodes.has(code);
}

const loginCodes: ReadonlySet<string> = new Set(["60022", "60024", "60032", "63999", "50101"]);

export function refusedEnd(code: string, message: string): StreamEnd {
  return {
    code: isLoginCode(code) ? "login_failed" : "subscription_refused",
    message: `${message.trim()} (${code})`,
  };
}

export const abortedEnd: StreamEnd = { code: "aborted", message: "stopped by us" };

export const noStreamEnd: StreamEnd = {
  code: "connection_lost",
  message: "no address of a stream is configured",
};

/** Follows all parts; the first that ends stops the others and tells the end. */
export async function firstEnd(
  parts: readonly ((signal: AbortSignal) => Promise<StreamEnd>)[],
  signal: AbortSignal,
): Promise<StreamEnd> {
  if (signal.aborted) return abortedEnd;
  const stop = new AbortController();
  const ends = parts.map((part) => part(AbortSignal.any([signal, stop.signal])));
  const first = await Promise.race(ends);
  stop.abort();
  await Promise.all(ends);
  return first;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
