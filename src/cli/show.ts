import type { Command } from "commander";
import { durationText } from "#base";
import {
  type HighRateFence,
  kindOfRun,
  type RunOverview,
  readRunOverview,
  readVenueOverview,
} from "#evidence";
import { exitCodes } from "./exit-codes.ts";
import { findRun, latestHelp } from "./find-run.ts";
import { parseCount } from "./quantities.ts";
import { money, sparkline } from "./run-figures.ts";
import { venueLines } from "./show-venue.ts";
import { groupDigits, percentText, shortNumber, tableLines } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type ShowOptions = Readonly<{ root?: string; json: boolean; top: string }>;

const examples = `
Examples:
  $ assay show latest
  $ assay show HF_0123456789abcdef --top 20

Shows what the record says, unchecked: assay verify tells whether it holds. Of a run at a venue the
levels P0 to P5 are judged as it is shown.
${latestHelp}
`;

/** `assay show RUN`: what happened, on one screen. */
export function addShow(program: Command, shell: Shell): void {
  program
    .command("show <run>")
    .description(
      "equity, survivors, deaths, lineages and fences of a run; orders of one at a venue",
    )
    .option("--root <dir>", "where run ids are looked for")
    .option("--top <n>", "how many lineages to list", "8")
    .option("--json", "one JSON line: summary, telemetry, equity and lineages", false)
    .addHelpText("after", examples)
    .action((text: string, options: ShowOptions) => {
      const output = shell.output(options);
      const top = endOrValue(parseCount(options.top, { min: 0, max: 100_000 }), shell, output);
      if (top === null) return;
      const run = endOrValue(findRun(text, options.root, output), shell, output);
      if (run === null) return;
      if (kindOfRun(run.directory) === "venue") {
        const venue = endOrValue(readVenueOverview(run.directory), shell, output);
        if (venue === null) return;
        output.record({ type: "venue_run", ...venue });
        for (const line of venueLines(venue)) output.line(line);
        shell.end(exitCodes.ok);
        return;
      }
      const overview = endOrValue(readRunOverview(run.directory), shell, output);
      if (overview === null) return;
      output.record({ type: "run", ...overview, lineages: overview.lineages.slice(0, top) });
      for (const block of [
        headLines(overview),
        equityLines(overview),
        populationLines(overview),
        deathLines(overview),
        tradeLines(overview),
        lineageLines(overview, top),
        fenceLines(overview),
      ]) {
        for (const line of block) output.line(line);
      }
      shell.end(exitCodes.ok);
    });
}

function headLines({ manifest, summary, sealed }: RunOverview): readonly string[] {
  const { window, dataset } = manifest;
  const state = sealed ? manifest.status : `${manifest.status}, NOT SEALED`;
  const kpi = summary.survival_kpi;
  const first = kpi.time_to_first_internal_collapse_ticks;
  const survival =
    first === null
      ? "no internal collapse"
      : `${kpi.internal_collapse_reason} after ${ticksText(first, dataset.interval_ms)}, ` +
        `${kpi.internal_collapses} in all, ${kpi.reboots} reboots`;
  return [
    `run        ${manifest.run_id}  ${state} (${manifest.status_detail}), seed ${manifest.seed}`,
    `market     ${dataset.name}, ${manifest.instrument.id}, window ${window.name}: ` +
      `${window.start_utc.slice(0, 10)} to ${window.end_utc.slice(0, 10)}`,
    `lived      ${ticksText(summary.ticks, dataset.interval_ms)}, ` +
      `${shortNumber(summary.agent_bars)} agent-bars, kernel ${manifest.kernel.id}`,
    `survival   ${survival}`,
  ];
}

function equityLines({ equity, summary, manifest }: RunOverview): readonly string[] {
  const { quote_currency: unit } = manifest.instrument;
  const totals = equity.map(({ total_micro }) => total_micro);
  return [
    "",
    `equity     ${sparkline(totals, sparklineWidth)}`,
    `           ${money(summary.initial_total_micro)} to ` +
      `${money(summary.capital_triplet.current_total_micro)} ${unit} ` +
      `(${percentText(summary.system_return)}), ` +
      `of it ${money(summary.capital_triplet.system_reserve_micro)} in reserve`,
    `           price ${money(summary.totals.price_pnl_micro)}, ` +
      `fees ${money(-summary.totals.fees_micro)}, funding ${money(-summary.totals.funding_micro)}`,
  ];
}

const sparklineWidth = 60;

