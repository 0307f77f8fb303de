import { lstatSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { ManifestUnderCheck } from "../../artifacts/orders/order-manifest.ts";
import type { ClaimVerdict, Finding } from "../../artifacts/verdict.ts";
import { createFileBook, type FileBookWriter } from "./file-book.ts";
import { createOrderBook, type OrderBookWriter } from "./order-book.ts";
import type { At, OrderClaim, OrderRun, OrderWatch, Settled } from "./order-claim.ts";
import { orderClaims } from "./order-claims.ts";
import { contractOf } from "./order-contract.ts";
import { createOrderReporter, type OrderReporter } from "./order-reporter.ts";
import {
  type JudgedClaim,
  judgeClaim,
  missingReads,
  notApplicable,
  type OrderVerdict,
  overallOf,
} from "./order-verdict.ts";
import { createPagingBook, type PagingBookWriter } from "./paging-book.ts";
import { type OrderIntake, readOrderArtifact } from "./read-order-artifacts.ts";
import { readOrderManifest } from "./read-order-manifest.ts";
import {
  type OrderRecordKind,
  type OrderRecords,
  orderArtifacts,
  orderFileNames,
} from "./records.ts";
import { createRefBook, type RefBookWriter } from "./ref-book.ts";
import { nothingDeleted, type RetainedRaw } from "./retained-raw.ts";

export type VerifyOrdersOptions = Readonly<{
  /** What the installation's log says of the raw samples of this run. */
  retained?: RetainedRaw;
}>;

/** The contract of each file that is there: it is text of our form, each record fits its schema. */
export const orderFilesClaim: Readonly<{ id: string; clause: string }> = {
  id: "order_files",
  clause: "docs/contracts/orders.md#order-files",
};

/**
 * Checks recorded order evidence, reading files only, each once and, for refs, once more. The
 * verdict is a value whatever the files hold; a fault says that there is no directory to judge:
 * run_not_found.
 */
export function verifyOrders(
  directory: string,
  options: VerifyOrdersOptions = {},
): Result<OrderVerdict, Fault> {
  const path = resolve(directory);
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const message = "not a run directory; give the path of one";
    return err({ code: "run_not_found", message, at: directory });
  }
  const files = createOrderReporter(orderFilesClaim.id);
  const manifest = readOrderManifest(path, files);
  if (manifest === null) return ok(verdictOf(path, null, [judgeFiles(files)], 0));
  return ok(verifyWith(path, manifest, files, options));
}

type Books = Readonly<{
  files: FileBookWriter;
  orders: OrderBookWriter;
  paging: PagingBookWriter;
  refs: RefBookWriter;
}>;

/** A claim at work. */
type Started = Readonly<{
  claim: OrderClaim;
  watch: OrderWatch<OrderRecordKind>;
  report: OrderReporter;
}>;

function verifyWith(
  directory: string,
  manifest: ManifestUnderCheck,
  filesReport: OrderReporter,
  options: VerifyOrdersOptions,
): OrderVerdict {
  const { run_id: runId, audit_scope: scope } = manifest.orders;
  const books: Books = {
    files: createFileBook(new Set(contractOf(manifest.orders).artifacts)),
    orders: createOrderBook(),
    paging: createPagingBook(),
    refs: createRefBook(directory, runId),
  };
  const auditScopeId = scope?.audit_scope_id ?? null;
  const retained = options.retained ?? nothingDeleted;
  const run: OrderRun = { directory, manifest, auditScopeId, retained, ...books };

  const excused = new Map<string, ClaimVerdict>();
  const started: Started[] = [];
  for (const claim of orderClaims) {
    const excuse = claim.notApplicable?.(run) ?? null;
    if (excuse !== null) excused.set(claim.id, notApplicable(claim, excuse));
    else {
      const report = createOrderReporter(claim.id);
      started.push({ claim, watch: claim.start(run, report), report });
    }
  }
  const records = readAll(run, books, started, filesReport);
  const judged = settle(run, started, excused);
  return verdictOf(directory, manifest, [judgeFiles(filesReport), ...judged], records);
}

function readAll(
  run: OrderRun,
  books: Books,
  started: readonly Started[],
  filesReport: OrderReporter,
): number {
  const dispatch = createDispatch(started);
  let records = 0;
  const intake: OrderIntake = {
    record(kind, record, at): void {
      records += 1;
      filesReport.count();
      enter(kind, record, at, books, run.auditScopeId);
      dispatch(kind, record, at);
    },
    problem(file, { code, detail, line, field }): void {
      const at = { file, line: line ?? null, ...(field === undefined ? {} : { field }) };
      filesReport.finding("file_malformed", at, `${code}: ${detail}`);
    },
    file: books.files.add,
  };
  for (const artifact of orderArtifacts) {
    const name = orderFileNames[artifact];
    const there = lstatSync(join(run.directory, name), { throwIfNoEntry: false }) !== undefined;
    // An absent file is the business of the tier contract and of the claims that read it.
    if (there) readOrderArtifact[artifact](run.directory, intake);
  }
  return records;
}

