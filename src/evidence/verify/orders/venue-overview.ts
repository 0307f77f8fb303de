import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { VenueManifest } from "../../artifacts/execution/venue-manifest.ts";
import type { VenueSummary } from "../../artifacts/execution/venue-summary.ts";
import type { PositionsSnapshot } from "../../artifacts/orders/positions-snapshot.ts";
import type { VenueTelemetry } from "../../artifacts/orders/venue-telemetry.ts";
import type { ClaimVerdict } from "../../artifacts/verdict.ts";
import { sumsFileName } from "../../run/file-names.ts";
import { sealFiles } from "../../seal/seal-files.ts";
import { toUnits, unitsToText } from "./exact-decimal.ts";
import { createOrderBook, endOf, type OrderBookWriter, type OrderEntry } from "./order-book.ts";
import { createOrderReporter } from "./order-reporter.ts";
import type { OrderVerdict } from "./order-verdict.ts";
import { type OrderIntake, readOrderArtifact } from "./read-order-artifacts.ts";
import { readOrderManifest } from "./read-order-manifest.ts";
import { type OrderArtifact, type OrderRecords, orderFileNames } from "./records.ts";
import { readVenueManifest } from "./venue-manifest-form.ts";
import { verifyOrders } from "./verify-orders.ts";

/** What an operator wants to see of a run at a venue; the levels are judged as it is read. */
export type VenueOverview = Readonly<{
  manifest: VenueManifest;
  /** The tier as the manifest tags it. */
  tier: string;
  /** Null where the run did not get so far, or the file cannot be read. */
  summary: VenueSummary | null;
  telemetry: VenueTelemetry | null;
  positions: PositionsSnapshot | null;
  /** Why the flatten of the end left the account not flat; null where none was tried, or it did. */
  shutdownFlattenFailed: Readonly<{ reason_code: string; detail: string }> | null;
  sealed: boolean;
  signed: boolean;
  orders: readonly OrderStateCount[];
  /** Refusals of our own gates, by fence, most first. */
  refusals: readonly Readonly<{ fence_id: string; orders: number }>[];
  /** Null where nobody audited the run. */
  fills: number | null;
  /** Sums of the bills by what they were for, exact; a fee of a trade is negative when paid. */
  money: readonly MoneySum[];
  /** P0 to P5. */
  levels: readonly (ClaimVerdict & Readonly<{ level: string }>)[];
  verdict: OrderVerdict["verdict"];
  reasons: readonly string[];
  claims: number;
}>;

/** Orders that ended so, of agents and of the run itself; `open` has no end that anybody knows. */
export type OrderStateCount = Readonly<{ state: string; agents: number; own: number }>;

export type MoneySum = Readonly<{ what: string; ccy: string; sum: string }>;

/** Faults: run_file_invalid (its manifest), run_not_found. */
export function readVenueOverview(directory: string): Result<VenueOverview, Fault> {
  const path = resolve(directory);
  const report = createOrderReporter("overview");
  const found = readOrderManifest(path, report);
  const manifest = found === null ? null : readVenueManifest(found.fields, report);
  if (found === null || manifest === null) {
    const [first] = report.log().findings;
    const what = `${first?.field ?? ""} ${first?.detail ?? "unknown reason"}`.trim();
    const message = `cannot be read: ${what}; assay verify tells more`;
    return err({ code: "run_file_invalid", message, at: join(path, "run_manifest.json") });
  }
  const verdict = verifyOrders(path);
  if (!verdict.ok) return verdict;
  const { claims, verdict: word, reasons } = verdict.value;
  return ok({
    manifest,
    tier: found.orders.meta.tier,
    ...readFigures(path),
    sealed: isThere(join(path, sumsFileName)),
    signed: isThere(join(path, sealFiles.statement)),
    levels: claims.flatMap((claim) => {
      const [, level] = /^step88_(p\d)_/.exec(claim.id) ?? [];
      return level === undefined ? [] : [{ ...claim, level: level.toUpperCase() }];
    }),
    ...{ verdict: word, reasons, claims: claims.length },
  });
}

type Figures = Pick<
  VenueOverview,
  | ("summary" | "telemetry" | "positions" | "orders" | "refusals" | "fills" | "money")
  | "shutdownFlattenFailed"
