import { basename } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { sealVenueRun, verifyOrders } from "#evidence";
import { type Broker, readRecordedOrders } from "#venues";
import { sizesOf } from "../amounts/sizes.ts";
import { forwardClock } from "../clock/run-clock.ts";
import { totalLots } from "../colony/reserve.ts";
import { followToEnds } from "../follow-up/follow-to-ends.ts";
import { hash16 } from "../landing/agent-names.ts";
import { type FinishedRun, finishRun } from "../landing/finish-run.ts";
import type { RunState } from "../loop/run-state.ts";
import { askFault, refused } from "../preflight/refusals.ts";
import { holdAccount } from "../restart/hold-account.ts";
import { type KnownFacts, openRunBroker } from "../run/open-run-broker.ts";
import type { RunSession } from "../run/open-session.ts";
import { createAskBook } from "../run/run-ask.ts";
import { tellError } from "../run/tell-error.ts";
import { closeLedger } from "./close-ledger.ts";
import { type DeadRun, readDeadRun } from "./dead-run.ts";
import { finishFlatten, recordedFlatten, recordedStart } from "./finish-flatten.ts";
import { killedCode, killedDetail, type LeftRecords, readLeftRecords } from "./left-records.ts";
import { recountFences } from "./recount-fences.ts";
import type { RecoverRequest } from "./recover-request.ts";
import { reopenSession, type SeenVenue } from "./reopen-session.ts";
import { restoreState } from "./restore-state.ts";
import { setEndAside, setFoundingAside } from "./set-aside.ts";
import { surveyAccount } from "./survey-account.ts";

export type RecoveredRun = FinishedRun &
  Readonly<{
    runId: string;
    /** Orders of the run, those without an outcome, and those that still rested. */
    orders: number;
    withoutOutcome: number;
    cancelled: number;
    /** Somebody else used the account since, so its end cannot be looked at. */
    overtaken: boolean;
    /** Contracts that the run held at its end; null: it had no agents. */
    held: string | null;
  }>;

/**
 * Ends a run that a dead process left: asks what became of every order, cancels what rests, trades
 * nothing but a startup flatten that was not over, and audits, writes, verifies and seals what the
 * run would have. Doing it again after it was killed itself goes on where it stopped; of a run that
 * is sealed it says so. Faults: run_never_began, account_of_another, account_busy, run_unresolved,
 * run_overtaken (it died before it was flat, and others traded since: nothing can be proven),
 * account_not_flat, fills_unknown, and those of reading, of the venue, of writing and of sealing.
 */
export async function recoverRun(asked: RecoverRequest): Promise<Result<RecoveredRun, Fault>> {
  const request = { ...asked, clock: forwardClock(asked.clock) };
  const first = readDeadRun(request.directory);
  if (!first.ok) return first;
  if (first.value.isEnded) return sealEnded(request, first.value);
  const seen = await lookAtVenue(request, first.value);
  if (!seen.ok) return seen;
  const held = holdAccount(request.root, first.value.manifest.account_id_hash);
  if (!held.ok) return held;
  try {
    // Whoever held the account until now may have gone on with this run.
    const dead = readDeadRun(request.directory);
    if (!dead.ok) return dead;
    if (dead.value.isEnded) return sealEnded(request, dead.value);
    return await endDeadRun(request, dead.value, seen.value);
  } finally {
    held.value.release();
  }
}

/** A run whose files are all closed lacks nothing but its seal. */
function sealEnded(
  { sealer }: RecoverRequest,
  { directory, runId }: DeadRun,
): Result<RecoveredRun, Fault> {
  const sealed = sealVenueRun(directory, sealer);
  if (!sealed.ok && sealed.fault.code !== "seal_exists") return sealed;
  const signed = sealed.ok && sealed.value.signed !== null;
  const verdict = verifyOrders(directory);
  if (!verdict.ok) return err(verdict.fault);
  const { verdict: word, reasons } = verdict.value;
  const counts = { orders: 0, withoutOutcome: 0, cancelled: 0, overtaken: false, held: null };
  return ok({ ...counts, runId, directory, verdict: word, reasons, signed });
}

/** The venue still knows the instrument, and both keys are of the account of the run. */
async function lookAtVenue(
  { venue, auditor }: RecoverRequest,
  { config, manifest, directory }: DeadRun,
): Promise<Result<SeenVenue, Fault>> {
  const trader = createAskBook(venue);
  const reader = createAskBook(auditor);
  const instrument = (await trader.ask((port) => port.instrument(config.instId))).answer;
  if (!instrument.ok) return err(askFault("instrument", instrument));
  const sizes = sizesOf(instrument.value);
  if (!sizes.ok) return sizes;
  const own = (await trader.ask((port) => port.accountConfig())).answer;
  if (!own.ok) return err(askFault("account config", own));
  const read = (await reader.ask((port) => port.accountConfig())).answer;
  if (!read.ok) return err(askFault("account config of the auditor", read));
  for (const { uid } of [own.value, read.value]) {
    if (hash16(uid) === manifest.account_id_hash) continue;
    return refused("account_of_another", `a key is not of the account of ${basename(directory)}`);
  }
  const told = (await trader.ask((port) => port.feeRates(config.instId))).answer;
  const fees = told.ok ? told.value : { maker: "0", taker: "0" };
  const [account, reading] = [own.value, read.value];
  const calls = { preflight: trader.calls, auditor: reader.calls };
  const known = { instrument: instrument.value, sizes: sizes.value, calls };
  return ok({ ...known, account, auditor: reading, fees });
}

