import { type Fault, isoFromMillis, ok, type Result } from "#base";
import { executionDocumentText } from "#evidence";
import type { Broker, CallRecord } from "#venues";
import { bootstrapRun } from "../bootstrap/bootstrap-run.ts";
import { type ChosenGenomes, chooseGenomes } from "../bootstrap/choose-genomes.ts";
import { forwardClock } from "../clock/run-clock.ts";
import { type Flattened, flattenAccount } from "../flatten/flatten-account.ts";
import { patience } from "../follow-up/follow-to-ends.ts";
import { hash16 } from "../landing/agent-names.ts";
import { type FinishedRun, finishRun, writeManifest } from "../landing/finish-run.ts";
import { landPreflight } from "../landing/land-preflight.ts";
import { writeRunDocument } from "../landing/write-document.ts";
import { live } from "../loop/live.ts";
import type { VenueRunEnd } from "../loop/run-end.ts";
import type { RunState } from "../loop/run-state.ts";
import { type Check, type Probed, probeVenue } from "../preflight/probe-venue.ts";
import { refused } from "../preflight/refusals.ts";
import { type EndedRun, endUnfinished, tellEnded } from "../restart/end-unfinished.ts";
import { holdAccount } from "../restart/hold-account.ts";
import { checkConfig } from "./check-config.ts";
import { type KnownFacts, openRunBroker } from "./open-run-broker.ts";
import { openSession, type RunSession } from "./open-session.ts";
import { createAskBook } from "./run-ask.ts";
import type { VenueRunRequest } from "./run-request.ts";
import { tellError } from "./tell-error.ts";

export type VenueRunOutcome = FinishedRun &
  Readonly<{
    runId: string;
    end: VenueRunEnd;
    status: "completed" | "interrupted" | "failed";
    detail: string;
    /** Runs that processes left behind, ended before this one. */
    endedFirst: readonly EndedRun[];
    /** What ended it early; null when nothing did. */
    stop: string | null;
  }>;

/**
 * One run at a venue, from the preflight to the seal. A fault means that there is no run: nothing
 * was changed at the venue and nothing but an unsealed directory may be left. What happens after
 * the run has a name ends in a sealed directory, whatever it is. Faults: execution_halted,
 * stop_present, those of checkConfig, chooseGenomes, probeVenue, endUnfinished, holdAccount,
 * openSession and finishRun.
 */
export async function runVenue(asked: VenueRunRequest): Promise<Result<VenueRunOutcome, Fault>> {
  const request = { ...asked, clock: forwardClock(asked.clock) };
  const sound = checkConfig(request.config);
  if (!sound.ok) return sound;
  const allowed = mayBegin(request);
  if (!allowed.ok) return allowed;
  const genomes = chooseGenomes(request.snapshot, request.config.maxAgents);
  if (!genomes.ok) return genomes;
  const trader = createAskBook(request.venue);
  const auditor = createAskBook(request.auditor);
  const now = (): number => request.clock.nowMillis();
  await request.clock.waitUntil(now(), patience);
  const probed = await probeVenue(trader.ask, auditor.ask, request.config, now);
  if (!probed.ok) return probed;
  const left = await endUnfinished(request, probed.value);
  if (!left.ok) return left;
  const held = holdAccount(request.root, hash16(probed.value.account.uid));
  if (!held.ok) return held;
  try {
    return await runOnAccount(request, probed.value, {
      left: left.value,
      genomes: genomes.value,
      calls: { preflight: trader.calls, auditor: auditor.calls },
      switches: allowed.value,
    });
  } finally {
    held.value.release();
  }
}

type Prepared = Readonly<{
  /** Runs of the past that were ended first. */
  left: readonly EndedRun[];
  genomes: ChosenGenomes;
  /** What was asked before there was a run. */
  calls: Readonly<Record<"preflight" | "auditor", readonly CallRecord[]>>;
  switches: readonly Check[];
}>;

/** The run itself, on an account that nobody else of this root is at work on. */
async function runOnAccount(
  request: VenueRunRequest,
  probed: Probed,
  { left, genomes, calls, switches }: Prepared,
): Promise<Result<VenueRunOutcome, Fault>> {
  const opened = openSession(request, probed);
  if (!opened.ok) return opened;
  const session = opened.value;
  for (const component of ["preflight", "auditor"] as const) {
    for (const call of calls[component]) await session.recorder.query(call, { component });
  }
  const begun = landStart(session, genomes, [...probed.checks, ...switches]);
  if (!begun.ok) return begun;
  for (const ended of left) tellEnded(session, ended);
  const lived = await liveSession(session, genomes);
  const finished = await finishRun({ session, genomes, aftermath: null, ...lived });
  if (!finished.ok) return finished;
  const { end, status, detail, stop } = lived;
  const { runId } = session;
  return ok({ ...finished.value, runId, end, status, detail, stop, endedFirst: left });
}

