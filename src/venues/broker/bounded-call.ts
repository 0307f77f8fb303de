import { performance } from "node:perf_hooks";
import type { Answer, CallRecord } from "../port.ts";

/** Adapters have timeouts of their own, shorter than this; this one is for when they fail. */
const maxCallMs = 60_000;

export type CallAbout = Readonly<{
  method: CallRecord["method"];
  endpoint: string;
  params: CallRecord["params"];
  nowMs: number;
}>;

/**
 * An answer in bounded time, whatever the adapter does: one that never comes, and an exception, are
 * answers that nobody can rely on.
 */
export async function boundedCall<T>(
  about: CallAbout,
  call: () => Promise<Answer<T>>,
  boundMs: number = maxCallMs,
): Promise<Answer<T>> {
  const begun = performance.now();
  const late = Promise.withResolvers<Answer<T>>();
  const timer = setTimeout(() => {
    late.resolve(lost(about, "timeout", "no answer within the bound", null));
  }, boundMs);
  try {
    return await Promise.race([call(), late.promise]);
  } catch (cause) {
    // Something may have left before it failed: the order is looked for, and the cause is kept.
    const message = cause instanceof Error ? cause.message : String(cause);
    return lost(about, "request_exception", message, performance.now() - begun);
  } finally {
    clearTimeout(timer);
  }
}

function lost<T>(
  { method, endpoint, params, nowMs }: CallAbout,
  errorType: "timeout" | "request_exception",
  message: string,
  latencyMs: number | null,
): Answer<T> {
  const call: CallRecord = {
    method,
    endpoint,
    params,
    sentMs: nowMs,
    latencyMs,
    httpStatus: null,
    code: null,
    msg: message,
    sCode: null,
    sMsg: null,
    errorType,
    raw: null,
  };
  return { ok: false, failure: { kind: "unknown", code: errorType, message }, call };
}
