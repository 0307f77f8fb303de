import { err, type Fault, ok, type Result } from "#base";
import type {
  RawAccount,
  RotatedPart,
  SampleCount,
  SamplePart,
  SamplePolicy,
  SampleTrigger,
  TriggerAccount,
} from "../artifacts/orders/raw-samples.ts";
import { sampleTriggers } from "../artifacts/orders/raw-samples.ts";
import { triggerFor } from "./select.ts";

/** A raw record that may be kept. */
export type RawOffer = Readonly<{
  record_id: string;
  ts_utc: string;
  /** What happened that makes it worth keeping; null = nothing, it enters the draw. */
  event: Exclude<SampleTrigger, "baseline"> | null;
  /** The record's canonical JSON text. */
  record: string;
}>;

/** What the shell must do, in this order. The sampler only asks. */
export type SampleEffect =
  | Readonly<{ type: "append"; file: string; line: string }>
  | Readonly<{ type: "delete"; file: string }>;

export type Sampler = Readonly<{
  offer: (offer: RawOffer) => readonly SampleEffect[];
  /** What was offered, kept and dropped so far. */
  account: () => RawAccount;
}>;

/** 50 MB, the lower end of seeds/001 5.1 A; one order in a thousand as a baseline. */
export const defaultSamplePolicy: SamplePolicy = {
  baseline_one_in: 1000,
  budget_bytes: 50_000_000,
  part_bytes: 2_000_000,
};

/** Kept free for the account and the sums, which count against the budget too. */
const accountReserveBytes = 65_536;

const maxParts = 64;
/** Rotated parts that the account names one by one; beyond, it counts them. */
const namedRotations = 64;

/**
 * Chooses which raw records of a screening run stay: every event, and one record in N by the hash
 * of its id, under a hard budget. When the budget is used up the oldest baseline part goes first,
 * then the oldest events. Pure: the same offers give the same effects. Its memory is bounded by
 * the number of parts. Fault: sampling_policy_invalid.
 */
