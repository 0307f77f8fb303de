import { randomUUID } from "node:crypto";
import { type Fault, isoFromMillis, type Json, type Result } from "#base";
import type { HealthReader, Log, SwitchView } from "#mesh";
import {
  createRefusal,
  type HealthVerdict,
  type Proposal,
  type Refusal,
  type RefusalCode,
  type RuntimeName,
  refusalCodes,
  supersedeWindowMs,
} from "#protocol";
import type { Gather, Gathered } from "../inputs/gathered.ts";
import type { DecisionLog } from "./decision-log.ts";
import { finishProposal } from "./finish-proposal.ts";
import { type ReadDecision, readDecision } from "./read-decision.ts";

/** One strategy at work: its process, its inputs, and what it remembers. */
export type Seat = Readonly<{
  strategy: RuntimeName;
  version: string;
  gather: Gather;
  /** Faults: strategy_failed, strategy_timed_out. */
  ask: (request: Json) => Promise<Result<Json, Fault>>;
  memory: Memory;
}>;

/** Kept over restarts; null before the first decision. */
export type Memory = Readonly<{
  get: () => Json;
  keep: (memory: Json) => Promise<Result<void, Fault>>;
}>;

export type CyclePorts = Readonly<{
  health: HealthReader;
  switches: SwitchView;
  decisions: DecisionLog;
  /** Hands on what has landed. Fault: that of the outbox. */
  publish: (said: Said) => Promise<Result<void, Fault>>;
  nowMs: () => number;
  maxAgeMs: number;
  symbols: readonly string[] | null;
  log: Log;
}>;

export type Said =
  | Readonly<{ type: "proposal"; body: Proposal }>
  | Readonly<{ type: "refusal"; body: Refusal }>;

export type CycleOutcome =
  | Readonly<{ type: "proposed"; proposals: readonly Proposal[] }>
  | Readonly<{ type: "held"; reason: string }>
  | Readonly<{ type: "refused"; code: RefusalCode; detail: string }>;

/** What was proposed last, by what it is about, so that a newer one replaces it. */
export type Standing = Map<string, Readonly<{ proposalId: string; atMs: number }>>;

/**
 * One round: fresh data or a refusal, inputs or a refusal, the strategy's answer, then evidence,
 * then the bus. Nothing is published that has not landed; nothing that happens here throws.
 */
export async function runCycle(
  seat: Seat,
  ports: CyclePorts,
  standing: Standing,
): Promise<CycleOutcome> {
  const verdict = await ports.health.read();
  const scene: Scene = { seat, ports, verdict, standing, correlationId: randomUUID() };
  if (!verdict.fresh) {
    const code = verdict.refusal ?? "marketdata_stale";
    return refuse(scene, { code, detail: verdict.reason, gathered: null });
  }
  const gathered = seat.gather(ports.nowMs());
  if (!gathered.ok) return refuseFault(scene, gathered.fault, null);
  const { view, config } = gathered.value;
  const answer = await seat.ask({ view, config, memory: seat.memory.get() });
  const decision = answer.ok ? readDecision(answer.value) : answer;
  if (!decision.ok) return refuseFault(scene, decision.fault, gathered.value);
  const outcome = await conclude(scene, gathered.value, decision.value);
  if (outcome.type === "refused") return outcome;
  // Only now: a decision that came to nothing is decided again.
  const kept = await seat.memory.keep(decision.value.memory);
  if (kept.ok) return outcome;
  return refuse(scene, {
    code: "evidence_unwritten",
    detail: kept.fault.message,
    gathered: gathered.value,
  });
}

type Scene = Readonly<{
  seat: Seat;
  ports: CyclePorts;
  verdict: HealthVerdict;
  standing: Standing;
  correlationId: string;
}>;

async function conclude(
  scene: Scene,
  gathered: Gathered,
  decision: ReadDecision,
): Promise<CycleOutcome> {
  const { verdict, reasons } = decision;
  const [reason] = reasons;
  const detail = `${reason?.code ?? ""}: ${reason?.message ?? ""}`;
  switch (verdict.type) {
    case "hold":
      return { type: "held", reason: reason?.code ?? "hold" };
    case "refuse":
      return refuse(scene, { code: verdict.code, detail, gathered });
    case "propose":
      return propose(scene, gathered, decision);
  }
}

/** More than this at once is no decision but a fault. */
const maxProposals = 8;

