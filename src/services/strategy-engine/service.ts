import { join } from "node:path";
import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import {
  createEnding,
  createHealthReader,
  type Outbox,
  openOutbox,
  type RunningService,
  type Service,
  type ServiceDeps,
  type ServiceFacts,
  sourceOf,
} from "#mesh";
import { createEvent, type HealthVerdict, subjects } from "#protocol";
import { type StrategyEngineConfig, strategyEngineConfig } from "./config.ts";
import { createDecisionLog, type DecisionLog } from "./cycle/decision-log.ts";
import {
  type CycleOutcome,
  type CyclePorts,
  runCycle,
  type Said,
  type Seat,
  type Standing,
} from "./cycle/run-cycle.ts";
import { type MemoryTables, migrations, openMemory } from "./memories.ts";
import { runtimeSpec, type StrategyProcess, startProcess } from "./seats.ts";

type Deps = ServiceDeps<StrategyEngineConfig>;

/** Runs strategies in processes of their own. What comes out are proposals, never orders. */
export const strategyEngine: Service<StrategyEngineConfig> = {
  name: "strategy-engine",
  config: strategyEngineConfig,
  start: startStrategyEngine,
};

async function startStrategyEngine(
  deps: Deps,
  signal: AbortSignal,
): Promise<Result<RunningService, Fault>> {
  const { config, root, identity, bus, store, clock, timers } = deps;
  const tables = await store.open<MemoryTables>(migrations);
  if (!tables.ok) return tables;
  const folder = join(root, "mesh", identity.agent_name);
  const outbox = openOutbox({ folder, bus });
  if (!outbox.ok) return outbox;
  const decisions = createDecisionLog({ root, bootId: identity.boot_id });
  const state: State = { lastCycleMs: null, verdict: null };
  const ports = portsOf(deps, { decisions, outbox: outbox.value, state });
  const processes: StrategyProcess[] = [];
  const stopAll = async (deadlineMs: number): Promise<void> => {
    await Promise.all(processes.map((process) => process.stop(deadlineMs)));
    await outbox.value.flushed(Math.min(deadlineMs, 2000));
    await outbox.value.close();
    decisions.close();
  };
  const cycles: (() => Promise<void>)[] = [];
  for (const strategy of config.runtimes) {
    if (signal.aborted) {
      await stopAll(1000);
      return err({ code: "start_stopped", message: "asked to stop before it had started" });
    }
    const spec = runtimeSpec(strategy, config, root);
    const memory = await openMemory(tables.value, strategy, clock);
    if (!memory.ok) {
      await stopAll(1000);
      return memory;
    }
    const process = await startProcess(strategy, spec.file, deps);
    if (!process.ok) {
      await stopAll(1000);
      return process;
    }
    processes.push(process.value);
    const { version, gather } = spec;
    const seat = { strategy, version, gather, ask: process.value.ask, memory: memory.value };
    cycles.push(cycleOf(seat, ports, deps, state));
  }
  const round = async (): Promise<void> => {
    await Promise.all(cycles.map((cycle) => cycle()));
  };
  timers.after(0, round);
  timers.every(config.cycleSeconds * 1000, round);
  const ending = createEnding();
  return ok({
    readiness: () => {
      const down = processes.filter((process) => !process.up()).length;
      const checks = {
        runtimes: down === 0 ? "ok" : "strategy_failed",
        evidence: decisions.trouble() === null ? "ok" : "evidence_unwritten",
        outbox: outbox.value.status().trouble === null ? "ok" : "bus_unreachable",
      };
      return { ready: down === 0, checks };
    },
    opsFacts: () => factsOf(state, { decisions, outbox: outbox.value }, processes),
    async stop(deadlineMs) {
      await stopAll(deadlineMs);
      ending.end({ outcome: "stopped" });
    },
    ended: ending.ended,
  });
}

type State = { lastCycleMs: number | null; verdict: HealthVerdict | null };

type Hands = Readonly<{ decisions: DecisionLog; outbox: Outbox; state: State }>;

