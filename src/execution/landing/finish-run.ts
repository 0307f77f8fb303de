import { err, type Fault, ok, type Result } from "#base";
import {
  executionDocumentText,
  type OrderManifest,
  orderDocumentText,
  sealVenueRun,
  verifyOrders,
} from "#evidence";
import type { Broker } from "#venues";
import type { PositionsSeen } from "../audit/positions.ts";
import { auditRun } from "../audit/run-audit.ts";
import type { ChosenGenomes } from "../bootstrap/choose-genomes.ts";
import { landRoster } from "../bootstrap/land-anchors.ts";
import { totalLots } from "../colony/reserve.ts";
import { type Flattened, flattenAccount } from "../flatten/flatten-account.ts";
import { type AccountSeen, lookAtAccount } from "../loop/account-look.ts";
import type { VenueRunEnd } from "../loop/run-end.ts";
import type { RunState } from "../loop/run-state.ts";
import { degrade, takeFills, takeSystemBills } from "../loop/take-fills.ts";
import type { RunSession } from "../run/open-session.ts";
import { tellError } from "../run/tell-error.ts";
import { landDocuments } from "./land-documents.ts";
import { landPreflight } from "./land-preflight.ts";
import { manifestOf } from "./manifest.ts";
import type { ManifestEnd } from "./manifest-facts.ts";
import { refIndexOf } from "./ref-index.ts";
import { writeRunDocument } from "./write-document.ts";

export type FinishParts = Readonly<{
  session: RunSession;
  genomes: ChosenGenomes;
  broker: Broker | null;
  state: RunState | null;
  flattened: Flattened | null;
  windowStartMs: number;
  end: VenueRunEnd;
  status: ManifestEnd["status"];
  detail: string;
  stop: string | null;
  /** Null: the process that lived the run ends it. */
  aftermath: Aftermath | null;
}>;

/** How the end differs where another process finishes what a dead one left. */
export type Aftermath = Readonly<{
  /** When the dead process was last heard of. */
  diedMs: number;
  /**
   * Null: nobody used the account since. Else the last thing that became of an order of the run
   * happened then, and what the account holds now is the doing of others.
   */
  windowEndMs: number | null;
  startPositions: PositionsSeen | null;
}>;

export type FinishedRun = Readonly<{
  directory: string;
  /** What the verifier says of the orders, once everything is written. */
  verdict: "PASS" | "FAIL" | "NOT_MEASURABLE";
  reasons: readonly string[];
  signed: boolean;
}>;

/**
 * The end of a run, whatever brought it: own orders are cancelled, what is held may be closed, the
 * auditor looks at everything, and what is known is written, verified and sealed. Faults: those of
 * writing and sealing; the directory then stays unsealed, which means never finished.
 */
export async function finishRun(parts: FinishParts): Promise<Result<FinishedRun, Fault>> {
  const { session, aftermath } = parts;
  const endAccount = await settleAccount(parts);
  const lived = positionsSeen(parts.flattened?.before ?? null);
  const endPositions = positionsSeen(endAccount);
  const start = aftermath === null ? lived : aftermath.startPositions;
  const windowEndMs = aftermath?.windowEndMs ?? null;
  const audited = await auditRun({
    session,
    state: parts.state,
    windowStartMs: parts.windowStartMs,
    windowEndMs,
    startPositions: start,
    endAccount,
  });
  const documents = landDocuments({
    session,
    broker: parts.broker,
    state: parts.state,
    end: parts.end,
    audited,
    startPositions: start,
    endPositions,
  });
  if (!documents.ok) return documents;
  const owed = landOwed(parts);
  if (!owed.ok) return owed;
  const closed = await closeFiles(session);
  if (!closed.ok) return closed;
  const { directory, runId } = session;
  const index = orderDocumentText("evidence_ref_index", refIndexOf(directory, runId));
  const indexed = writeRunDocument(directory, "evidence_ref_index.json", index);
  if (!indexed.ok) return indexed;
  return sealWith(parts, {
    status: parts.status,
    detail: parts.detail,
    stop: parts.stop,
    stopMs: aftermath?.diedMs ?? null,
    positionsQuality: start === null || endPositions === null ? "unknown" : "exchange_reported",
    endMs: session.journal.clock.nowMillis(),
    scope: audited.scope,
    ...documents.value,
    oneShot: oneShotOf(parts, audited.own.attempts),
  });
}

/** Null: nobody looked, or nobody answered; that is not the same as holding nothing. */
function positionsSeen(seen: AccountSeen | null): PositionsSeen | null {
  if (seen === null || seen.positions === null) return null;
  return { atMs: seen.atMs, positions: seen.positions };
}

