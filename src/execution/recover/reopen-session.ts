import { err, type Fault, ok, type Result } from "#base";
import type { HostFacts, Snapshot } from "#evidence";
import {
  type CallRecord,
  callsNamed,
  createCallRecorder,
  createRedactor,
  openOrderSink,
  type VenueInstrument,
} from "#venues";
import { createRawCollector } from "../alignment/raw-collector.ts";
import type { Sizes } from "../amounts/sizes.ts";
import { forwardClock, type RunClock } from "../clock/run-clock.ts";
import { createFenceCounters } from "../landing/fences.ts";
import { openJournal } from "../landing/journal.ts";
import { orderPrefix } from "../landing/run-identity.ts";
import type { Probed } from "../preflight/probe-venue.ts";
import { createMarketState } from "../run/market-state.ts";
import type { RunSession } from "../run/open-session.ts";
import { createAsk } from "../run/run-ask.ts";
import type { VenueRunRequest } from "../run/run-request.ts";
import type { DeadRun, RunManifest } from "./dead-run.ts";
import type { LeftRecords } from "./left-records.ts";
import type { RecoverRequest } from "./recover-request.ts";

/** What a venue still has to say of itself when a run is ended. */
export type SeenVenue = Pick<Probed, "account" | "auditor" | "fees"> &
  Readonly<{
    instrument: VenueInstrument;
    sizes: Sizes;
    /** What was asked before the files were open, for the record. */
    calls: Readonly<Record<"preflight" | "auditor", readonly CallRecord[]>>;
  }>;

/** Every run of this version makes one audit; one that was not finished is begun anew. */
const auditScopeId = "audit_0001";

/**
 * Opens the files of a dead run again, each at the end of what landed, under the run's own name and
 * with its own settings. Faults: run_write_failed and those of the sink.
 */
export function reopenSession(
  asked: RecoverRequest,
  { dead, left, seen }: Readonly<{ dead: DeadRun; left: LeftRecords; seen: SeenVenue }>,
): Result<RunSession, Fault> {
  const { manifest, directory, runId, config } = dead;
  const clock = laterThan(asked.clock, dead.lastMs);
  const request = requestOf(asked, dead, clock);
  const journal = openJournal(directory, runId, clock, "left");
  const failure = journal.failure();
  if (failure !== null) return err(failure);
  const sink = openOrderSink({ directory, runId, clock });
  if (!sink.ok) return sink;
  const { account_id_hash: accountIdHash } = manifest;
  const raw = createRawCollector();
  const recorder = createCallRecorder({
    sink: sink.value,
    redactor: createRedactor(request.secrets),
    accountIdHash,
    callsBefore: callsNamed(left.orders),
    onRecorded: raw.take,
  });
  return ok({
    request,
    probed: probedOf(manifest, seen),
    runId,
    directory,
    configHash: manifest.config_hash,
    prefix: orderPrefix(runId),
    auditScopeId,
    accountIdHash,
    startedMs: dead.startedMs,
    journal,
    sink: sink.value,
    recorder,
    raw,
    ask: createAsk(request.venue, recorder, "broker"),
    askAuditor: createAsk(request.auditor, recorder, "auditor"),
    market: createMarketState(clock, config.maxMarketAgeMs),
    fences: createFenceCounters(),
  });
}

/** No line is written with a time before that of a line which is there. */
function laterThan(clock: RunClock, lastMs: number): RunClock {
  const nowMillis = (): number => Math.max(clock.nowMillis(), lastMs);
  return forwardClock({ ...clock, nowMillis });
}

function requestOf(
  { root, venue, auditor, secrets, halt, sealer }: RecoverRequest,
  { manifest, config }: DeadRun,
  clock: RunClock,
): VenueRunRequest {
  return {
    ...{ root, venue, auditor, secrets, halt, sealer, clock, config },
    mode: "okx_demo",
    snapshot: snapshotOf(manifest),
    host: hostOf(manifest),
    coreHash: manifest.core_hash,
    address: manifest.venue_address,
    counterfactualRunId: null,
    nonce: "",
    stopRequested: () => null,
    signal: new AbortController().signal,
    progress: () => undefined,
  };
}

/** Where the genomes came from, as it was recorded; nobody is founded from it again. */
function snapshotOf({ genome_snapshot: source, pool_namespace: pool }: RunManifest): Snapshot {
  const { snapshot_id: id, sha256, records, authenticity, authenticity_reason: why } = source;
  const document = { pool, sha256, records } as Snapshot["document"];
  const message = "a run that is ended founds nobody";
  return {
    ...{ id, path: "", document, authenticity },
    authenticity_reason: why as Snapshot["authenticity_reason"],
    read: () => err({ code: "snapshot_altered", message }),
  };
}

function hostOf(manifest: RunManifest): HostFacts {
  const { package_version, git_commit, git_commit_reason, git_dirty, git_dirty_reason } = manifest;
  const { docker_image, docker_image_reason, runtime_version, kernel } = manifest;
  const { runtime_binary_sha256, runtime_binary_sha256_reason } = manifest;
  const { lockfile_sha256, lockfile_sha256_reason } = manifest;
  return {
    ...{ package_version, git_commit, git_commit_reason, git_dirty, git_dirty_reason },
    ...{ docker_image, docker_image_reason, runtime_version },
    ...{ runtime_binary_sha256, runtime_binary_sha256_reason },
    ...{ lockfile_sha256, lockfile_sha256_reason, kernel },
  };
}

/** The account as it was found and frozen before the first order; the rest as it is now. */
function probedOf({ account_mode: mode }: RunManifest, seen: SeenVenue): Probed {
  const { account } = seen;
  const posMode = mode?.pos_mode ?? account.posMode;
  const acctLv = mode?.account_level ?? account.acctLv;
  const leverage = mode?.leverage ?? null;
  return { ...seen, account: { ...account, posMode, acctLv }, leverage, checks: [] };
}
