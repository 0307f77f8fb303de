import type { LedgerTotals } from "#core";
import { type DeathLine, deathSourceByReason } from "../artifacts/death-events.ts";
import type { LifeLine } from "../artifacts/life-record.ts";
import { agentNumber } from "../run/agent-identity.ts";
import type { Claim, Place, Report } from "./claim.ts";
import { createBirthBooks, createLifeSums, createTickCost } from "./life-books.ts";

type Kinds = "birth" | "death" | "survivor" | "collapse_event" | "ledger";

/** Every life adds up by itself, fits the births it gave, and all lives add up to the ledger. */
export const lifeRecords: Claim<Kinds> = {
  id: "life_records",
  clause: "docs/contracts/run-directory.md#c7-life-records",
  reads: ["birth", "death", "survivor", "collapse_event", "ledger"],
  start(run, report) {
    const books = createBirthBooks();
    const sums = createLifeSums(run.manifest.instrument.micro_per_lot_tick);
    const livingCost = createTickCost();
    const mark: Mark = { tick: -1, price: 0 };
    let rebooted = 0;
    let totals: LedgerTotals | null = null;

    function life(agentId: string, record: LifeLine, place: Place, tick: number): void {
      report.count();
      const agent = agentNumber(agentId);
      const value = sums.add(record);
      checkSum(record, value, place, report);
      checkCounts(record, place, report);
      books.check(agent, record, place, report);
      if (record.age_ticks !== tick - record.born_tick) {
        const detail = `born at ${record.born_tick}, ${record.age_ticks} old at ${tick}`;
        report.finding("life_age_wrong", { ...place, field: "life.age_ticks" }, detail);
      }
      if (mark.tick === tick && mark.price !== record.mark_price_ticks) {
        const field = "life.mark_price_ticks";
        report.finding("life_marked_apart", { ...place, field }, `${mark.price} in the same tick`);
      }
      mark.tick = tick;
      mark.price = record.mark_price_ticks;
      if (!livingCost.holds(record.living_cost_micro, record.age_ticks)) {
        const detail = `${record.living_cost_micro} for ${record.age_ticks} ticks`;
        report.finding("living_cost_uneven", { ...place, field: "life.living_cost_micro" }, detail);
      }
    }

    return {
      on: {
        birth(record, line): void {
          report.count();
          books.add(record);
          if (record.origin === "reboot_founder") rebooted += record.capital_micro;
          // Half each; the odd micro-unit stays with the parent.
          const spare = (record.parent_capital_micro ?? 0) - record.capital_micro;
          if (record.origin === "split" && spare !== 0 && spare !== 1) {
            const place: Place = { kind: "birth", line, field: "parent_capital_micro" };
            report.finding("split_uneven", place, `the parent kept ${spare} more than it gave`);
          }
        },
        death(record, line): void {
          const place: Place = { kind: "death", line };
          life(record.agent_id, record.life, place, record.tick);
          checkDeath(record, place, report);
          checkState(record.life, record.position_lots, place, report);
          sums.settle(record.settled_to_reserve_micro);
        },
        survivor(record, line): void {
          const place: Place = { kind: "survivor", line };
          life(record.agent_id, record.life, place, record.tick);
          checkState(record.life, record.life.position_lots, place, report);
        },
        collapse_event(record): void {
          if (record.event === "reboot") rebooted -= record.capital_micro;
        },
        ledger(record): void {
          totals = record.totals;
        },
      },
      end(): void {
        if (totals !== null) sums.compare(totals, report);
        if (rebooted === 0) return;
        const place: Place = { kind: "collapse_event", field: "capital_micro" };
        report.finding("reboot_capital_wrong", place, `differs from its founders by ${rebooted}`);
      },
    };
  },
};

/** All who are marked in one tick are marked at one price. */
type Mark = { tick: number; price: number };

/** final = initial - given + trade flow + value held - fees - funding - living cost. */
function checkSum(life: LifeLine, held: bigint, place: Place, report: Report): void {
  const flow =
    life.initial_capital_micro -
    life.given_to_children_micro +
    life.trade_flow_micro -
    life.fees_micro -
    life.funding_micro -
    life.living_cost_micro;
  // Most lives end flat, and numbers compare without a detour through big ones.
  if (held === 0n && life.final_capital_micro === flow) return;
  if (BigInt(life.final_capital_micro) === BigInt(flow) + held) return;
  const detail = `${life.final_capital_micro} is not ${BigInt(flow) + held}`;
  report.finding("life_does_not_add_up", { ...place, field: "life.final_capital_micro" }, detail);
}

function checkCounts(life: LifeLine, place: Place, report: Report): void {
  const open = life.position_lots === 0 ? 0 : 1;
  if (life.opened_long + life.opened_short - life.closed !== open) {
    const detail = `${life.opened_long} + ${life.opened_short} opened, ${life.closed} closed`;
    report.finding("life_counts_wrong", { ...place, field: "life.closed" }, detail);
  }
  if (life.closed_with_profit > life.closed) {
    report.finding("life_counts_wrong", { ...place, field: "life.closed_with_profit" }, "too many");
  }
}

/** The state is the one it was found in: death closes a position, but does not hide it. */
function checkState(life: LifeLine, lots: number, place: Place, report: Report): void {
  if ((life.state_final === "IN_MARKET") === (lots !== 0)) return;
  const detail = `${life.state_final} with ${lots} lots`;
  report.finding("life_counts_wrong", { ...place, field: "life.state_final" }, detail);
}

/** The death line repeats its life and explains itself. */
function checkDeath(death: DeathLine, place: Place, report: Report): void {
  const { life, position_lots: lots } = death;
  const side = lots > 0 ? "long" : lots < 0 ? "short" : null;
  const check = (field: string, fits: boolean): void => {
    if (fits) return;
    report.finding("death_inconsistent", { ...place, field }, "does not fit the rest of the line");
  };
  check(
    "death_reason_source",
    death.death_reason_source === deathSourceByReason[death.death_reason],
  );
  check("position_side", death.position_side === side);
  check("position_side_reason", (death.position_side_reason === null) === (side !== null));
  check("has_position", death.has_position === (side !== null));
  check("last_signal", death.last_signal === life.last_signal);
  check("state_final", death.state_final === life.state_final);
  check("life.position_lots", life.position_lots === 0);
  check("settled_to_reserve_micro", death.settled_to_reserve_micro === life.final_capital_micro);
}
