import type { FenceBlocks } from "../artifacts/death-events.ts";
import type { FenceRow } from "../artifacts/gating-telemetry.ts";
import type { HighRateFence } from "../artifacts/high-rate-fences.ts";
import { highRateFences, inventoryRows, ordersWanted } from "../run/telemetry.ts";
import type { Claim, Report } from "./claim.ts";
import type { Records } from "./records.ts";

/**
 * Principle 4 of the seeds: every fence of the world is in the inventory and counted, and its
 * counts agree with what the run did.
 */
export const fenceTelemetry: Claim<"death" | "summary" | "telemetry"> = {
  id: "fence_telemetry",
  clause: "docs/contracts/run-directory.md#c11-fence-telemetry",
  reads: ["death", "summary", "telemetry"],
  start(_run, report) {
    const inventory = inventoryRows();
    const known = new Set(inventory.map(({ fence_id }) => fence_id));
    let summary: Records["summary"] | null = null;

    return {
      on: {
        death({ fence_block_rate_summary: blocks }, line): void {
          report.count();
          const field = "fence_block_rate_summary";
          if (blocks.length <= 3 && isRanked(blocks, known)) return;
          const detail = "at most three known fences, most blocked first";
          report.finding("fence_summary_wrong", { kind: "death", line, field }, detail);
        },
        summary(record): void {
          summary = record;
        },
        telemetry(telemetry): void {
          for (const [index, row] of inventory.entries()) {
            report.count();
            checkRow(row, telemetry.fences[index], report);
          }
          for (const { fence_id } of telemetry.fences.slice(inventory.length)) {
            report.finding(
              "fence_unknown",
              { kind: "telemetry" },
              `${fence_id} is in no inventory`,
            );
          }
          checkRates(telemetry, report);
          if (summary !== null) checkCounts(telemetry, summary, report);
        },
      },
      end: () => {},
    };
  },
};

/** Different known fences that blocked something, most blocked first. */
function isRanked(blocks: readonly FenceBlocks[], known: ReadonlySet<string>): boolean {
  return blocks.every(({ fence_id: id, block_count: count }, index) => {
    const before = blocks[index - 1]?.block_count ?? count;
    const isNew = blocks.findIndex(({ fence_id }) => fence_id === id) === index;
    return known.has(id) && isNew && count > 0 && count <= before;
  });
}

function checkRow(
  due: Omit<FenceRow, "trigger_count" | "block_count">,
  said: FenceRow | undefined,
  report: Report,
): void {
  if (said === undefined) {
    report.finding("fence_missing", { kind: "telemetry" }, `${due.fence_id} was not counted`);
    return;
  }
  const { trigger_count, block_count, ...row } = said;
  const field = `fences.${due.fence_id}`;
  if (JSON.stringify(row) !== JSON.stringify(due)) {
    const detail = "not the row of the inventory";
    report.finding("fence_row_differs", { kind: "telemetry", field }, detail);
  }
  if (block_count > trigger_count) {
    const detail = `blocked ${block_count} times, triggered ${trigger_count}`;
    report.finding("fence_counts_wrong", { kind: "telemetry", field }, detail);
  }
}

/** What acted on more than a fifth is listed and explained, and nothing else is. */
function checkRates(telemetry: Records["telemetry"], report: Report): void {
  const keyOf = ({ fence_id, rate }: Pick<HighRateFence, "fence_id" | "rate">): string =>
    `${fence_id} ${rate}`;
  const said = new Map(telemetry.high_rate_fences.map((entry) => [keyOf(entry), entry]));
  const due = highRateFences(telemetry.fences, telemetry);
  report.count(due.length + telemetry.high_rate_fences.length);
  for (const entry of due) {
    const found = said.get(keyOf(entry));
    said.delete(keyOf(entry));
    if (JSON.stringify(found) === JSON.stringify(entry)) continue;
    const place = { kind: "telemetry", field: `high_rate_fences.${entry.fence_id}` } as const;
    const [code, what] =
      found === undefined
        ? (["fence_rate_hidden", "and nobody says so"] as const)
        : (["fence_rate_differs", "and something else is said of it"] as const);
    report.finding(code, place, `${entry.rate} is ${entry.rate_ppm} ppm, ${what}`);
  }
  for (const key of said.keys()) {
    const place = { kind: "telemetry", field: "high_rate_fences" } as const;
    report.finding("fence_rate_differs", place, `${key} is not above the bound`);
  }
  if (telemetry.high_rate_fences.length <= due.length) return;
  const detail = `${telemetry.high_rate_fences.length} listed, ${due.length} are above the bound`;
  report.finding("fence_rate_differs", { kind: "telemetry", field: "high_rate_fences" }, detail);
}

/** Fences whose blocks the summary counts under another name. */
function checkCounts(
  telemetry: Records["telemetry"],
  { orders, deaths_by_reason: deaths, ticks, agent_bars, last }: Records["summary"],
  report: Report,
): void {
  const blocks = new Map(telemetry.fences.map((row) => [row.fence_id, row.block_count]));
  const of = (id: string): number => blocks.get(id) ?? 0;
  const pairs: Readonly<Record<string, readonly [number | string, number | string]>> = {
    fence_liquidation: [of("fence_liquidation"), orders.liquidations],
    "fence_liquidation (deaths)": [of("fence_liquidation"), deaths.liquidated],
    fence_living_cost_death: [of("fence_living_cost_death"), deaths.capital_depleted],
    fence_review_cull: [of("fence_review_cull"), deaths.review_culled],
    "fence_participation_cap + fence_zero_volume_bar": [
      of("fence_participation_cap") + of("fence_zero_volume_bar"),
      orders.partial + orders.unfilled,
    ],
    ticks: [telemetry.ticks, ticks],
    steps: [telemetry.steps, agent_bars],
    attempts: [telemetry.attempts, ordersWanted(orders.placed, telemetry.fences)],
    ts_utc: [telemetry.ts_utc, last?.ts_utc ?? ""],
  };
  for (const [field, [said, due]] of Object.entries(pairs)) {
    report.count();
    if (said === due) continue;
    const detail = `${said} here, ${due} in the summary`;
    report.finding("fence_counts_wrong", { kind: "telemetry", field }, detail);
  }
}
