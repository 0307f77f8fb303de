import assert from "node:assert/strict";
import { sharedPath } from "#support";
import { assay } from "./assay.ts";

/** Recorded bars of the OKX swap with its outages, and the funding of another venue. */
export const recordedBars = [
  "data",
  "okx-swap-15m-2022-2025",
  "okx_BTC-USDT-SWAP_15m.dev-to-2024-12-31.csv.gz",
] as const;

export const recordedFunding = [
  "data",
  "binance-um-1h-2019-2026",
  "binance_BTCUSDT-PERP_funding_8h.dev-to-2024-12-31.csv.gz",
] as const;

/** Imports the recorded market under the name `okx-btc-15m`, by the command a user would type. */
export async function importRecordedMarket(root: string): Promise<void> {
  const files = [sharedPath(...recordedBars), "--funding", sharedPath(...recordedFunding)];
  const facts = ["--instrument", "BTC-USDT-SWAP", "--interval", "15m", "--name", "okx-btc-15m"];
  const venue = ["--funding-venue", "binance"];
  const run = await assay(["data", "import", ...files, ...facts, ...venue, "--root", root]);
  assert.equal(run.code, 0, run.stderr);
}

/** What happened in a campaign, summed over its runs. */
export type Counts = Readonly<Record<string, number>>;

type RunLine = Readonly<{ type: string; run_id: string; summary: RunSummaryLine }>;

type RunSummaryLine = Readonly<{
  births: number;
  agent_bars: number;
  deaths_by_reason: Counts;
  orders: Counts;
  all_agents: Counts;
}>;

/** Reads the JSON lines of `assay evolve --json`. */
export function readCampaign(
  stdout: string,
): Readonly<{ runs: readonly string[]; counts: Counts }> {
  const lines = stdout.trimEnd().split("\n");
  const records = lines.map((line) => JSON.parse(line) as RunLine);
  const runs = records.filter(({ type }) => type === "run");
  const counts: Record<string, number> = {};
  const add = (name: string, value: number | undefined): void => {
    counts[name] = (counts[name] ?? 0) + (value ?? Number.NaN);
  };
  for (const { summary } of runs) {
    add("births", summary.births);
    add("agent_bars", summary.agent_bars);
    for (const reason of ["capital_depleted", "liquidated", "review_culled"]) {
      add(`deaths ${reason}`, summary.deaths_by_reason[reason]);
    }
    for (const kind of ["opened_long", "opened_short", "partial", "unfilled"]) {
      add(`orders ${kind}`, summary.orders[kind]);
    }
    add("liquidations", summary.orders["liquidations"]);
    add("funding payments", summary.orders["funding_payments"]);
    add("founders", summary.all_agents["founders"]);
    add("founders on both sides", summary.all_agents["founders_traded_both_sides"]);
  }
  return { runs: runs.map(({ run_id }) => run_id), counts };
}
