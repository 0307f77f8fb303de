import { assert, ok, type Result } from "#base";
import type { DeliveryHandler, SubscribeRequest } from "./bus.ts";
import type { BusFault } from "./bus-fault.ts";
import { defaultRetryPolicy, type RetryPolicy } from "./retry-policy.ts";
import { checkName, checkPatterns } from "./subject.ts";

/** A request with its defaults. */
export type CheckedRequest = Readonly<{
  subjects: readonly string[];
  durable: string | null;
  handler: DeliveryHandler;
  inFlight: number;
  retry: RetryPolicy;
}>;

/** Faults: bus_subject_invalid, bus_overlapping_patterns, bus_name_invalid. */
export function checkRequest(request: SubscribeRequest): Result<CheckedRequest, BusFault> {
  const { durable, handler, inFlight = 1, retry = defaultRetryPolicy } = request;
  const subjects = checkPatterns(request.subjects);
  if (!subjects.ok) return subjects;
  const name = durable === null ? ok(null) : checkName(durable);
  if (!name.ok) return name;
  assert(Number.isSafeInteger(inFlight) && inFlight >= 1 && inFlight <= 1000, "1 to 1000 at once");
  assert(retry.maxAttempts >= 1 && retry.handlerMs >= 1, "a retry policy allows an attempt");
  return ok({ subjects: subjects.value, durable, handler, inFlight, retry });
}
