import { durationText } from "#base";
import type { VenueOverview } from "#evidence";
import { money } from "./run-figures.ts";
import { counted, groupDigits, percentText, tableLines } from "./table.ts";

/** A run at a venue on one screen: who traded where, what became of the orders, and the levels. */
export function venueLines(overview: VenueOverview): readonly string[] {
  return [
    ...headLines(overview),
    "",
    ...capitalLines(overview),
    "",
    ...orderLines(overview),
    "",
    ...stateLines(overview),
    "",
    ...levelLines(overview),
    "",
    ...verdictLines(overview),
  ];
}

function headLines({ manifest, tier, sealed, signed }: VenueOverview): readonly string[] {
  const { status, status_detail: detail, account_mode: account } = manifest;
  const stp = manifest.self_trade_prevention;
  const seal = signed ? "signed" : sealed ? "not signed" : "NOT SEALED";
  const lasted =
    manifest.end_time === null
      ? "no end"
      : durationText(Date.parse(manifest.end_time) - Date.parse(manifest.start_time));
  const trades = stp.execution_netting_enabled ? "netted before they leave" : stp.stp_mode;
  return [
    `run        ${manifest.run_id}  ${status} (${detail}), ${seal}`,
    `mode       ${modeText(manifest)}, ${tier}: ${counted(manifest.ticks, "tick")} of ` +
      `${manifest.world_parameters.tick_seconds} s from ${manifest.start_time}, ${lasted}`,
    `venue      ${manifest.exchange_id} ${manifest.symbol_in_use} at ${manifest.venue_address}, ` +
      `library ${manifest.exchange_lib}`,
    account === null
      ? "account    not read"
      : `account    ${account.pos_mode}, ${account.margin_mode}, leverage ` +
        `${account.leverage ?? "unknown"}; self trades: ${stp.self_trade_policy}, ` +
        `${trades ?? "no mode known"}`,
    `genomes    snapshot ${manifest.genome_snapshot.snapshot_id} (${
      manifest.genome_snapshot.authenticity === "proven" ? "proven" : "not signed"
    }), ${manifest.genome_schema_version}`,
  ];
}

/**
 * Evidence of an offline run says okx_demo, whose language was spoken (execution.md 1.5); people
 * are told what they asked for. Its address tells it apart.
 */
function modeText({
  mode,
  venue_address: address,
}: Pick<VenueOverview["manifest"], "mode" | "venue_address">): string {
  return isInProcess(address) ? `offline (in-process venue, ${mode} rules)` : mode;
}

function isInProcess(address: string): boolean {
  return address.startsWith("in-process:");
}

function capitalLines({ manifest, summary, fills }: VenueOverview): readonly string[] {
  if (summary === null) return ["capital    no summary: the run did not get so far"];
  const { capital_triplet: split, agents_ever: ever, alive_agents: alive } = summary;
  if (summary.initial_total_micro === 0) return ["capital    none: it ended before it had any"];
  const unit = manifest.bootstrap_capital_currency;
  const back = summary.system_return === null ? "" : ` (${percentText(summary.system_return)})`;
  const ended = summary.agents.toSorted((a, b) => b.final_capital_micro - a.final_capital_micro);
  const [best] = ended;
  return [
    `capital    ${money(summary.initial_total_micro)} to ` +
      `${money(split.current_total_micro)} ${unit}${back}, ` +
      `of it ${money(split.system_reserve_micro)} in reserve`,
    `agents     ${groupDigits(ever)}, ${groupDigits(alive)} alive at the end, ` +
      `${groupDigits(summary.profitable_agents_all)} with profit`,
    ...(best === undefined
      ? []
      : [
          `best       ${best.agent_id_hash} (genome ${best.gene_id}): ` +
            `${money(best.initial_capital_micro)} to ${money(best.final_capital_micro)} ${unit}, ` +
            `orders ${groupDigits(best.orders)}, ` +
            `fills ${fills === null ? "unknown" : groupDigits(best.fills)}`,
        ]),
  ];
}

