import { rmSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import type { Operation } from "./catalogue/operation.ts";
import { operationIds } from "./catalogue/operation-ids.ts";
import { atSharedVenue } from "./catalogue/shared-venue.ts";
import { type ByColumn, type Column, columns } from "./column.ts";
import { compare } from "./compare/compare.ts";
import type { Finding } from "./compare/finding.ts";
import type { Driver } from "./drivers/driver.ts";
import type { AccountHints, SampleRef, StateProof } from "./log/entry.ts";
import { openSamples, type SampleWriter } from "./log/samples.ts";
import type { Observation } from "./observation.ts";
import { observe } from "./observe.ts";
import { readAccount } from "./read-account.ts";
import { stoppedMark } from "./relay/http-relay.ts";
import type { Guard } from "./relay/seen.ts";
import type { StageHost } from "./stage.ts";

export type ComparisonOptions = Readonly<{
  host: StageHost;
  instId: string;
  operations: readonly Operation[];
  drivers: ByColumn<Driver>;
  /** Whether orders may be placed at a venue that all acts share. */
  writes: boolean;
  guard: Guard;
  /** The folder of the log. */
  folder: string;
  nowMs: () => number;
  /** 8 hex digits of chance. */
  nonce: string;
  signal: AbortSignal;
  onDone: (progress: ComparisonProgress) => void;
}>;

export type ComparisonProgress = Readonly<{
  operation: string;
  done: number;
  total: number;
  findings: number;
}>;

/** Everything that was found, before the log says what of it is new. */
export type ComparisonResult = Readonly<{
  diffId: string;
  tsUtc: string;
  environment: string;
  instId: string;
  account: AccountHints;
  libraries: ByColumn<string>;
  compared: readonly string[];
  leftOut: readonly Readonly<{ operation: string; reason: string }>[];
  differences: readonly FoundDifference[];
  stateProven: boolean;
  sums: SampleRef;
}>;

export type FoundDifference = Readonly<{
  operation: Operation;
  finding: Finding;
  calls: ByColumn<string | null>;
  samples: ByColumn<SampleRef | null>;
  state: StateProof;
}>;

/**
 * Lets every library do every act and compares. Writes raw samples, and nothing else: the log is
 * another's. Faults: of opening the venue, of the samples, comparison_interrupted,
 * comparison_not_measurable.
 */
export async function runComparison(
  options: ComparisonOptions,
): Promise<Result<ComparisonResult, Fault>> {
  const { host, instId, nowMs, nonce, folder, drivers } = options;
  const startedMs = nowMs();
  const tsUtc = isoFromMillis(startedMs);
  const diffId = `DIFF_${tsUtc.slice(0, 19).replace(/[-:]/g, "")}Z_${nonce}`;
  const account = await readAccount(host);
  if (!account.ok) return account;
  const { hints, secrets } = account.value;
  const writer = openSamples(folder, diffId, secrets);
  const done = await compareAll(options, writer);
  const sums = done.ok ? writer.close() : done;
  if (!done.ok || !sums.ok) {
    rmSync(join(folder, "raw", diffId), { recursive: true, force: true });
    return done.ok ? err((sums as Extract<typeof sums, { ok: false }>).fault) : done;
  }
  return ok({
    ...{ diffId, tsUtc, environment: host.environment, instId, account: hints },
    libraries: {
      direct: drivers.direct.label,
      okx_sdk: drivers.okx_sdk.label,
      ccxt: drivers.ccxt.label,
    },
    ...done.value,
    sums: sums.value,
  });
}

const longestReason = 200;

type Compared = Pick<ComparisonResult, "compared" | "leftOut" | "differences" | "stateProven">;

async function compareAll(
  options: ComparisonOptions,
  writer: SampleWriter,
): Promise<Result<Compared, Fault>> {
  const { operations, host, writes, signal, onDone } = options;
  const compared: string[] = [];
  const leftOut: { operation: string; reason: string }[] = [];
  const differences: FoundDifference[] = [];
  let stateProven = host.fresh;
  for (const [at, wanted] of operations.entries()) {
    if (signal.aborted) {
      return err({ code: "comparison_interrupted", message: "stopped before the last act" });
    }
    const operation = host.fresh ? wanted : atSharedVenue(wanted, writes);
    if ("reason" in operation) {
      leftOut.push({ operation: wanted.id, reason: operation.reason });
      continue;
    }
    const seen = await observeAll(operation, options);
    if (!seen.ok && seen.fault.code === "act_not_begun") {
      leftOut.push({ operation: wanted.id, reason: seen.fault.message.slice(0, longestReason) });
      continue;
    }
    if (!seen.ok) return seen;
    const obstacle = whyNotComparable(operation, seen.value);
    if (obstacle !== null) {
      leftOut.push({ operation: wanted.id, reason: obstacle });
      continue;
    }
    const samples = writeSamples(seen.value, writer);
    if (!samples.ok) return samples;
    const state = stateOf(seen.value, host);
    stateProven &&= state.proven;
    const findings = compare(operation, seen.value, state.proven);
    const calls = callsOf(seen.value);
    for (const finding of findings) {
      differences.push({ operation, finding, calls, samples: samples.value, state });
    }
    compared.push(operation.id);
    onDone({
      ...{ operation: operation.id, done: at + 1, total: operations.length },
      findings: findings.length,
    });
  }
  if (compared.length > 0) return ok({ compared, leftOut, differences, stateProven });
  const [first] = leftOut;
  const why = first === undefined ? "there is no act" : `${first.operation}: ${first.reason}`;
  return err({ code: "comparison_not_measurable", message: `no act could be compared; ${why}` });
}

/** At venues of their own all act at once; at a shared one, one after another. */
async function observeAll(
  operation: Operation,
  options: ComparisonOptions,
): Promise<Result<ByColumn<Observation>, Fault>> {
  const { host, drivers, instId, guard, nonce } = options;
  const act = String(operationIds.indexOf(operation.id)).padStart(2, "0");
  const observeOne = async (column: Column): Promise<Result<Observation, Fault>> => {
    // A venue that all acts share has seen the names of the acts before.
    const suffix = host.fresh ? "" : `${nonce}${act}${columns.indexOf(column)}`;
    return observe(operation, drivers[column], { host, instId, guard, suffix });
  };
  const results: Result<Observation, Fault>[] = [];
  if (host.fresh) {
    results.push(...(await Promise.all(columns.map(observeOne))));
  } else {
    for (const column of columns) results.push(await observeOne(column));
  }
  const [direct, sdk, ccxt] = results;
  for (const result of results) if (!result.ok) return result;
  if (direct?.ok !== true || sdk?.ok !== true || ccxt?.ok !== true) {
    return err({ code: "comparison_unavailable", message: "a column was not observed" });
  }
  return ok({ direct: direct.value, okx_sdk: sdk.value, ccxt: ccxt.value });
}

/** A fault that did not strike proves nothing about it, nor does a request that we stopped. */
function whyNotComparable({ fault }: Operation, seen: ByColumn<Observation>): string | null {
  const stopped = columns
    .flatMap((column) => seen[column].requests)
    .find(({ lost }) => lost?.startsWith(stoppedMark) === true);
  if (stopped !== undefined) return stopped.lost;
  if (fault === null) return null;
  const missed = columns.filter((column) => {
    const { struck, outcome } = seen[column];
    return struck === 0 && outcome.state !== "not_offered";
  });
  return missed.length === 0 ? null : `the fault did not strike: ${missed.join(", ")}`;
}

function writeSamples(
  seen: ByColumn<Observation>,
  writer: SampleWriter,
): Result<ByColumn<SampleRef>, Fault> {
  const direct = writer.write(seen.direct);
  if (!direct.ok) return direct;
  const sdk = writer.write(seen.okx_sdk);
  if (!sdk.ok) return sdk;
  const ccxt = writer.write(seen.ccxt);
  if (!ccxt.ok) return ccxt;
  return ok({ direct: direct.value, okx_sdk: sdk.value, ccxt: ccxt.value });
}

function stateOf(seen: ByColumn<Observation>, { fresh }: StageHost): StateProof {
  if (!fresh) return { proven: false, digest: null, reason: "one_after_another" };
  const { before } = seen.direct;
  const isSame = columns.every((column) => seen[column].before === before);
  if (before === null || !isSame) return { proven: false, digest: null, reason: "states_differ" };
  return { proven: true, digest: before, reason: null };
}

function callsOf(seen: ByColumn<Observation>): ByColumn<string | null> {
  return { direct: seen.direct.call, okx_sdk: seen.okx_sdk.call, ccxt: seen.ccxt.call };
}