async function endDeadRun(
  request: RecoverRequest,
  dead: DeadRun,
  seen: SeenVenue,
): Promise<Result<RecoveredRun, Fault>> {
  const left = readLeftRecords(dead);
  if (!left.ok) return left;
  const aside = setEndAside(dead.directory);
  if (!aside.ok) return aside;
  if (left.value.founding === null) {
    const unfounded = setFoundingAside(dead.directory);
    if (!unfounded.ok) return unfounded;
  }
  const session = reopenSession(request, { dead, left: left.value, seen });
  if (!session.ok) return session;
  try {
    for (const component of ["preflight", "auditor"] as const) {
      for (const call of seen.calls[component]) {
        await session.value.recorder.query(call, { component });
      }
    }
    return await endSession(session.value, dead, left.value);
  } finally {
    // The end closes them itself; after a refusal what was learnt stays written.
    session.value.journal.close();
    await session.value.sink.close();
  }
}

async function endSession(
  session: RunSession,
  dead: DeadRun,
  left: LeftRecords,
): Promise<Result<RecoveredRun, Fault>> {
  const { diedMs } = left;
  const detail = killedDetail(diedMs);
  tellError(session, { tick: null, type: "restart", code: killedCode, detail });
  const landed = session.journal.land();
  if (!landed.ok) return landed;
  recountFences(session, left);
  const settled = await settleOrders(session, left);
  if (!settled.ok) return settled;
  const { broker, cancelled } = settled.value;
  const windowStartMs = left.windowStartMs ?? (await openWindow(session));
  const survey = await surveyAccount(session, { windowStartMs, diedMs });
  if (!survey.ok) return survey;
  const { windowEndMs } = survey.value;
  if (left.preflight === null && windowEndMs !== null) {
    const message = "it died before its account was flat, and others have traded on it since";
    return err({ code: "run_overtaken", message, at: dead.directory });
  }
  const flattened =
    left.preflight === null
      ? await finishFlatten(session, broker, left)
      : ok(recordedFlatten(session, left, left.preflight));
  if (!flattened.ok) return flattened;
  const start = recordedStart(session.request, left) ?? flattened.value.before;
  const startPositions =
    start.positions === null ? null : { atMs: start.atMs, positions: start.positions };
  const { founding } = left;
  const parts = { session, broker, left, windowStartMs, windowEndMs, startPositions };
  const restored = founding === null ? ok(null) : await restoreState({ ...parts, founding });
  if (!restored.ok) return restored;
  const state = restored.value;
  if (state !== null) closeLedger(state, left);
  const { genome_snapshot: source, genome_schema_version: schemaVersion } = dead.manifest;
  const finished = await finishRun({
    session,
    genomes: { schemaVersion, genomes: [], offered: source.genes },
    ...{ broker, state, flattened: flattened.value, windowStartMs },
    ...{ end: "stopped", status: "interrupted", detail: killedCode, stop: "killed" },
    aftermath: { diedMs, windowEndMs, startPositions },
  });
  if (!finished.ok) return finished;
  return ok({
    ...finished.value,
    runId: dead.runId,
    orders: broker.orders().length,
    withoutOutcome: broker.recovery?.withoutOutcome ?? 0,
    cancelled,
    overtaken: windowEndMs !== null,
    held: heldOf(state),
  });
}

type Settled = Readonly<{ broker: Broker; cancelled: number }>;

/** Every order of the run has its end, or nobody ends the run. */
async function settleOrders(
  session: RunSession,
  left: LeftRecords,
): Promise<Result<Settled, Fault>> {
  const { request, directory } = session;
  const recorded = readRecordedOrders(directory);
  if (!recorded.ok) return recorded;
  const known: KnownFacts = { account: null, state: null };
  const opened = await openRunBroker(session, known, recorded.value);
  if (!opened.ok) return opened;
  const broker = opened.value;
  const cleared = await broker.cancelAll({
    owner: { type: "lifecycle", scope: "operator" },
    kind: "cancel_after_kill",
    tick: null,
    tickReason: "after_the_process_was_killed",
    intentPrefix: `killed:${left.orders.attempts.length}:`,
    instIds: [request.config.instId],
    others: false,
  });
  await followToEnds(session, broker);
  const open = broker.orders().filter(({ phase }) => phase !== "ended");
  if (cleared.clear && open.length === 0) return ok({ broker, cancelled: cleared.own });
  const names = open.slice(0, 5).map(({ clientOrderId }) => clientOrderId);
  const which = names.join(", ") || (cleared.reason ?? "unknown");
  const message = `nobody can say yet what became of orders of this run: ${which}; try again`;
  return err({ code: "run_unresolved", message, at: directory });
}

/** For a run that died before it asked for the time. */
async function openWindow({ ask, journal }: RunSession): Promise<number> {
  const { answer } = await ask((venue) => venue.serverTime());
  const nowMs = Math.max(answer.ok ? answer.value : 0, journal.clock.nowMillis());
  await journal.clock.waitUntil(nowMs + 1, new AbortController().signal);
  return nowMs + 1;
}

/** By the books: what agents and the run itself held when it ended. */
function heldOf(state: RunState | null): string | null {
  if (state === null) return null;
  const { colony, reserve } = state;
  const lots = totalLots(colony, reserve);
  return `${lots < 0 ? "-" : ""}${colony.sizes.fromLots(Math.abs(lots))}`;
}