/** Books first: claims may look into them while they watch. */
function enter<Kind extends OrderRecordKind>(
  kind: Kind,
  record: OrderRecords[Kind],
  at: At,
  books: Books,
  auditScopeId: string | null,
): void {
  const entry = { kind, record } as Entry;
  switch (entry.kind) {
    case "report":
      books.paging.setReport(entry.record);
      books.refs.add("report", entry.record.evidence_refs, at);
      break;
    case "paging_trace":
      if (entry.record.audit_scope_id === auditScopeId) {
        books.paging.trace(entry.record, at.line ?? 0);
      }
      break;
    case "attempt":
      books.orders.attempt(entry.record, at);
      break;
    case "api_call":
      books.orders.call(entry.record);
      break;
    case "sample":
      books.orders.sample(entry.record);
      break;
    case "history":
      if (entry.record.audit_scope_id === auditScopeId) {
        books.orders.history(entry.record, at.line ?? 0);
      }
      books.paging.row(entry.record);
      break;
    case "fill":
    case "bill":
      books.paging.row(entry.record);
      break;
    case "freeze_event":
    case "discrepancy":
    case "error":
      books.refs.add(entry.kind, entry.record.evidence_refs, at);
      break;
    case "decision":
      if (entry.record.record_type !== "tick_summary") break;
      books.refs.add("decision", entry.record.evidence_refs, at);
      break;
    default:
      break;
  }
}

type Entry = {
  [Kind in OrderRecordKind]: { kind: Kind; record: OrderRecords[Kind] };
}[OrderRecordKind];

type Dispatch = <Kind extends OrderRecordKind>(
  kind: Kind,
  record: OrderRecords[Kind],
  at: At,
) => void;

function createDispatch(started: readonly Started[]): Dispatch {
  type Listener = (record: never, at: At) => void;
  const listenersByKind = new Map<string, Listener[]>();
  for (const { watch } of started) {
    for (const [kind, listener] of Object.entries(watch.on) as [string, Listener][]) {
      const listeners = listenersByKind.get(kind);
      if (listeners === undefined) listenersByKind.set(kind, [listener]);
      else listeners.push(listener);
    }
  }
  return (kind, record, at) => {
    const listeners = listenersByKind.get(kind);
    if (listeners === undefined) return;
    // The map is built kind by kind, so a listener gets the records it was declared for.
    for (const listener of listeners) listener(record as never, at);
  };
}

/** Ends the claims in their order, so that a later one may rest on an earlier. */
function settle(
  run: OrderRun,
  started: readonly Started[],
  excused: ReadonlyMap<string, ClaimVerdict>,
): readonly JudgedClaim[] {
  const judgedById = new Map<string, JudgedClaim>();
  const settled: Settled = (id) => judgedById.get(id)?.verdict ?? excused.get(id) ?? null;
  const startedById = new Map(started.map((one) => [one.claim.id, one]));
  return orderClaims.map((claim) => {
    const excuse = excused.get(claim.id);
    const one = startedById.get(claim.id);
    if (excuse !== undefined || one === undefined) {
      return { verdict: excuse ?? notApplicable(claim, "not_started"), log: emptyLog };
    }
    one.watch.end(settled);
    if (run.orders.full && claim.reads.includes("order_attempts")) {
      const at = { file: orderFileNames.order_attempts, line: null };
      one.report.gap("order_book_full", at, `more than ${run.orders.size} orders`);
    }
    const log = missingReads(claim, run, one.report.log());
    const judged = { verdict: judgeClaim(claim, log), log };
    judgedById.set(claim.id, judged);
    return judged;
  });
}

const emptyLog = { checked: 0, findings: [], totalFindings: 0, gaps: [], totalGaps: 0 } as const;

function judgeFiles(report: OrderReporter): JudgedClaim {
  const log = report.log();
  const claim: OrderClaim = { ...orderFilesClaim, reads: [], start: neverStarted };
  return { verdict: judgeClaim(claim, log), log };
}

function neverStarted(): never {
  throw new TypeError("the claim about files is judged by the reading itself");
}

function verdictOf(
  directory: string,
  manifest: ManifestUnderCheck | null,
  judged: readonly JudgedClaim[],
  records: number,
): OrderVerdict {
  const claims = judged.map(({ verdict }) => verdict);
  const findings: readonly Finding[] = judged.flatMap(({ log }) => log.findings);
  const gaps: readonly Finding[] = judged.flatMap(({ log }) => log.gaps);
  const all = judged.reduce((sum, { log }) => sum + log.totalFindings + log.totalGaps, 0);
  return {
    schema_version: "order_verdict/1",
    run_id: manifest?.orders.run_id ?? basename(directory),
    run_directory: basename(directory),
    tier: manifest?.orders.meta.tier ?? null,
    mode: manifest?.orders.mode ?? null,
    verdict: overallOf(claims),
    reasons: claims
      .filter(({ verdict }) => verdict === "FAIL" || verdict === "NOT_MEASURABLE")
      .map(({ id, reason }) => `${id}: ${reason}`),
    claims,
    findings,
    gaps,
    left_out: all - findings.length - gaps.length,
    records_read: records,
  };
}
