import type { Json } from "#base";
import type { VenueAgentRow, VenueSummary } from "../../artifacts/execution/venue-summary.ts";
import type { JsonRecord } from "../../artifacts/fields.ts";
import type { OrderCode } from "./codes.ts";
import { toUnits } from "./exact-decimal.ts";
import { endOf, type OrderBook, type OrderEntry } from "./order-book.ts";
import { type OrderClaim, type OrderReport, type OrderRun, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

type Kinds = "roster_agent" | "birth" | "death" | "decision" | "fill" | "summary";

/**
 * Every figure of the summary is counted again: agents from births and deaths, orders and fills
 * from their records, capital from its rows; and it tells the run that the manifest tells. It
 * holds one entry for each agent.
 */
export const venueSummaryClaim: OrderClaim<Kinds> = {
  id: "venue_summary",
  clause: "docs/contracts/orders.md#venue-summary",
  reads: [
    ...(["agent_roster", "birth_events", "death_events", "decision_trace"] as const),
    ...(["order_attempts", "multiple_experiments_summary"] as const),
  ],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const agents = new Map<string, Agent>();
    const seen = { deaths: 0, steps: 0 };
    let summary: VenueSummary | null = null;

    return {
      on: {
        roster_agent({ agent_id_hash: agent, gene_id: gene }): void {
          if (!agents.has(agent)) agents.set(agent, newAgent(gene));
        },
        birth({ agent_id_hash: agent, capital_micro: capital }): void {
          const known = agents.get(agent);
          if (known !== undefined) known.capital ??= capital;
        },
        death({ agent_id_hash: agent }): void {
          seen.deaths += 1;
          const known = agents.get(agent);
          if (known !== undefined) known.isAlive = false;
        },
        decision({ record_type: type }): void {
          if (type === "agent_detail") seen.steps += 1;
        },
        fill(fill): void {
          const order = ownOrder(run.orders, fill);
          const known = agents.get(order?.agentIdHash ?? "");
          if (known !== undefined) known.fills += 1;
        },
        summary(record): void {
          summary = record;
        },
      },
      end(): void {
        if (summary === null) return;
        const checks = createChecks(report);
        checkManifest(summary, run, checks);
        countOrders(run.orders, agents);
        checkRows(summary, agents, run.files.isRead("fills"), checks);
        checkCounts(summary, seen, run.orders, checks);
        checkCapital(summary, checks);
      },
    };
  },
};

/** What the records say of one agent. */
type Agent = {
  readonly gene: string;
  capital: number | null;
  isAlive: boolean;
  orders: number;
  fills: number;
};

function newAgent(gene: string): Agent {
  return { gene, capital: null, isAlive: true, orders: 0, fills: 0 };
}

type Named = Readonly<{ clOrdId: string | null; ordId: string }>;

function ownOrder(orders: OrderBook, { clOrdId, ordId }: Named): OrderEntry | null {
  return (clOrdId === null ? null : orders.get(clOrdId)) ?? orders.byOrdId(ordId);
}

function countOrders(orders: OrderBook, agents: ReadonlyMap<string, Agent>): void {
  for (const { sent, agentIdHash } of orders.entries()) {
    const known = agents.get(agentIdHash ?? "");
    if (sent && known !== undefined) known.orders += 1;
  }
}

type Checks = Readonly<{
  wrong: (code: OrderCode, field: string, detail: string) => void;
  /** The same number or word, else a finding. */
  same: (code: OrderCode, field: string, said: Json, due: Json) => void;
}>;

function createChecks(report: OrderReport): Checks {
  const file = wholeFile(orderFileNames.multiple_experiments_summary);
  const wrong: Checks["wrong"] = (code, field, detail) =>
    report.finding(code, { ...file, field }, detail);
  return {
    wrong,
    same(code, field, said, due): void {
      report.count();
      if (said === due) return;
      const [there, found] = [said, due].map((value) => JSON.stringify(value));
      wrong(code, field, `${there} there, ${found} by the records`);
    },
  };
}

/** Ends that a run of this status may have; a status without a line may have any. */
const endsByStatus: Readonly<Record<string, readonly string[]>> = {
  completed: ["ticks_done", "extinction", "financial_collapse"],
};

function checkManifest(summary: VenueSummary, { manifest }: OrderRun, checks: Checks): void {
  const { fields } = manifest;
  const code = "summary_manifest_differs";
  for (const field of ["mode", "config_hash", "ticks"] as const) {
    checks.same(code, field, summary[field], fields[field] ?? null);
  }
  const status = wordOf(fields, "status");
  const isDone = summary.end === "ticks_done";
  if (endsByStatus[status]?.includes(summary.end) === false || (isDone && status !== "completed")) {
    checks.wrong(code, "end", `${summary.end}, and the manifest is ${status}`);
  }
  const due = collapseOf(summary);
  const said = wordOf(fields, "internal_collapse_reason");
  // Who collapsed and went on, or was flattened, may look whole at its end; never the reverse.
  const isTold = due === null || said === "both" || said === due;
  if (!isTold) checks.wrong(code, "end", `${due}, and the manifest says ${said}`);
}

