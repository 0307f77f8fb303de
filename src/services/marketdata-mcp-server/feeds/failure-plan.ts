import * as z from "zod";
import { err, type Fault, ok, parseJson, type Result } from "#base";

/**
 * What can be wrong with a feed, for drills and tests:
 * - stall: connected, and nothing comes. - reconnect: the connection drops once at the start.
 * - skew: the exchange's clock is off by `by_ms`. - duplicate: every tick comes twice.
 * - out_of_order: ticks of two steps come in reverse. - frozen: times go on, prices do not.
 * - replay_old: old ticks come in a new wrapper. - closed: the upstream takes no connection.
 */
export const failureKinds = [
  "stall",
  "reconnect",
  "skew",
  "duplicate",
  "out_of_order",
  "frozen",
  "replay_old",
  "closed",
] as const;
export type FailureKind = (typeof failureKinds)[number];

/** One failure, in ms since the start of the feed. */
export type Failure = Readonly<{
  kind: FailureKind;
  from_ms: number;
  for_ms: number;
  /** Of a skew only. */
  by_ms?: number | undefined;
}>;

const plan: z.ZodType<readonly Failure[]> = z
  .array(
    z.strictObject({
      kind: z.enum(failureKinds),
      from_ms: z.int().min(0),
      for_ms: z.int().min(1),
      by_ms: z.int().optional(),
    }),
  )
  .max(100);

/** Reads a plan from JSON text. Fault: failure_plan_malformed, naming the field. */
export function parseFailurePlan(text: string): Result<readonly Failure[], Fault> {
  const json = parseJson(text);
  if (!json.ok) return malformed("is not JSON");
  const read = plan.safeParse(json.value);
  if (read.success) return ok(read.data);
  const issue = read.error.issues[0];
  return malformed(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is wrong"}`);
}

export function failuresAt(
  failures: readonly Failure[],
  elapsedMs: number,
): ReadonlyMap<FailureKind, Failure> {
  const active = failures.filter(({ from_ms, for_ms }) => {
    return elapsedMs >= from_ms && elapsedMs < from_ms + for_ms;
  });
  return new Map(active.map((failure) => [failure.kind, failure]));
}

function malformed(what: string): Result<never, Fault> {
  return err({ code: "failure_plan_malformed", message: `the plan of failures ${what}` });
}
