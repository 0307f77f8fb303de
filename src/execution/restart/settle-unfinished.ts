import { err, type Fault, ok, type Result } from "#base";
import {
  type Broker,
  callsNamed,
  createCallRecorder,
  createRedactor,
  openOrderSink,
  type RecordedOrders,
  readRecordedOrders,
} from "#venues";
import { followToEnds } from "../follow-up/follow-to-ends.ts";
import { hash16 } from "../landing/agent-names.ts";
import { orderPrefix } from "../landing/run-identity.ts";
import { writeRunDocument } from "../landing/write-document.ts";
import type { Probed } from "../preflight/probe-venue.ts";
import { createMarketState } from "../run/market-state.ts";
import { openRunBroker } from "../run/open-run-broker.ts";
import type { VenueRunRequest } from "../run/run-request.ts";
import type { UnfinishedRun } from "./unfinished-runs.ts";

/** What became of a run that a process left behind. */
export type SettledRun = Readonly<{
  runId: string;
  orders: number;
  /** Attempts that were under way when the process ended. */
  withoutOutcome: number;
  /** Orders that still rested and were cancelled. */
  cancelled: number;
}>;

/**
 * Finds out what became of every order of an unfinished run, cancels what still rests, writes it
 * into that run's own files, and gives the run up: it stays without a seal. What it held is left
 * to the flatten of the run that begins. Faults: run_unresolved, and those of reading and writing.
 */
export async function settleUnfinished(
  request: VenueRunRequest,
  probed: Probed,
  left: UnfinishedRun,
): Promise<Result<SettledRun, Fault>> {
  if (left.instId !== request.config.instId) {
    const message = `the unfinished run ${left.runId} traded ${left.instId}: run that first`;
    return err({ code: "run_unresolved", message, at: left.directory });
  }
  const recorded = readRecordedOrders(left.directory);
  if (!recorded.ok) return recorded;
  const prefix = orderPrefix(left.runId);
  const { clock, config } = request;
  const { directory, runId } = left;
  const sink = openOrderSink({ directory, runId, clock });
  if (!sink.ok) return sink;
  const accountIdHash = hash16(probed.account.uid);
  const recorder = createCallRecorder({
    sink: sink.value,
    redactor: createRedactor(request.secrets),
    accountIdHash,
    callsBefore: callsNamed(recorded.value),
  });
  const market = createMarketState(clock, config.maxMarketAgeMs);
  const seat = { request, probed, sink: sink.value, recorder, market, prefix, accountIdHash };
  const known = { account: null, state: null };
  const opened = await openRunBroker({ ...seat, auditScopeId: null }, known, recorded.value);
  if (!opened.ok) return opened;
  const settled = await settle(request, opened.value, left, recorded.value);
  const closed = await sink.value.close();
  if (!settled.ok) return settled;
  return closed.ok ? settled : closed;
}

async function settle(
  request: VenueRunRequest,
  broker: Broker,
  { runId, directory, instId, manifest }: UnfinishedRun,
  { attempts }: RecordedOrders,
): Promise<Result<SettledRun, Fault>> {
  const cleared = await broker.cancelAll({
    owner: { type: "lifecycle", scope: "operator" },
    kind: "cancel_after_restart",
    tick: null,
    tickReason: "after_the_run_was_left",
    intentPrefix: `restart:${attempts.length}:`,
    instIds: [instId],
    others: false,
  });
  const journal = { clock: request.clock };
  await followToEnds({ journal, request }, broker);
  const orders = broker.orders();
  const open = orders.filter(({ phase }) => phase !== "ended").map((own) => own.clientOrderId);
  if (!cleared.clear || open.length > 0) {
    const which = open.slice(0, 5).join(", ") || (cleared.reason ?? "unknown");
    const message = `nobody can say what became of orders of the unfinished run ${runId}: ${which}`;
    return err({ code: "run_unresolved", message, at: directory });
  }
  const aborted = { ...manifest, status: "aborted", status_detail: "settled_by_a_later_run" };
  const text = `${JSON.stringify(aborted, null, 2)}\n`;
  const written = writeRunDocument(directory, "run_manifest.json", text, "replace");
  if (!written.ok) return written;
  const withoutOutcome = broker.recovery?.withoutOutcome ?? 0;
  return ok({ runId, orders: orders.length, withoutOutcome, cancelled: cleared.own });
}