function wordOf(fields: JsonRecord, field: string): string {
  const value = fields[field];
  return typeof value === "string" ? value : "nothing";
}

/** seeds/001 7.1: nobody alive, or nothing in reserve. */
function collapseOf({ end, agents_ever, alive_agents }: VenueSummary): string | null {
  if (end === "extinction") return "extinction";
  if (end === "financial_collapse") return "financial";
  return agents_ever > 0 && alive_agents === 0 ? "extinction" : null;
}

function checkRows(
  { agents: rows }: VenueSummary,
  agents: ReadonlyMap<string, Agent>,
  knowsFills: boolean,
  { same, wrong }: Checks,
): void {
  const code = "summary_agents_differ";
  const seen = new Set<string>();
  for (const row of rows) {
    const field = `agents.${row.agent_id_hash}`;
    const known = agents.get(row.agent_id_hash);
    if (known === undefined || seen.has(row.agent_id_hash)) {
      wrong(code, field, known === undefined ? "is not in the roster" : "is there twice");
      continue;
    }
    seen.add(row.agent_id_hash);
    same(code, `${field}.gene_id`, row.gene_id, known.gene);
    same(code, `${field}.initial_capital_micro`, row.initial_capital_micro, known.capital);
    same(code, `${field}.is_alive`, row.is_alive, known.isAlive);
    same(code, `${field}.orders`, row.orders, known.orders);
    // A fill that came to light after the agent's death belongs to the reserve.
    const isExcused = !known.isAlive && row.fills < known.fills;
    if (knowsFills && !isExcused) same(code, `${field}.fills`, row.fills, known.fills);
  }
  for (const agent of agents.keys()) {
    if (!seen.has(agent)) wrong(code, "agents", `${agent} of the roster has no row`);
  }
}

/** Of the agents' orders alone: those of the run itself are in the fingerprint. */
function checkCounts(
  summary: VenueSummary,
  { deaths, steps }: Readonly<{ deaths: number; steps: number }>,
  orders: OrderBook,
  { same }: Checks,
): void {
  const { agents: rows } = summary;
  const due = { orders_placed: 0, orders_filled: 0, orders_partially_filled: 0, rejected: 0 };
  for (const entry of orders.entries()) {
    if (!entry.sent || entry.agentIdHash === null) continue;
    due.orders_placed += 1;
    if (entry.outcome === "rejected") due.rejected += 1;
    const end = endOf(entry);
    if (end?.state === "filled") due.orders_filled += 1;
    else if (end !== null && toUnits(end.filled) > 0n) due.orders_partially_filled += 1;
  }
  const alive = rows.filter(({ is_alive }) => is_alive);
  const pairs = [
    ["steps", steps],
    ["founders", rows.length],
    ["births", 0],
    ["deaths", deaths],
    ["alive_agents", alive.length],
    ["agents_ever", rows.length],
    ["orders_placed", due.orders_placed],
    ["orders_filled", due.orders_filled],
    ["orders_partially_filled", due.orders_partially_filled],
    ["orders_rejected", due.rejected],
    ["fills", rows.reduce((sum, { fills }) => sum + fills, 0)],
    ["profitable_agents_all", rows.filter(isProfitable).length],
    ["profitable_agents_alive", alive.filter(isProfitable).length],
  ] as const;
  for (const [field, found] of pairs) same("summary_counts_differ", field, summary[field], found);
}

function isProfitable(row: VenueAgentRow): boolean {
  return row.final_capital_micro > row.initial_capital_micro;
}

function checkCapital(summary: VenueSummary, { same, wrong }: Checks): void {
  const code = "summary_capital_differs";
  const { capital_triplet: split, initial_total_micro: initial, agents } = summary;
  const { allocated_capital_micro: allocated, current_total_micro: current } = split;
  const sum = allocated + split.system_reserve_micro;
  same(code, "capital_triplet.current_total_micro", current, sum);
  const alive = agents.filter(({ is_alive }) => is_alive);
  const rest = alive.reduce((left, row) => left - row.final_capital_micro, allocated);
  // Each row is rounded down to a micro, and so is their sum.
  if (rest < 0 || rest > alive.length) {
    const detail = `${allocated} micro, the rows of the living add up to ${allocated - rest}`;
    wrong(code, "capital_triplet.allocated_capital_micro", detail);
  }
  const due = initial === 0 ? null : (current - initial) / initial;
  same(code, "system_return", summary.system_return, due);
  for (const field of ["has_nan", "has_inf"] as const) {
    same("summary_numbers_broken", field, summary[field], false);
  }
}