function portsOf(deps: Deps, { decisions, outbox, state }: Hands): CyclePorts {
  const { config, clock, identity, switches, log } = deps;
  const reader = createHealthReader({
    url: config.healthUrl,
    maxAgeSeconds: config.maxAgeSeconds,
    timeoutMs: config.healthTimeoutSeconds * 1000,
    nowMs: clock.nowMs,
  });
  let seq = 0;
  const publish = async (said: Said): Promise<Result<void, Fault>> => {
    seq += 1;
    const { strategy_name, correlation_id } = said.body;
    const isProposal = said.type === "proposal";
    const event = createEvent({
      event_id: isProposal ? said.body.proposal_id : said.body.refusal_id,
      subject: isProposal ? subjects.proposal(strategy_name) : subjects.refusal(strategy_name),
      source: sourceOf(identity),
      ts_utc: isoFromMillis(Math.floor(clock.nowMs())),
      seq,
      correlation_id,
      payload: said.body,
    });
    return event.ok ? outbox.append(event.value) : event;
  };
  return {
    health: {
      async read(signal) {
        state.verdict = await reader.read(signal);
        return state.verdict;
      },
    },
    switches,
    decisions,
    publish,
    nowMs: clock.nowMs,
    maxAgeMs: config.maxAgeSeconds * 1000,
    symbols: config.symbols,
    log,
  };
}

/** One strategy's round, counted. Two rounds of one strategy never run side by side. */
function cycleOf(
  seat: Seat,
  ports: CyclePorts,
  { metrics, clock, log }: Deps,
  state: State,
): () => Promise<void> {
  const cycles = metrics.counter({
    name: "assay_strategy_cycles_total",
    help: "Rounds of a strategy, by how they ended.",
    labels: ["strategy", "outcome"],
  });
  const refusals = metrics.counter({
    name: "assay_strategy_refusals_total",
    help: "Rounds in which a strategy proposed nothing although it was asked, by reason.",
    labels: ["strategy", "reason"],
  });
  const proposals = metrics.counter({
    name: "assay_order_proposals_total",
    help: "Proposals that landed and were handed on.",
    labels: ["strategy"],
  });
  const standing: Standing = new Map();
  const { strategy } = seat;
  let isAtWork = false;
  return async () => {
    // The first round begins at once and may last longer than until the next one is due.
    if (isAtWork) return;
    isAtWork = true;
    const outcome: CycleOutcome = await runCycle(seat, ports, standing).finally(() => {
      isAtWork = false;
    });
    cycles.add({ strategy, outcome: outcome.type });
    state.lastCycleMs = clock.nowMs();
    switch (outcome.type) {
      case "refused":
        return refusals.add({ strategy, reason: outcome.code });
      case "held":
        return log.debug("strategy.held", { strategy, reason_code: outcome.reason });
      case "proposed":
        proposals.add({ strategy }, outcome.proposals.length);
        for (const { proposal_id, correlation_id, symbol, side } of outcome.proposals) {
          log.info("strategy.proposed", { strategy, proposal_id, correlation_id, symbol, side });
        }
    }
  };
}

function factsOf(
  { lastCycleMs, verdict }: State,
  { decisions, outbox }: Pick<Hands, "decisions" | "outbox">,
  processes: readonly StrategyProcess[],
): ServiceFacts {
  const degraded: string[] = [];
  if (processes.some((process) => !process.up())) degraded.push("strategy_failed");
  if (decisions.trouble() !== null) degraded.push("evidence_unwritten");
  if (outbox.status().trouble !== null) degraded.push("bus_unreachable");
  return {
    mode: "OBSERVE",
    kind: "strategy",
    missing_fields: [],
    execution_enabled: null,
    market: null,
    marketdata: marketdataOf(verdict),
    last_tick_ms: verdict?.lastTickMs ?? null,
    last_bar_ms: null,
    last_heartbeat_ms: lastCycleMs,
    degraded_by: degraded,
  };
}

function marketdataOf(verdict: HealthVerdict | null): ServiceFacts["marketdata"] {
  if (verdict === null || verdict.lastTickMs === null) return "missing";
  return verdict.fresh ? "fresh" : "stale";
}
