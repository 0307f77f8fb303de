import type { EvidenceRef } from "#evidence";
import type { VenueInstrument } from "../port.ts";
import type { LandedLine } from "../recording/evidence-sink.ts";
import type { AgentPace } from "./agent-gates.ts";
import { readUnits, type Units, unitsOrZero } from "./decimal-units.ts";
import type { FenceCounts } from "./fences.ts";
import type { Freeze, FreezeReason } from "./freeze.ts";
import type { AccountView } from "./limit-gates.ts";
import type { BrokerOptions } from "./options.ts";
import type { OrderIds } from "./order-ids.ts";
import type { OwnOrders } from "./own-orders.ts";
import type { RateBudget, RateFamily } from "./rate-budget.ts";
import type { TickCounts } from "./tick-counts.ts";
import type { VenueHealth } from "./venue-health.ts";

/** Everything the acts of one broker share. */
export type Desk = Readonly<{
  options: BrokerOptions;
  instrumentById: ReadonlyMap<string, VenueInstrument>;
  orders: OwnOrders;
  ids: OrderIds;
  fences: FenceCounts;
  freeze: Freeze;
  pace: AgentPace;
  budget: RateBudget;
  health: VenueHealth;
  ticks: TickCounts;
  /** The look at an order that is under way: one at a time, so that samples lie in their order. */
  looks: Map<string, Promise<unknown>>;
  /** The line that landed last. */
  lastLine: () => LandedLine | null;
}>;

/** The account as limits see it now. */
export function accountView({ options, orders, instrumentById }: Desk): AccountView {
  const { facts, limits, time } = options;
  return {
    live: orders.live(),
    positionNotional: facts.account().positionNotional,
    contractOf: (instId) => unitsOrZero(instrumentById.get(instId)?.ctVal ?? "1"),
    referenceOf(instId): Units | null {
      const reference = facts.reference(instId);
      if (reference === null) return null;
      const ageMs = time.nowMs() - reference.atMs;
      return ageMs <= limits.maxReferenceAgeMs ? readUnits(reference.px) : null;
    },
  };
}

/** Freezes, with the line that shows why; else with the last one of what was known by then. */
export async function freezeDesk(
  { freeze, options, lastLine }: Desk,
  reason: FreezeReason,
  detail: string,
  evidence: Readonly<{ tick: number | null; line: LandedLine | null }>,
): Promise<void> {
  const { auditScopeId } = options;
  const line = evidence.line ?? lastLine();
  const refs = line === null ? [] : [refTo(line, auditScopeId)];
  await freeze.trigger({ reason, detail, tick: evidence.tick, refs });
}

function refTo({ file, line, sha256 }: LandedLine, auditScopeId: string | null): EvidenceRef {
  return { file, line_start: line, line_end: line, sha256, audit_scope_id: auditScopeId };
}

/** Longer waits for the venue's windows are refused: the order would be stale. */
const maxWaits = 4;

/** Waits for the venue's windows; false when a wait does not end, as with a clock that stands. */
export async function waitForRate(
  { budget, options, fences }: Desk,
  family: RateFamily,
  instId: string,
): Promise<boolean> {
  for (let waits = 0; ; waits += 1) {
    const delay = budget.delayMs(family, instId, options.time.nowMs());
    if (delay === 0) return true;
    if (waits === 0 && family !== "query") fences.trigger("fence_rate_limiter_block_order");
    if (waits === maxWaits) return false;
    await options.time.sleep(delay);
  }
}