async function propose(
  scene: Scene,
  gathered: Gathered,
  decision: ReadDecision,
): Promise<CycleOutcome> {
  const { seat, ports, verdict, standing } = scene;
  const drafts = decision.verdict.type === "propose" ? decision.verdict.proposals : [];
  if (drafts.length > maxProposals) {
    const detail = `${drafts.length} proposals at once, and ${maxProposals} are the most`;
    return refuse(scene, { code: "rate_limited", detail, gathered });
  }
  const proposals: Proposal[] = [];
  for (const draft of drafts) {
    const nowMs = ports.nowMs();
    const proposal = finishProposal(draft, {
      strategy: seat.strategy,
      strategyVersion: seat.version,
      nowMs,
      inputs: gathered.inputs,
      heartbeatAgeMs: ageAt(verdict, nowMs),
      maxHeartbeatAgeMs: ports.maxAgeMs,
      switchReading: ports.switches.look().reading,
      genome: gathered.genome,
      indicators: decision.indicators,
      symbols: ports.symbols,
      correlationId: scene.correlationId,
    });
    if (!proposal.ok) {
      const { code, message } = proposal.fault;
      const detail = `${code}: ${message}`;
      const isStale = code === "proposal_data_stale";
      const why = isStale ? "marketdata_stale" : "proposal_invalid";
      return refuse(scene, { code: why, detail, gathered });
    }
    proposals.push(proposal.value);
  }
  for (const proposal of proposals) {
    const landed = land(scene, proposal, decision);
    const sent = landed.ok ? await ports.publish({ type: "proposal", body: proposal }) : landed;
    if (!sent.ok) {
      const detail = `${sent.fault.code}: ${sent.fault.message}`;
      return refuse(scene, { code: "evidence_unwritten", detail, gathered });
    }
    standing.set(subjectOf(proposal), { proposalId: proposal.proposal_id, atMs: ports.nowMs() });
  }
  return { type: "proposed", proposals };
}

/** The data has aged while the strategy thought; a clock set back makes nothing younger. */
function ageAt({ ageMs, lastTickMs }: HealthVerdict, nowMs: number): number {
  if (ageMs === null || lastTickMs === null) return Number.POSITIVE_INFINITY;
  return Math.max(ageMs, nowMs - lastTickMs);
}

/** What a proposal is about: a newer one for the same replaces it. */
function subjectOf({ symbol, asset_type, option }: Proposal): string {
  return `${symbol} ${asset_type} ${option?.contract_symbol ?? ""}`;
}

/** The proposal, and before it that an earlier one for the same thing gives way. */
function land(
  { seat, ports, standing }: Scene,
  proposal: Proposal,
  decision: ReadDecision,
): Result<void, Fault> {
  const nowMs = ports.nowMs();
  const before = standing.get(subjectOf(proposal));
  const strategy_name = seat.strategy;
  if (before !== undefined && nowMs - before.atMs <= supersedeWindowMs) {
    const body = { proposal_id: before.proposalId, superseded_by: proposal.proposal_id };
    const given = ports.decisions.land(
      { strategy_name, type: "superseded", body, decision: null },
      nowMs,
    );
    if (!given.ok) return given;
  }
  const { reasons, indicators, details } = decision;
  return ports.decisions.land(
    {
      strategy_name,
      type: "proposal",
      body: proposal,
      decision: { reasons: [...reasons], indicators, details },
    },
    nowMs,
  );
}

function refuseFault(
  scene: Scene,
  { code, message, at }: Fault,
  gathered: Gathered | null,
): Promise<CycleOutcome> {
  const known = refusalCodes.find((one) => one === code) ?? "strategy_failed";
  const where = at === undefined ? "" : ` (${at})`;
  return refuse(scene, { code: known, detail: `${message}${where}`, gathered });
}

type Refused = Readonly<{ code: RefusalCode; detail: string; gathered: Gathered | null }>;

/** A refusal lands too, and is told; when not even that works, the log of the process has it. */
async function refuse(
  { seat, ports, verdict, correlationId }: Scene,
  { code, detail, gathered }: Refused,
): Promise<CycleOutcome> {
  const { strategy, version } = seat;
  const nowMs = ports.nowMs();
  const body = createRefusal({
    refused_at_utc: isoFromMillis(Math.floor(nowMs)),
    strategy_name: strategy,
    strategy_version: version,
    correlation_id: correlationId,
    symbol: gathered?.symbol ?? null,
    reason_code: code,
    detail: plainLine(detail),
    inputs: gathered?.inputs ?? [],
    heartbeat_age_ms: verdict.ageMs === null ? null : Math.max(0, Math.floor(verdict.ageMs)),
    switch: ports.switches.look().reading,
  });
  const record = { strategy_name: strategy, type: "refusal", body, decision: null } as const;
  const landed = ports.decisions.land(record, nowMs);
  const sent = landed.ok ? await ports.publish({ type: "refusal", body }) : landed;
  const unsent = sent.ok ? {} : { error: sent.fault.message };
  ports.log.warn("strategy.refused", {
    strategy,
    reason_code: code,
    correlation_id: correlationId,
    outcome: "refused",
    msg: plainLine(detail),
    ...unsent,
  });
  return { type: "refused", code, detail };
}

function plainLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}]+/gu, " ").slice(0, 500) || "no detail";
}
