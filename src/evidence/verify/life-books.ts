import type { LedgerTotals } from "#core";
import type { BirthLine } from "../artifacts/birth-events.ts";
import type { LifeLine } from "../artifacts/life-record.ts";
import { agentNumber } from "../run/agent-identity.ts";
import { createColumn } from "../run/column.ts";
import type { Place, Report } from "./claim.ts";
import { createExactSum, exactProduct } from "./exact-sum.ts";

/** What births say of every agent: its start, and what it gave to its children. */
export type BirthBooks = Readonly<{
  add: (birth: BirthLine) => void;
  check: (agent: number, life: LifeLine, place: Place, report: Report) => void;
}>;

export function createBirthBooks(): BirthBooks {
  const capital = createColumn();
  const bornTick = createColumn();
  const given = createColumn();
  const children = createColumn();
  const base = createColumn();

  return {
    add(birth): void {
      capital.push(birth.capital_micro);
      bornTick.push(birth.tick);
      given.push(0);
      children.push(0);
      base.push(birth.capital_micro);
      const parent = birth.parent_id === null ? Number.NaN : agentNumber(birth.parent_id) - 1;
      if (!(parent >= 0 && parent < capital.length)) return;
      given.set(parent, given.at(parent) + birth.capital_micro);
      children.set(parent, children.at(parent) + 1);
      // A split starts a new period: the parent's return counts from what it kept.
      base.set(parent, birth.parent_capital_micro ?? Number.NaN);
    },
    check(agent, life, place, report): void {
      const at = agent - 1;
      const differ = (field: keyof LifeLine, landed: number): void => {
        if (life[field] === landed) return;
        const detail = `${life[field]} here, ${landed} by the births`;
        report.finding("life_differs_from_births", { ...place, field: `life.${field}` }, detail);
      };
      differ("initial_capital_micro", capital.at(at));
      differ("born_tick", bornTick.at(at));
      differ("given_to_children_micro", given.at(at));
      differ("children", children.at(at));
      differ("capital_base_micro", base.at(at));
    },
  };
}

/** All lives together, against the totals of the ledger. */
export type LifeSums = Readonly<{
  /** Gives the value of what the agent still holds. */
  add: (life: LifeLine) => bigint;
  settle: (micro: number) => void;
  compare: (totals: LedgerTotals, report: Report) => void;
}>;

export function createLifeSums(microPerLotTick: number): LifeSums {
  const pricePnl = createExactSum();
  const fees = createExactSum();
  const funding = createExactSum();
  const living = createExactSum();
  const settled = createExactSum();
  let held = 0n;

  return {
    add(life): bigint {
      const value = heldValue(life, microPerLotTick);
      pricePnl.add(life.trade_flow_micro);
      fees.add(life.fees_micro);
      funding.add(life.funding_micro);
      living.add(life.living_cost_micro);
      if (value !== 0n) held += value;
      return value;
    },
    settle: settled.add,
    compare(totals, report): void {
      const due: Readonly<Record<string, readonly [number, bigint]>> = {
        price_pnl_micro: [totals.price_pnl_micro, pricePnl.value() + held],
        fees_micro: [totals.fees_micro, fees.value()],
        funding_micro: [totals.funding_micro, funding.value()],
        living_cost_micro: [totals.living_cost_micro, living.value()],
        settled_to_reserve_micro: [totals.settled_to_reserve_micro, settled.value()],
      };
      for (const [field, [said, summed]] of Object.entries(due)) {
        report.count();
        if (BigInt(said) === summed) continue;
        const detail = `${said} in the ledger, ${summed} over all lives`;
        report.finding(
          "lives_differ_from_ledger",
          { kind: "ledger", field: `totals.${field}` },
          detail,
        );
      }
    },
  };
}

/** Lots times price times what a lot is worth per tick; most lives end flat. */
function heldValue(life: LifeLine, microPerLotTick: number): bigint {
  if (life.position_lots === 0) return 0n;
  return exactProduct(life.position_lots, microPerLotTick) * BigInt(life.mark_price_ticks);
}

/** The living cost of a tick is the same for everybody; the first life tells it. */
export type TickCost = Readonly<{ holds: (cost: number, ticks: number) => boolean }>;

export function createTickCost(): TickCost {
  let perTick: number | null = null;
  return {
    holds(cost, ticks): boolean {
      if (ticks === 0) return cost === 0;
      perTick ??= cost / ticks;
      return cost === perTick * ticks;
    },
  };
}