/** Nothing of ours rests when the auditor begins, and everything that filled is in the books. */
async function settleAccount(parts: FinishParts): Promise<AccountSeen> {
  const { session, broker, state } = parts;
  if (broker !== null) {
    await broker.cancelAll({
      owner: { type: "lifecycle", scope: "operator" },
      kind: "cancel_at_end",
      tick: null,
      tickReason: "after_the_last_tick",
      intentPrefix: "end:cancel:",
      instIds: [session.request.config.instId],
      others: false,
    });
  }
  const { config } = session.request;
  // Whoever finishes for a dead process trades no more: what is held is for the next run's flatten.
  const wantsFlat = config.shutdownFlatten && state !== null && parts.aftermath === null;
  if (broker !== null && wantsFlat) {
    const flat = await flattenAccount(session, broker, { scope: "shutdown_flatten", act: true });
    if (flat.status !== "success") {
      const detail = flat.errors.join("; ");
      const type = "shutdown_flatten_failed";
      const code = flat.refusedBy ?? flat.reasonCode;
      tellError(session, { tick: null, type, code, detail });
    }
    for (const { clientOrderId, intent } of broker.orders()) {
      const { owner } = intent;
      if (owner.type !== "lifecycle" || owner.scope !== "shutdown_flatten") continue;
      state.ownerByOrder.set(clientOrderId, { agentHash: null, askedLots: 0, tick: null });
    }
  }
  if (state !== null) {
    await takeFills(state);
    await takeSystemBills(state);
  }
  const seen = await lookAtAccount(session, "run_end", null);
  const isOthers = parts.aftermath !== null && parts.aftermath.windowEndMs !== null;
  if (isOthers) return { ...seen, balance: null, positions: null };
  if (state === null || seen.positions?.length !== 0) return seen;
  const lots = totalLots(state.colony, state.reserve);
  if (lots === 0) return seen;
  // As demo accounts do at times: none are told, though fills made some. That proves nothing.
  degrade(state, "positions_empty_fallback", `none reported at the end, fills make ${lots} lots`);
  session.fences.count("fence_i_positions_empty_fallback");
  return { ...seen, positions: null };
}

/** What the start of a run lands, for one that ended before it came so far. */
function landOwed({
  session,
  genomes,
  flattened,
  state,
  detail,
}: FinishParts): Result<void, Fault> {
  if (flattened === null) {
    const landed = landPreflight(session, null, detail);
    if (!landed.ok) return landed;
  }
  return state === null ? landRoster(session, genomes.schemaVersion, []) : ok(undefined);
}

type Proof = NonNullable<OrderManifest["oneshot_closure_proof"]>;
type Attempts = readonly Readonly<{
  intent_id: string;
  client_order_id: string;
  operation: string;
  exchange_ids: Readonly<{ ordId: string | null }>;
}>[];

function oneShotOf({ session, state }: FinishParts, attempts: Attempts): Proof {
  const { oneShot } = session.request.config;
  const done = state?.oneShot ?? null;
  const own = attempts.filter(
    ({ intent_id, operation }) => operation === "place" && intent_id === done?.intentId,
  );
  return {
    enabled: oneShot !== null,
    tick: done?.tick ?? null,
    action: oneShot?.action ?? null,
    agent_id_hash: done?.agentHash ?? null,
    client_order_id: own.at(-1)?.client_order_id ?? null,
    ordId: own.at(-1)?.exchange_ids.ordId ?? null,
    step88_verdict: null,
  };
}

async function closeFiles({ journal, sink }: RunSession): Promise<Result<void, Fault>> {
  const journalClosed = journal.close();
  const sinkClosed = await sink.close();
  if (!journalClosed.ok) return journalClosed;
  return sinkClosed.ok ? ok(undefined) : sinkClosed;
}

/** The proof of the one-shot says what Step 88 says: the run is verified once before its seal. */
function sealWith(parts: FinishParts, end: ManifestEnd): Result<FinishedRun, Fault> {
  const { session } = parts;
  const { directory, request } = session;
  const draft = writeManifest(parts, end);
  if (!draft.ok) return draft;
  const first = verifyOrders(directory);
  if (!first.ok) return err(first.fault);
  const step88 = first.value.claims.find(({ id }) => id === "step88_order_confirmation")?.verdict;
  const step88_verdict = step88 === "NOT_APPLICABLE" ? null : (step88 ?? null);
  const oneShot = end.oneShot.enabled ? { ...end.oneShot, step88_verdict } : end.oneShot;
  const whole = writeManifest(parts, { ...end, oneShot });
  if (!whole.ok) return whole;
  const sealed = sealVenueRun(directory, request.sealer);
  if (!sealed.ok) return sealed;
  const verdict = verifyOrders(directory);
  if (!verdict.ok) return err(verdict.fault);
  const { verdict: word, reasons } = verdict.value;
  return ok({ directory, verdict: word, reasons, signed: sealed.value.signed !== null });
}

/** Replaces the manifest at once; `end` null while the run runs. */
export function writeManifest(
  parts: Pick<FinishParts, "session" | "genomes" | "broker" | "state" | "flattened">,
  end: ManifestEnd | null,
): Result<void, Fault> {
  const { session, genomes, broker, state, flattened } = parts;
  const manifest = manifestOf({ session, genomes, broker, state, flattened, end });
  const text = executionDocumentText("run_manifest", manifest);
  return writeRunDocument(session.directory, "run_manifest.json", text, "replace");
}
