import { durationText } from "#base";
import type { CampaignOutcome, CampaignPlan, CampaignRow, LandedCampaign, RunReport } from "#lab";
import type { Output } from "./output.ts";
import { rootHint } from "./root.ts";
import { keysHint } from "./run-keys.ts";
import {
  type Column,
  counted,
  groupDigits,
  percentText,
  shortNumber,
  tableLines,
} from "./table.ts";

/** The resolved campaign in the form that `--config` reads. */
export function printConfig(plan: CampaignPlan, output: Output): void {
  const { common } = plan;
  const { window } = common;
  const file = {
    ...(plan.name === null ? {} : { name: plan.name }),
    dataset: common.dataset.dataset_id,
    window: `${window.name}:${window.start_index}..${window.start_index + window.len}`,
    seeds: plan.seeds,
    behaviors: plan.behaviors,
    world: common.config,
  };
  output.line(JSON.stringify(file, null, 2));
  output.record({ type: "config", ...file });
}

export function printPlan(plan: CampaignPlan, output: Output): void {
  const { common } = plan;
  const { window, config, instrument } = common;
  const { seasons } = config;
  const lives =
    seasons.kind === "drawn" ? `${seasons.count} seasons of ${seasons.bars}` : "one season";
  const name = plan.name === null ? "" : ` "${plan.name}"`;
  output.note(
    `campaign ${plan.campaign_id}${name}: ${counted(plan.seeds.length, "seed")} x ` +
      `${counted(config.population, "agent")} on ${plan.dataset_name} (${instrument.id})`,
  );
  output.note(
    `window ${window.name}: ${groupDigits(window.len)} bars, ${window.start_utc.slice(0, 10)} to ` +
      `${window.end_utc.slice(0, 10)}; ${lives}; ${plan.jobs[0]?.kernel} kernel, ` +
      counted(Math.min(plan.workers, plan.seeds.length), "worker"),
  );
  output.record({
    type: "campaign",
    campaign_id: plan.campaign_id,
    name: plan.name,
    seeds: plan.seeds,
    dataset_id: common.dataset.dataset_id,
    window,
    config,
    workers: plan.workers,
  });
}

/** One settled seed while the others still run: a note for people, a line of data with --json. */
export function printRow(row: CampaignRow, output: Output): void {
  output.note(rowText(row));
  output.record({ type: "run", ...rowRecord(row) });
}

function rowText(row: CampaignRow): string {
  const head = `seed ${row.seed} ${row.run_id}`;
  switch (row.state) {
    case "not_started":
      return `${head} not started`;
    case "aborted":
      return `${head} ABORTED: ${row.fault.message} [${row.fault.code}]`;
    case "at_work_elsewhere":
      return `${head} skipped: ${row.fault.message}`;
    case "already_present":
      return `${head} is there already, sealed and equal`;
    case "completed":
    case "interrupted":
      return `${head} ${row.state} in ${durationText(row.report.wall_seconds * 1000)}`;
  }
}

function rowRecord(row: CampaignRow): object {
  if (!("report" in row)) return row;
  const { report, ...head } = row;
  const { directory, wall_seconds, summary } = report;
  return { ...head, directory, wall_seconds, summary };
}

/** The table by seed and the totals. */
export function printOutcome(plan: CampaignPlan, outcome: CampaignOutcome, output: Output): void {
  const reports = outcome.rows.flatMap((row) => ("report" in row ? [row.report] : []));
  for (const line of tableLines(columns, outcome.rows.map(cellsOf))) output.line(line);
  for (const line of totalLines(outcome, reports)) output.line(line);
  const { landed } = outcome;
  if (!landed.ok) output.fail(landed.fault);
  else {
    output.line(`seals   ${sealText(landed.value)}`);
    const { appended, present } = landed.value.pool;
    output.line(`pool    ${counted(appended, "genome")} appended, ${groupDigits(present)} there`);
    output.line(`record  ${landed.value.record}`);
  }
  output.record({
    type: "result",
    campaign_id: plan.campaign_id,
    ok: landed.ok && outcome.rows.every(({ state }) => state !== "aborted"),
    stop: outcome.stop,
    states: countBy(outcome.rows),
    wall_seconds: outcome.wall_seconds,
    ...(landed.ok ? { landed: landed.value } : { fault: landed.fault }),
  });
}

function sealText({ signed }: LandedCampaign): string {
  if (signed === null) return "unsigned; assay keys new run-seal and assay keys new log make keys";
  const { system, sealed, present } = signed;
  return `${counted(sealed, "run")} signed for ${system} and entered in its log, ${present} there`;
}

const columns: readonly Column[] = [
  { title: "seed", align: "right" },
  { title: "run", align: "left" },
  { title: "status", align: "left" },
  { title: "ticks", align: "right" },
  { title: "alive", align: "right" },
  { title: "births", align: "right" },
  { title: "depleted", align: "right" },
  { title: "liquid.", align: "right" },
  { title: "culled", align: "right" },
  { title: "long", align: "right" },
  { title: "short", align: "right" },
  { title: "return", align: "right" },
];