function populationLines({ summary }: RunOverview): readonly string[] {
  const { all_agents: all, survivors } = summary;
  const median = survivors.lifetime_return?.p50;
  return [
    "",
    `agents     ${groupDigits(summary.agents_ever)} ever: ` +
      `${groupDigits(summary.founders)} founders, ` +
      `${groupDigits(summary.births)} births, generation ${summary.max_generation} at most`,
    `survivors  ${groupDigits(survivors.agents)}, ` +
      `${groupDigits(survivors.profitable_agents)} with profit` +
      (median === undefined ? "" : `, median return ${percentText(median)}`),
    `traded     ${groupDigits(all.traded_agents)} of ${groupDigits(all.agents)}; founders ` +
      `${groupDigits(all.founders_traded)} of ${groupDigits(all.founders)}, ` +
      `on both sides ${groupDigits(all.founders_traded_both_sides)}`,
  ];
}

function deathLines({ summary }: RunOverview): readonly string[] {
  const share = summary.administrative_death_share;
  const administrative = share === null ? "" : `; ${percentOf(share)} administrative`;
  const lines = [`deaths     ${groupDigits(summary.deaths)}${administrative}`];
  for (const [reason, count] of Object.entries(summary.deaths_by_reason)) {
    const part = summary.deaths === 0 ? 0 : count / summary.deaths;
    lines.push(`           ${reason.padEnd(17)} ${groupDigits(count).padStart(8)}  ${bar(part)}`);
  }
  return lines;
}

function tradeLines({ summary: { orders, all_agents } }: RunOverview): readonly string[] {
  const closed = all_agents.closed;
  const won = closed === 0 ? "" : `, ${percentOf(all_agents.closed_with_profit / closed)} won`;
  return [
    "",
    `trades     ${groupDigits(orders.opened_long)} long, ` +
      `${groupDigits(orders.opened_short)} short${won}`,
    `           ${groupDigits(orders.partial)} partial fills, ` +
      `${groupDigits(orders.unfilled)} unfilled, ${groupDigits(orders.liquidations)} liquidations`,
  ];
}

function lineageLines({ lineages, manifest }: RunOverview, top: number): readonly string[] {
  if (lineages.length === 0) return ["", "lineages   none alive"];
  const columns = [
    { title: "lineage", align: "left" },
    { title: "alive", align: "right" },
    { title: "ever", align: "right" },
    { title: "deepest", align: "right" },
    { title: `capital ${manifest.instrument.quote_currency}`, align: "right" },
    { title: "best return", align: "right" },
    { title: "of", align: "left" },
  ] as const;
  const rows = lineages
    .slice(0, top)
    .map((family) => [
      family.lineage_id,
      groupDigits(family.alive),
      groupDigits(family.members),
      String(family.deepest_generation),
      money(family.final_capital_micro),
      percentText(family.best_return),
      family.best_agent,
    ]);
  const title = `lineages   ${lineages.length} alive, the richest ${rows.length}:`;
  return ["", title, ...tableLines(columns, rows).map((line) => `           ${line}`)];
}

function fenceLines({ telemetry }: RunOverview): readonly string[] {
  const blocked = telemetry.fences
    .filter(({ block_count }) => block_count > 0)
    .toSorted((a, b) => b.block_count - a.block_count);
  if (blocked.length === 0) return ["", "fences     none blocked"];
  const columns = [
    { title: "fence", align: "left" },
    { title: "blocked", align: "right" },
    { title: "category", align: "left" },
    { title: "off switch", align: "left" },
  ] as const;
  const rows = blocked.map((fence) => [
    fence.fence_id,
    groupDigits(fence.block_count),
    fence.category,
    fence.off_switch ?? "none: physics of the world",
  ]);
  const title = `fences     ${blocked.length} of ${telemetry.fences.length} blocked:`;
  const high = telemetry.high_rate_fences.map(highRateLine);
  const lines = [...tableLines(columns, rows), ...high];
  return ["", title, ...lines.map((line) => `           ${line}`)];
}

/** Above a fifth a fence may have made the result: nobody should have to look for it. */
function highRateLine({ fence_id, rate, rate_ppm, explanation }: HighRateFence): string {
  const share = rate === "trigger_per_step" ? "decisions" : "orders wanted";
  return `often      ${fence_id} acted on ${percentOf(rate_ppm / 1e6)} of ${share}: ${explanation}`;
}

function ticksText(ticks: number, intervalMs: number): string {
  return `${groupDigits(ticks)} ticks (${durationText(ticks * intervalMs)})`;
}

function percentOf(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function bar(share: number): string {
  return "#".repeat(Math.round(share * 30));
}