>;

/** In the order in which the joins need them. */
const looked: readonly OrderArtifact[] = [
  "order_attempts",
  "exchange_api_calls",
  "order_status_samples",
  "orders_history",
  "fills",
  "bills",
  "positions_snapshot",
  "gating_telemetry",
  "multiple_experiments_summary",
  "errors",
];

/** What cannot be read is left out: that it is wrong is what the verdict says. */
function readFigures(directory: string): Figures {
  const book = createOrderBook();
  const tally = createTally(book);
  const intake: OrderIntake = {
    record: (kind, record, at) => tally.on[kind]?.(record as never, at),
    problem: () => undefined,
    file: () => undefined,
  };
  for (const artifact of looked) {
    if (isThere(join(directory, orderFileNames[artifact]))) {
      readOrderArtifact[artifact](directory, intake);
    }
  }
  return { ...tally.figures(), orders: countStates(book) };
}

type Listeners = {
  readonly [Kind in keyof OrderRecords]?: (
    record: OrderRecords[Kind],
    at: Readonly<{ file: string; line: number | null }>,
  ) => void;
};

type Kept = "summary" | "telemetry" | "positions" | "fills" | "shutdownFlattenFailed";

type Tally = Readonly<{ on: Listeners; figures: () => Omit<Figures, "orders"> }>;

function createTally(book: OrderBookWriter): Tally {
  const refusals = new Map<string, number>();
  const sums = new Map<string, bigint>();
  const figures: { -readonly [Key in Kept]: Figures[Key] } = {
    ...{ summary: null, telemetry: null, positions: null, fills: null },
    shutdownFlattenFailed: null,
  };

  function add(what: string, ccy: string, amount: string): void {
    const key = `${what} ${ccy}`;
    sums.set(key, (sums.get(key) ?? 0n) + toUnits(amount));
  }

  return {
    on: {
      attempt(attempt, at): void {
        book.attempt(attempt, at);
        const { gate_decision: decision, gate_name: fence } = attempt.gate;
        if (decision === "reject") refusals.set(fence, (refusals.get(fence) ?? 0) + 1);
      },
      api_call: book.call,
      sample: book.sample,
      history: (row, at) => book.history(row, at.line ?? 0),
      fill({ fee, fee_ccy: ccy }): void {
        figures.fills = (figures.fills ?? 0) + 1;
        add("fees", ccy, fee);
      },
      bill({ bill_type: type, ccy, bal_chg: change }): void {
        figures.fills ??= 0;
        if (type !== "trade") add(type, ccy, change);
      },
      positions: (record) => void (figures.positions = record),
      telemetry: (record) => void (figures.telemetry = record),
      summary: (record) => void (figures.summary = record),
      error({ error_type: type, reason_code, detail }): void {
        if (type !== "shutdown_flatten_failed") return;
        figures.shutdownFlattenFailed = { reason_code, detail };
      },
    },
    figures: () => ({
      ...figures,
      refusals: [...refusals]
        .map(([fence_id, orders]) => ({ fence_id, orders }))
        .toSorted((left, right) => right.orders - left.orders),
      money: [...sums].map(([key, sum]) => {
        const [what = "", ccy = ""] = key.split(" ");
        return { what, ccy, sum: unitsToText(sum) };
      }),
    }),
  };
}

function countStates(book: OrderBookWriter): readonly OrderStateCount[] {
  const counts = new Map<string, { agents: number; own: number }>();
  for (const entry of book.entries()) {
    const state = stateOf(entry);
    const count = counts.get(state) ?? { agents: 0, own: 0 };
    counts.set(state, count);
    if (entry.agentIdHash === null) count.own += 1;
    else count.agents += 1;
  }
  return [...counts]
    .map(([state, count]) => ({ state, ...count }))
    .toSorted((left, right) => right.agents + right.own - left.agents - left.own);
}

function stateOf(entry: OrderEntry): string {
  if (entry.outcome === "refused" && !entry.sent) return "refused";
  const end = endOf(entry)?.state;
  if (end !== undefined) return end;
  if (entry.outcome === "rejected") return "rejected";
  return entry.sampledState ?? entry.historyState ?? "open";
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
