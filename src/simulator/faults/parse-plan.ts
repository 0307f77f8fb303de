import { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import type { FaultPlan } from "./plan.ts";

const wholeMs = z.int().min(0);
const count = z.int().min(1).max(1_000_000_000);
const name = z.string().min(1).max(200);

const match = z.strictObject({
  endpoint: name.optional(),
  channel: name.optional(),
  inst_id: name.optional(),
  account: name.optional(),
  cl_ord_id_prefix: z.string().min(1).max(32).optional(),
  nth: z.union([count, z.array(count).min(1).max(10_000)]).optional(),
  every: count.optional(),
  probability: z.number().min(0).max(1).optional(),
  from_ms: wholeMs.optional(),
  to_ms: wholeMs.optional(),
  times: count.optional(),
});

const status = z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]);
const when = z.enum(["before", "after"]);
const latencyMs = z.int().min(0).max(600_000);
const skewMs = z.int().min(-86_400_000).max(86_400_000);
const size = z.string().regex(/^\d{1,18}(\.\d{1,18})?$/, "must be decimal text");

const fault = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("latency"), ms: latencyMs, when: when.default("before") }),
  z.strictObject({ kind: z.literal("drop_request") }),
  z.strictObject({ kind: z.literal("drop_answer") }),
  z.strictObject({ kind: z.literal("duplicate") }),
  z.strictObject({ kind: z.literal("drop_frame") }),
  z.strictObject({ kind: z.literal("http_429") }),
  z.strictObject({ kind: z.literal("http_5xx"), status, when: when.default("before") }),
  z.strictObject({ kind: z.literal("disconnect") }),
  z.strictObject({ kind: z.literal("stale_books") }),
  z.strictObject({ kind: z.literal("maintenance") }),
  z.strictObject({ kind: z.literal("partial_fill"), max_sz: size }),
  z.strictObject({ kind: z.literal("empty_positions") }),
  z.strictObject({ kind: z.literal("frozen_price") }),
  z.strictObject({ kind: z.literal("clock_skew"), ms: skewMs }),
]);

const id = z.string().regex(/^[a-z0-9_-]{1,64}$/, "must be lower-case letters, digits, _ and -");

const plan: z.ZodType<FaultPlan> = z.strictObject({
  schema_version: z.literal("venue-faults/1"),
  rules: z.array(z.strictObject({ id: id.optional(), match: match.default({}), fault })).max(1000),
});

/** Fault: fault_plan_invalid, naming the first key that is wrong. */
export function parseFaultPlan(value: unknown, at: string): Result<FaultPlan, Fault> {
  const parsed = plan.safeParse(value);
  if (parsed.success) return checkIds(parsed.data, at);
  const issue = parsed.error.issues[0];
  const place = issue === undefined ? "" : issue.path.map(String).join(".");
  const what = issue === undefined ? "not a fault plan" : issue.message;
  return refuse(`${place === "" ? "the plan" : place}: ${what}`, at);
}

function checkIds(value: FaultPlan, at: string): Result<FaultPlan, Fault> {
  const seen = new Set<string>();
  for (const rule of value.rules) {
    if (rule.id === undefined) continue;
    if (seen.has(rule.id)) return refuse(`two rules have the id ${rule.id}`, at);
    seen.add(rule.id);
  }
  return ok(value);
}

function refuse(what: string, at: string): Result<never, Fault> {
  const message = `no fault plan: ${what}; see docs/contracts/venue.md for its form`;
  return err({ code: "fault_plan_invalid", message, at });
}
