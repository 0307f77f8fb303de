import type { LineHead } from "../../artifacts/orders/order-fields.ts";
import type { At, OrderClaim, OrderReport, OrderWatch } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";

/** Files of lines; shards count through all their parts. */
type LineKind =
  | "genome"
  | "birth"
  | "death"
  | "paging_trace"
  | "decision"
  | "attempt"
  | "api_call"
  | "freeze_event"
  | "sample"
  | "ledger_tick"
  | "history"
  | "fill"
  | "bill"
  | "discrepancy"
  | "error"
  | "execution_raw"
  | "reconstruction_raw";

const lineKinds: readonly LineKind[] = [
  "genome",
  "birth",
  "death",
  "paging_trace",
  "decision",
  "attempt",
  "api_call",
  "freeze_event",
  "sample",
  "ledger_tick",
  "history",
  "fill",
  "bill",
  "discrepancy",
  "error",
  "execution_raw",
  "reconstruction_raw",
];

/** Documents that name their run once. */
type DocumentKind =
  | "preflight"
  | "roster_head"
  | "report"
  | "positions"
  | "shard_index"
  | "shard_head"
  | "telemetry"
  | "fingerprint"
  | "summary"
  | "ref_index";

const documentKinds: readonly DocumentKind[] = [
  "preflight",
  "roster_head",
  "report",
  "positions",
  "shard_index",
  "shard_head",
  "telemetry",
  "fingerprint",
  "summary",
  "ref_index",
];

type Kinds = LineKind | DocumentKind;

/**
 * Every record is of this run; in a file the lines count 0, 1, 2 ... and time never runs backwards,
 * so that a line taken away, repeated or moved shows without the seal.
 */
export const orderStream: OrderClaim<Kinds> = {
  id: "order_stream",
  clause: "docs/contracts/orders.md#order-stream",
  reads: [],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const runId = run.manifest.orders.run_id;
    const on: Partial<Record<Kinds, (record: never, at: At) => void>> = {};
    for (const kind of documentKinds) {
      on[kind] = (record: Readonly<{ run_id: string }>, at) => {
        report.count();
        checkRun(record, runId, at, report);
      };
    }
    for (const kind of lineKinds) on[kind] = createOrderCheck(runId, report);
    return { on: on as OrderWatch<Kinds>["on"], end: () => {} };
  },
};

function createOrderCheck(runId: string, report: OrderReport): (record: LineHead, at: At) => void {
  let due = 0;
  let before = "";
  return (record, at) => {
    report.count();
    checkRun(record, runId, at, report);
    if (record.seq !== due) {
      report.finding("stream_seq_broken", { ...at, field: "seq" }, `${record.seq}, not ${due}`);
    }
    due = record.seq + 1;
    if (record.ts_utc < before) {
      report.finding("stream_time_backwards", at, `${record.ts_utc} after ${before}`);
    }
    before = record.ts_utc;
  };
}

function checkRun(
  { run_id: said }: Readonly<{ run_id: string }>,
  runId: string,
  at: At,
  report: OrderReport,
): void {
  if (said === runId) return;
  report.finding("record_of_other_run", { ...at, field: "run_id" }, `is of ${said}`);
}
