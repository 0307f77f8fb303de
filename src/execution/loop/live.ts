import { totalCash } from "../colony/reserve.ts";
import type { StopReading } from "../run/run-request.ts";
import { tellError } from "../run/tell-error.ts";
import type { VenueRunEnd } from "./run-end.ts";
import type { RunState } from "./run-state.ts";
import { liveTick } from "./tick.ts";

export type LiveEnd = Readonly<{ end: VenueRunEnd; stop: StopReading }>;

/** Part of a tick that orders must leave free before the next one: a twentieth. */
const freeShare = 0.05;

/** Lives tick by tick until one of the ends; whoever asks to stop is heard between two ticks. */
export async function live(state: RunState): Promise<LiveEnd> {
  const { session, feed } = state;
  const { config, clock, signal } = session.request;
  const { intervalMs } = feed;
  const everyMs = config.tickSeconds === null ? intervalMs : config.tickSeconds * 1000;
  let openMs = (feed.store.newest?.openMs ?? 0) + everyMs;
  for (let tick = 1; tick <= config.ticks; tick += 1) {
    await clock.waitUntil(openMs + intervalMs, signal);
    const stopped = whyStop(state, tick);
    if (stopped !== null) return stopped;
    openMs = caughtUp(state, { tick, openMs, everyMs });
    const nextMs = openMs + everyMs + intervalMs;
    const lifeEndMs = clock.nowMillis() + config.orderLifetimeMs;
    const deadlineMs = Math.min(lifeEndMs, nextMs - Math.ceil(everyMs * freeShare));
    await liveTick(state, { tick, barOpenMs: openMs, deadlineMs });
    tellProgress(state);
    const ended = whyEnded(state);
    if (ended !== null) return { end: ended, stop: null };
    openMs += everyMs;
  }
  return { end: "ticks_done", stop: null };
}

/** A stop, or a switch that halts: both are read between two ticks. */
function whyStop(state: RunState, tick: number): LiveEnd | null {
  const { session } = state;
  const stop = session.request.stopRequested();
  const reading = session.request.halt.look();
  const halted = !reading.verdict.allowed || reading.latch.state === "latched";
  if (stop === null && !halted) return null;
  const source = halted ? (reading.verdict.source ?? "halt latch") : `${stop}`;
  session.journal.execution("execution_gating_events", {
    tick,
    tick_reason: null,
    event_type: halted ? "halt_on" : "stop_seen",
    source,
    value: halted ? reading.verdict.reason : stop,
    value_reason: null,
    trigger_reason_codes: [halted ? reading.verdict.reason : `stop_${stop}`],
  });
  const code = halted ? "execution_halted" : `stop_${stop}`;
  const detail = `before tick ${tick}: ${source}`;
  tellError(session, { tick: null, type: "run_stopped", code, detail });
  return { end: halted ? "halted" : "stopped", stop };
}

type Due = Readonly<{ tick: number; openMs: number; everyMs: number }>;

/** Ticks that were missed are not lived afterwards; their bars are, as history. */
function caughtUp(state: RunState, { tick, openMs, everyMs }: Due): number {
  const { session, feed } = state;
  const lateMs = session.journal.clock.nowMillis() - (openMs + feed.intervalMs);
  const missed = Math.max(Math.floor(lateMs / everyMs), 0);
  if (missed === 0) return openMs;
  const detail = `${missed} ticks passed before tick ${tick} could begin`;
  tellError(session, { tick, type: "tick_skipped", code: "run_behind_market", detail });
  return openMs + missed * everyMs;
}

function whyEnded(state: RunState): VenueRunEnd | null {
  const { colony, reserve, broker, markPrice } = state;
  const held = markPrice === null ? 0n : colony.sizes.valueOf(reserve.lots, markPrice);
  const extinct = colony.members.length === 0;
  const broke = reserve.cash + held <= 0n;
  if (extinct || broke) {
    const reason = extinct && broke ? "both" : extinct ? "extinction" : "financial";
    state.collapse = { reason, atMs: state.session.journal.clock.nowMillis() };
    const detail = `agents and reserve hold ${totalCash(colony, reserve)} units of cash`;
    const code = `collapse_${reason}`;
    tellError(state.session, { tick: state.tick, type: "collapse", code, detail });
    return broke ? "financial_collapse" : "extinction";
  }
  return broker.frozen() === null ? null : "evidence_gap";
}

function tellProgress(state: RunState): void {
  const { session, broker, colony, account } = state;
  const orders = broker.orders();
  session.request.progress({
    tick: state.tick,
    ticks: session.request.config.ticks,
    alive: colony.members.length,
    placed: orders.length,
    filled: orders.filter(({ filled }) => /[1-9]/.test(filled)).length,
    refused: broker.fences().reduce((sum, { block_count }) => sum + block_count, 0),
    equity: account?.balance?.eq ?? null,
  });
}
