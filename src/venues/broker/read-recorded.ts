import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { err, type Fault, ok, parseJson, type Result } from "#base";
import type { ExchangeApiCall, FreezeEvent, OrderAttempt, OrderStatusSample } from "#evidence";

/** What a run's directory says the broker did before: for the one who goes on with that run. */
export type RecordedOrders = Readonly<{
  attempts: readonly OrderAttempt[];
  calls: readonly ExchangeApiCall[];
  samples: readonly OrderStatusSample[];
  freezes: readonly FreezeEvent[];
}>;

/**
 * Reads the four files of the broker. A last line without its end never landed, so what it was to
 * justify was never done, and it is passed over; any other line that cannot be read refuses:
 * nobody can say then which orders are at the exchange. A file that is not there is empty.
 * Faults: recorded_unreadable, recorded_damaged.
 */
export function readRecordedOrders(directory: string): Result<RecordedOrders, Fault> {
  const attempts = readLines<OrderAttempt>(directory, "order_attempts.jsonl", attemptView);
  if (!attempts.ok) return attempts;
  const calls = readLines<ExchangeApiCall>(directory, "exchange_api_calls.jsonl", callView);
  if (!calls.ok) return calls;
  const samples = readLines<OrderStatusSample>(directory, "order_status_samples.jsonl", sampleView);
  if (!samples.ok) return samples;
  const freezeFile = "reconciliation_freeze_events.jsonl";
  const freezes = readLines<FreezeEvent>(directory, freezeFile, freezeView);
  if (!freezes.ok) return freezes;
  return ok({
    attempts: attempts.value,
    calls: calls.value,
    samples: samples.value,
    freezes: freezes.value,
  });
}

const text = z.string();
const textOrNull = text.nullable();
const count = z.int().nonnegative();

/** What a restart relies on; the rest of a line is the verifiers' business. */
const attemptView = z.looseObject({
  run_id: text,
  seq: count,
  ts_utc: text,
  tick: count.nullable(),
  attempt_id: text,
  intent_id: text,
  client_order_id: text,
  operation: z.enum(["place", "cancel", "replace"]),
  status: z.enum(["sending", "ok", "rejected", "error"]),
  agent_id_hash: textOrNull,
  lifecycle_scope: textOrNull,
  intent_kind: text,
  flags: z.looseObject({ oneshot: z.boolean() }),
  params: z.looseObject({
    inst_id: text,
    td_mode: z.enum(["cross", "isolated", "cash"]),
    side: z.enum(["buy", "sell"]),
    pos_side: z.enum(["long", "short", "net"]),
    order_type: z.enum(["market", "limit", "post_only", "fok", "ioc"]),
    requested_sz: text,
    limit_px: textOrNull,
    reduce_only: z.boolean(),
  }),
  gate: z.looseObject({ gate_name: text, gate_decision: z.enum(["allow", "reject"]) }),
  connector_call: z.looseObject({ call_id: text }).nullable(),
  exchange_ids: z.looseObject({ ordId: textOrNull }),
});

const callView = z.looseObject({
  call_id: text,
  attempt_id: textOrNull,
  operation: text,
  ordId: textOrNull,
  http_status: count.nullable(),
  code: textOrNull,
  sCode: textOrNull,
  error_type: textOrNull,
});

const sampleView = z.looseObject({
  clOrdId: text,
  ordId: textOrNull,
  state: text,
  accFillSz: text,
});

const freezeView = z.looseObject({
  ts_utc: text,
  freeze_id: text,
  freeze_reason_code: text,
  freeze_reason_detail: text,
});

function readLines<Line>(
  directory: string,
  file: string,
  view: z.ZodType,
): Result<readonly Line[], Fault> {
  const path = join(directory, file);
  const lines = readText(path);
  if (!lines.ok) return lines;
  const read: Line[] = [];
  for (const [index, line] of lines.value.entries()) {
    const parsed = parseJson(line);
    if (!parsed.ok || !view.safeParse(parsed.value).success) {
      const message = "a recorded line cannot be read: reconcile this run by hand";
      return err({ code: "recorded_damaged", message, at: `${path} line ${index + 1}` });
    }
    // Checked above as far as it is used; it was written through the schema of #evidence.
    read.push(parsed.value as unknown as Line);
  }
  return ok(read);
}

/** Whole lines only. */
function readText(path: string): Result<readonly string[], Fault> {
  try {
    const lines = readFileSync(path, "utf8").split("\n");
    lines.pop();
    return ok(lines);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : null;
    if (code === "ENOENT") return ok([]);
    if (typeof code !== "string") throw cause;
    return err({ code: "recorded_unreadable", message: `cannot read it (${code})`, at: path });
  }
}