function orderLines({ orders, refusals, fills, money: sums }: VenueOverview): readonly string[] {
  if (orders.length === 0) return ["orders     none"];
  const columns = [
    { title: "orders", align: "left" },
    { title: "of agents", align: "right" },
    { title: "of the run", align: "right" },
  ] as const;
  const rows = orders.map(({ state, agents, own }) => [
    state,
    groupDigits(agents),
    groupDigits(own),
  ]);
  const total = (key: "agents" | "own"): string =>
    groupDigits(orders.reduce((sum, count) => sum + count[key], 0));
  rows.push(["in all", total("agents"), total("own")]);
  const blocked = refusals.map(({ fence_id, orders: count }) => `${fence_id} ${count}`).join(", ");
  const paid = sums.map(({ what, ccy, sum }) => `${what} ${sum} ${ccy}`).join(", ");
  return [
    ...tableLines(columns, rows),
    ...(blocked === "" ? [] : [`refused    by ${blocked}`]),
    fills === null
      ? "fills      unknown: nobody audited the run"
      : `fills      ${groupDigits(fills)}${paid === "" ? "" : `; ${paid}`}`,
  ];
}

function stateLines(overview: VenueOverview): readonly string[] {
  const { manifest, positions, telemetry } = overview;
  const { execution_freeze: freeze, startup_flatten: flatten } = manifest;
  const high = telemetry?.high_rate_fences ?? [];
  return [
    flatten === null
      ? "flatten    not attempted"
      : `flatten    ${flatten.completed ? "done" : "NOT DONE"}: ` +
        `${counted(flatten.positions_detected, "position")}, ` +
        `${counted(flatten.orders_submitted, "order")} ` +
        `(${flatten.reason_code})`,
    freeze === null
      ? "freeze     not recorded"
      : freeze.frozen
        ? `freeze     FROZEN for ${freeze.freeze_reason_code} since ${freeze.freeze_ts_utc}`
        : "freeze     never",
    `positions  ${positionText(positions, "run_start")} at the start, ` +
      `${positionText(positions, "run_end")} at the end (${manifest.positions_quality})`,
    ...endFlattenLines(overview),
    ...high.map(
      ({ fence_id, rate_ppm, explanation }) =>
        `often      ${fence_id} acted on ${(rate_ppm / 10_000).toFixed(1)} %: ${explanation}`,
    ),
  ];
}

/** Who asked for a flat account and did not get one must not have to look for it. */
function endFlattenLines({
  shutdownFlattenFailed: failed,
  positions,
}: VenueOverview): readonly string[] {
  if (failed === null) return [];
  const { reason_code: code, detail } = failed;
  const held = positionText(positions, "run_end");
  const holds = held === "flat" ? "is flat now" : `holds ${held}`;
  if (!code.startsWith("fence_")) return [`flat at the end: NOT DONE (${detail}), ${holds}`];
  const gate = code.slice("fence_".length).replaceAll("_", " ");
  return [`flat at the end: REFUSED (${gate}), ${holds}`];
}

function positionText(
  positions: VenueOverview["positions"],
  moment: "run_start" | "run_end",
): string {
  const look = positions?.snapshots.find((one) => one.moment === moment);
  // A look that was not possible stands there empty, and only the quality says so.
  const isBlind = positions?.positions_quality === "unknown" && look?.positions.length === 0;
  if (look === undefined || isBlind) return "unknown";
  const held = look.positions.map(({ inst_id, side, contracts }) => {
    return `${inst_id} ${contracts}${side === "net" ? "" : ` ${side}`}`;
  });
  return held.length === 0 ? "flat" : held.join(", ");
}

function levelLines({ levels }: VenueOverview): readonly string[] {
  const columns = [
    { title: "level", align: "left" },
    { title: "verdict", align: "left" },
    { title: "checked", align: "right" },
    { title: "reason", align: "left" },
  ] as const;
  const rows = levels.map(({ level, verdict, checked, reason }) => [
    `${level} ${nameByLevel[level] ?? ""}`,
    verdict,
    groupDigits(checked),
    reason ?? "",
  ]);
  return tableLines(columns, rows);
}

const nameByLevel: Readonly<Record<string, string>> = {
  P0: "attempts",
  P1: "answers",
  P2: "ends",
  P3: "fills",
  P4: "bills",
  P5: "auditor",
};

function verdictLines({ verdict, reasons, claims, sealed }: VenueOverview): readonly string[] {
  const more = sealed ? "assay verify looks at its seal as well" : "it is not sealed";
  return [
    `orders     ${verdict} by ${claims} claims, judged now; ${more}`,
    ...reasons.slice(0, 5).map((reason) => `           ${reason}`),
    ...(reasons.length > 5 ? [`           and ${reasons.length - 5} more`] : []),
  ];
}