/** The switches, before anything else is asked or written. */
function mayBegin(request: VenueRunRequest): Result<readonly Check[], Fault> {
  const stop = request.halt.stop();
  if (stop.stop) return refused(stop.reason, "a STOP file in the root stops every run");
  const { verdict, latch } = request.halt.look();
  if (!verdict.allowed) {
    const source = verdict.source ?? "no source is configured";
    return refused("execution_halted", `execution is halted by ${source} (${verdict.reason})`);
  }
  if (latch.state === "latched") {
    const message = `execution was halted by ${latch.source} (${latch.reason}); release it first`;
    return refused("execution_halted", message);
  }
  const said = verdict.seen.map(({ source, value }) => `${source} says ${value}`).join(", ");
  return ok([{ check: "switches", ok: true, reasonCode: null, detail: said }]);
}

/** The manifest of a running run, and what the preflight asked. */
function landStart(
  session: RunSession,
  genomes: ChosenGenomes,
  checks: readonly Check[],
): Result<void, Fault> {
  const { journal, directory, runId, request } = session;
  const nothing = { broker: null, state: null, flattened: null };
  const written = writeManifest({ session, genomes, ...nothing }, null);
  if (!written.ok) return written;
  const { verdict } = request.halt.look();
  for (const { source, value } of verdict.seen) {
    journal.execution("execution_gating_events", {
      tick: null,
      tick_reason: "before_the_first_tick",
      event_type: "switch_read",
      source,
      value,
      value_reason: null,
      trigger_reason_codes: [],
    });
  }
  const landed = journal.land();
  if (!landed.ok) return landed;
  const text = executionDocumentText("probe_startup_full", {
    schema_version: "probe_startup/1",
    run_id: runId,
    ts_utc: isoFromMillis(journal.clock.nowMillis()),
    checks: checks.map(({ check, ok: passed, reasonCode, detail }) => ({
      check,
      ok: passed,
      reason_code: reasonCode,
      detail,
      call_ids: [],
    })),
    stop_required: false,
  });
  return writeRunDocument(directory, "probe_startup_full.json", text);
}

type Lived = Readonly<{
  broker: Broker | null;
  state: RunState | null;
  flattened: Flattened | null;
  windowStartMs: number;
  end: VenueRunEnd;
  status: "completed" | "interrupted" | "failed";
  detail: string;
  stop: string | null;
}>;

/** From the first look at the market to the last tick. */
async function liveSession(session: RunSession, genomes: ChosenGenomes): Promise<Lived> {
  const { request, market } = session;
  const windowStartMs = await openWindow(session);
  const known: KnownFacts = { account: null, state: null };
  const base = { broker: null, state: null, flattened: null, windowStartMs };
  const { answer } = await session.ask((venue) => venue.ticker(request.config.instId));
  if (answer.ok) market.observe(answer.value);
  market.observeHalt(request.halt.look());
  const opened = await openRunBroker(session, known);
  if (!opened.ok) return failed(session, base, opened.fault);
  const broker = opened.value;
  const act = request.config.startupFlatten;
  const flattened = await flattenAccount(session, broker, { scope: "startup_flatten", act });
  known.account = flattened.after;
  const flat = { ...base, broker, flattened };
  const landed = landPreflight(session, flattened, flattened.reasonCode);
  if (!landed.ok) return failed(session, { ...flat, flattened }, landed.fault);
  if (flattened.status === "failed") {
    const message = flattened.errors.join("; ");
    return failed(session, flat, { code: flattened.reasonCode, message });
  }
  const startPositions = {
    atMs: flattened.before.atMs,
    positions: flattened.before.positions ?? [],
  };
  const account = flattened.after;
  const parts = { session, broker, genomes, account, windowStartMs, startPositions };
  const bootstrapped = await bootstrapRun(parts);
  if (!bootstrapped.ok) return failed(session, flat, bootstrapped.fault);
  const state = bootstrapped.value;
  known.state = state;
  const { end, stop } = await live(state);
  return { ...flat, state, end, ...wordsOf(state, end, stop) };
}

/**
 * The window of the run opens a millisecond after a look at the venue's clock: what happened up to
 * then is in the positions that are read next, what comes later is in the window.
 */
async function openWindow({ ask, journal }: RunSession): Promise<number> {
  const { answer } = await ask((venue) => venue.serverTime());
  const nowMs = Math.max(answer.ok ? answer.value : 0, journal.clock.nowMillis());
  await journal.clock.waitUntil(nowMs + 1, patience);
  return nowMs + 1;
}

function failed(
  session: RunSession,
  base: Pick<Lived, "broker" | "state" | "flattened" | "windowStartMs">,
  fault: Fault,
): Lived {
  const detail = fault.message.slice(0, 1000);
  tellError(session, { tick: null, type: "preflight_failed", code: fault.code, detail });
  return { ...base, end: "preflight_failed", status: "failed", detail: fault.code, stop: null };
}

function wordsOf(
  { broker }: RunState,
  end: VenueRunEnd,
  stop: string | null,
): Pick<Lived, "status" | "detail" | "stop"> {
  switch (end) {
    case "ticks_done":
    case "extinction":
    case "financial_collapse":
      return { status: "completed", detail: end, stop: null };
    case "stopped":
      return { status: "interrupted", detail: end, stop: stop ?? "unknown" };
    case "halted":
      return { status: "interrupted", detail: end, stop: "execution_halted" };
    case "evidence_gap":
    case "preflight_failed": {
      const detail = `frozen_${broker.frozen()?.reason ?? "unknown"}`;
      return { status: "failed", detail, stop: null };
    }
  }
}
