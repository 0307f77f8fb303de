import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import {
  type CallRecorder,
  createCallRecorder,
  createRedactor,
  type OrderSink,
  openOrderSink,
} from "#venues";
import { createRawCollector, type RawCollector } from "../alignment/raw-collector.ts";
import { hash16 } from "../landing/agent-names.ts";
import { createFenceCounters, type FenceCounters } from "../landing/fences.ts";
import { type Journal, openJournal } from "../landing/journal.ts";
import { auditRunId, configHashOf, orderPrefix } from "../landing/run-identity.ts";
import { writeFault } from "../landing/write-fault.ts";
import type { AskVenue } from "../market-view/ask.ts";
import type { Probed } from "../preflight/probe-venue.ts";
import { createMarketState, type MarketState } from "./market-state.ts";
import { createAsk } from "./run-ask.ts";
import { recordedConfig } from "./run-config.ts";
import type { VenueRunRequest } from "./run-request.ts";

/** A run that has a name and a place: everything that its phases share. */
export type RunSession = Readonly<{
  request: VenueRunRequest;
  probed: Probed;
  runId: string;
  directory: string;
  configHash: string;
  prefix: string;
  auditScopeId: string;
  accountIdHash: string;
  startedMs: number;
  journal: Journal;
  sink: OrderSink;
  recorder: CallRecorder;
  raw: RawCollector;
  ask: AskVenue;
  askAuditor: AskVenue;
  market: MarketState;
  fences: FenceCounters;
}>;

/** Every run of this version makes one audit. */
const auditScopeId = "audit_0001";

/** Names the run, makes its directory. Faults: run_exists, run_write_failed, those of the sink. */
export function openSession(request: VenueRunRequest, probed: Probed): Result<RunSession, Fault> {
  const { root, config, clock, coreHash, snapshot, mode, nonce } = request;
  const startedMs = clock.nowMillis();
  const configHash = configHashOf(recordedConfig(config));
  const parts = { configHash, coreHash, snapshotId: snapshot.id, instId: config.instId, mode };
  const runId = auditRunId(parts, startedMs, nonce);
  const directory = join(root, "runs", runId);
  try {
    mkdirSync(join(root, "runs"), { recursive: true });
    mkdirSync(directory);
  } catch (cause) {
    return err(writeFault(directory, cause));
  }
  const accountIdHash = hash16(probed.account.uid);
  const sink = openOrderSink({ directory, runId, clock });
  if (!sink.ok) return sink;
  const raw = createRawCollector();
  const recorder = createCallRecorder({
    sink: sink.value,
    redactor: createRedactor(request.secrets),
    accountIdHash,
    callsBefore: 0,
    onRecorded: raw.take,
  });
  return ok({
    request,
    probed,
    runId,
    directory,
    configHash,
    prefix: orderPrefix(runId),
    auditScopeId,
    accountIdHash,
    startedMs,
    journal: openJournal(directory, runId, clock),
    sink: sink.value,
    recorder,
    raw,
    ask: createAsk(request.venue, recorder, "broker"),
    askAuditor: createAsk(request.auditor, recorder, "auditor"),
    market: createMarketState(clock, config.maxMarketAgeMs),
    fences: createFenceCounters(),
  });
}