function cellsOf(row: CampaignRow): readonly string[] {
  const head = [String(row.seed), row.run_id];
  if (!("report" in row)) return [...head, row.state];
  const { summary, status } = row.report;
  const { deaths_by_reason: deaths, orders } = summary;
  const ending = status === "completed" ? summary.end : status;
  const numbers = [
    summary.ticks,
    summary.alive_agents,
    summary.births,
    deaths.capital_depleted,
    deaths.liquidated,
    deaths.review_culled,
    orders.opened_long,
    orders.opened_short,
  ];
  return [...head, ending, ...numbers.map(String), percentText(summary.system_return)];
}

function totalLines(outcome: CampaignOutcome, reports: readonly RunReport[]): readonly string[] {
  if (reports.length === 0) return ["", `runs    ${statesText(outcome)}`];
  const sum = (pick: (report: RunReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  const text = (pick: (report: RunReport) => number): string => groupDigits(sum(pick));
  const deaths = sum(({ summary }) => summary.deaths);
  const culled = sum(({ summary }) => summary.deaths_by_reason.review_culled);
  const share = deaths === 0 ? "" : ` (${((culled / deaths) * 100).toFixed(1)} % administrative)`;
  const founders = sum(({ summary }) => summary.all_agents.founders);
  const both = sum(({ summary }) => summary.all_agents.founders_traded_both_sides);
  return [
    "",
    `runs    ${statesText(outcome)}; ${speedText(outcome, reports)}`,
    `births  ${text(({ summary }) => summary.births)}`,
    `deaths  ${groupDigits(deaths)} = ` +
      `${text(({ summary }) => summary.deaths_by_reason.capital_depleted)} capital_depleted + ` +
      `${text(({ summary }) => summary.deaths_by_reason.liquidated)} liquidated + ` +
      `${groupDigits(culled)} review_culled${share}`,
    `trades  ${text(({ summary }) => summary.orders.opened_long)} long, ` +
      `${text(({ summary }) => summary.orders.opened_short)} short; ` +
      `${groupDigits(both)} of ${groupDigits(founders)} founders traded on both sides`,
    `orders  ${text(({ summary }) => summary.orders.filled)} filled, ` +
      `${text(({ summary }) => summary.orders.partial)} in part, ` +
      `${text(({ summary }) => summary.orders.unfilled)} not; ` +
      `${text(({ summary }) => summary.orders.liquidations)} liquidations, ` +
      `${text(({ summary }) => summary.orders.funding_payments)} funding payments`,
    `return  ${returnText(reports)} of the system, median over seeds`,
  ];
}

function statesText({ rows }: CampaignOutcome): string {
  const counts = countBy(rows);
  return Object.entries(counts)
    .map(([state, count]) => `${count} ${state.replaceAll("_", " ")}`)
    .join(", ");
}

function countBy(rows: readonly CampaignRow[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Of what was run just now; runs that were there already took no time. */
function speedText(outcome: CampaignOutcome, reports: readonly RunReport[]): string {
  const fresh = reports.filter(({ wall_seconds }) => wall_seconds > 0);
  const bars = fresh.reduce((total, { summary }) => total + summary.agent_bars, 0);
  const wall = durationText(outcome.wall_seconds * 1000);
  if (fresh.length === 0 || outcome.wall_seconds === 0) return wall;
  const rate = shortNumber(bars / outcome.wall_seconds);
  return `${shortNumber(bars)} agent-bars in ${wall}, ${rate}/s`;
}

function returnText(reports: readonly RunReport[]): string {
  const returns = reports.map(({ summary }) => summary.system_return).toSorted((a, b) => a - b);
  const middle = returns.length >> 1;
  const [left, right] = [returns[middle - 1] ?? 0, returns[middle] ?? 0];
  return percentText(returns.length % 2 === 0 ? (left + right) / 2 : right);
}

/** Commands that look at what a campaign left, or finish it. */
export function nextLines(
  plan: CampaignPlan,
  { rows, landed }: CampaignOutcome,
  keys: string,
): readonly string[] {
  const root = rootHint(plan.root);
  const sealed = rows.find((row) => "report" in row)?.run_id;
  const isWhole = rows.every(({ state }) => state === "completed" || state === "already_present");
  const isSigned = landed.ok && landed.value.signed !== null;
  const onSealed = [
    `  npx assay show ${sealed}${root}`,
    `  npx assay verify ${sealed}${root}${isSigned ? keysHint(keys) : " --integrity-only"}`,
    `  npx assay replay ${sealed} --kernel reference${root}`,
  ];
  return [
    "",
    "next:",
    ...(sealed === undefined ? [] : onSealed),
    ...(isWhole ? [] : [`  ${restText(rows)}`]),
  ];
}

function restText(rows: readonly CampaignRow[]): string {
  return rows.some(({ state }) => state === "at_work_elsewhere")
    ? "the same command again, when the other process has ended"
    : "the same command with --set-aside runs what is not finished";
}