export function createSampler(runId: string, policy: SamplePolicy): Result<Sampler, Fault> {
  const wrong = wrongPolicy(policy);
  if (wrong !== null) return err({ code: "sampling_policy_invalid", message: wrong });
  const state = newState(runId, policy);
  return ok({ offer: (offer) => take(state, offer), account: () => accountOf(state) });
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Lane = SamplePart["lane"];
/** A part and how much of it belongs to which trigger. */
type Part = Mutable<SamplePart> & { readonly shares: Map<SampleTrigger, Mutable<SampleCount>> };
type Row = { -readonly [Key in keyof TriggerAccount]: TriggerAccount[Key] };

type State = {
  readonly runId: string;
  readonly policy: SamplePolicy;
  readonly rowByTrigger: ReadonlyMap<SampleTrigger, Row>;
  readonly numberByLane: Record<Lane, number>;
  readonly rotated: RotatedPart[];
  /** Oldest first; the last of a lane is the open one. */
  parts: Part[];
  offered: SampleCount;
  notSelected: SampleCount;
  bytes: number;
  rotatedLeftOut: number;
};

function take(state: State, offer: RawOffer): readonly SampleEffect[] {
  const { policy } = state;
  const bytesOfRecord = Buffer.byteLength(offer.record);
  const trigger = triggerFor(offer, policy.baseline_one_in);
  if (trigger === null) {
    state.offered = plus(state.offered, bytesOfRecord);
    state.notSelected = plus(state.notSelected, bytesOfRecord);
    return [];
  }
  const { record_id, ts_utc, record } = offer;
  const line = JSON.stringify({ run_id: state.runId, record_id, ts_utc, trigger, record });
  const bytes = Buffer.byteLength(line) + 1;
  const row = rowOf(state, trigger);
  state.offered = plus(state.offered, bytes);
  row.selected = plus(row.selected, bytes);
  if (bytes > policy.part_bytes) {
    row.too_large = plus(row.too_large, bytes);
    return [];
  }
  const effects = makeRoom(state, bytes);
  const part = openPart(state, trigger === "baseline" ? "baseline" : "event", bytes);
  part.records += 1;
  part.bytes += bytes;
  if (part.first_ts_utc === null) {
    part.first_ts_utc = ts_utc;
    part.first_ts_utc_reason = null;
  }
  part.shares.set(trigger, plus(part.shares.get(trigger) ?? nothing, bytes));
  row.kept = plus(row.kept, bytes);
  state.bytes += bytes;
  return [...effects, { type: "append", file: part.file, line }];
}

/** Lets the oldest parts go, baseline before events, until the line fits. */
function makeRoom(state: State, bytes: number): SampleEffect[] {
  const effects: SampleEffect[] = [];
  const room = state.policy.budget_bytes - accountReserveBytes;
  while (state.bytes + bytes > room || state.parts.length >= maxParts) {
    const victim = state.parts.find(({ lane }) => lane === "baseline") ?? state.parts[0];
    if (victim === undefined) break;
    rotateOut(state, victim);
    effects.push({ type: "delete", file: victim.file });
  }
  return effects;
}

function rotateOut(state: State, victim: Part): void {
  const { shares, ...part } = victim;
  state.parts = state.parts.filter((one) => one !== victim);
  state.bytes -= victim.bytes;
  for (const [trigger, share] of shares) {
    const row = rowOf(state, trigger);
    row.kept = minus(row.kept, share);
    row.rotated_out = add(row.rotated_out, share);
  }
  if (state.rotated.length < namedRotations) state.rotated.push({ ...part, reason: "budget" });
  else state.rotatedLeftOut += 1;
}

/** The last part of the lane, or a new one when the line does not fit into it. */
function openPart(state: State, lane: Lane, bytes: number): Part {
  const last = state.parts.findLast((part) => part.lane === lane);
  if (last !== undefined && last.bytes + bytes <= state.policy.part_bytes) return last;
  state.numberByLane[lane] += 1;
  const part: Part = {
    file: `raw/${lane}_part_${String(state.numberByLane[lane]).padStart(4, "0")}.jsonl`,
    lane,
    records: 0,
    bytes: 0,
    first_ts_utc: null,
    first_ts_utc_reason: "no_record_yet",
    shares: new Map(),
  };
  state.parts = [...state.parts, part];
  return part;
}

function accountOf(state: State): RawAccount {
  return {
    schema_version: "raw_account/1",
    run_id: state.runId,
    policy: state.policy,
    offered: state.offered,
    not_selected: state.notSelected,
    triggers: [...state.rowByTrigger.values()].map((row) => ({ ...row })),
    parts: state.parts.map(({ shares: _shares, ...part }) => part),
    rotated_parts: [...state.rotated],
    rotated_parts_left_out: state.rotatedLeftOut,
  };
}

function newState(runId: string, policy: SamplePolicy): State {
  const row = (trigger: SampleTrigger): readonly [SampleTrigger, Row] => [
    trigger,
    { trigger, selected: nothing, kept: nothing, rotated_out: nothing, too_large: nothing },
  ];
  return {
    runId,
    policy,
    rowByTrigger: new Map(sampleTriggers.map(row)),
    numberByLane: { event: 0, baseline: 0 },
    rotated: [],
    parts: [],
    offered: nothing,
    notSelected: nothing,
    bytes: 0,
    rotatedLeftOut: 0,
  };
}

function rowOf(state: State, trigger: SampleTrigger): Row {
  const row = state.rowByTrigger.get(trigger);
  if (row === undefined) throw new TypeError(`no such trigger: ${trigger}`);
  return row;
}

const nothing: SampleCount = { records: 0, bytes: 0 };

function plus({ records, bytes }: SampleCount, more: number): SampleCount {
  return { records: records + 1, bytes: bytes + more };
}

function add(left: SampleCount, right: SampleCount): SampleCount {
  return { records: left.records + right.records, bytes: left.bytes + right.bytes };
}

function minus(left: SampleCount, right: SampleCount): SampleCount {
  return { records: left.records - right.records, bytes: left.bytes - right.bytes };
}

function wrongPolicy({ baseline_one_in, budget_bytes, part_bytes }: SamplePolicy): string | null {
  if (![baseline_one_in, budget_bytes, part_bytes].every((one) => Number.isSafeInteger(one))) {
    return "the figures of a sample policy are whole numbers";
  }
  if (baseline_one_in < 1) return "baseline_one_in is 1 or more";
  if (budget_bytes < 4 * accountReserveBytes) {
    return `budget_bytes is at least ${4 * accountReserveBytes}`;
  }
  if (part_bytes < 1024 || part_bytes > (budget_bytes - accountReserveBytes) / 2) {
    return "part_bytes is at least 1024 and at most half of the budget";
  }
  return null;
}
