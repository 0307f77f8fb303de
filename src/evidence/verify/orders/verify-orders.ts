import { lstatSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { ManifestUnderCheck } from "../../artifacts/orders/order-manifest.ts";
import type { ClaimVerdict, Finding } from "../../artifacts/verdict.ts";
import type { FileFacts } from "../../reading/read-chunks.ts";
import { type Books, createBooks, enterBooks } from "./books.ts";
import { createDispatch, type Started } from "./dispatch.ts";
import type { At, OrderClaim, OrderRun, Settled } from "./order-claim.ts";
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
import { type OrderIntake, readOrderArtifact } from "./read-order-artifacts.ts";
import { readOrderManifest } from "./read-order-manifest.ts";
import { type OrderRecordKind, orderArtifacts, orderFileNames } from "./records.ts";
import { nothingDeleted, type RetainedRaw } from "./retained-raw.ts";

export type VerifyOrdersOptions = Readonly<{
  /** What the installation's log says of the raw samples of this run. */
  retained?: RetainedRaw;
  /** Is told of every file that was read to its end. */
  onFile?: (name: string, facts: FileFacts) => void;
  /** How many lines of each file enter the joins; for tests of the bound. */
  maxJoinedLines?: number;
}>;

/**
 * Joins hold ids of at most so many lines of each file, about a gigabyte when all are full; beyond,
 * nothing is measurable.
 */
const maxJoinedLines = 1_000_000;

const joinedKinds: ReadonlySet<OrderRecordKind> = new Set([
  "roster_agent",
  "genome",
  "birth",
  "death",
  "paging_trace",
  "decision",
  "attempt",
  "api_call",
  "sample",
  "history",
  "fill",
  "bill",
]);

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

function verifyWith(
  directory: string,
  manifest: ManifestUnderCheck,
  filesReport: OrderReporter,
  options: VerifyOrdersOptions,
): OrderVerdict {
  const { run_id: runId, audit_scope: scope } = manifest.orders;
  const required = new Set(contractOf(manifest.orders).artifacts);
  const books = createBooks({ directory, runId, required });
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
  const limit = options.maxJoinedLines ?? maxJoinedLines;
  const records = readAll({ run, books, started, filesReport, limit });
  for (const [name, facts] of books.files.byName) options.onFile?.(name, facts);
  const judged = settle(run, started, excused);
  return verdictOf(directory, manifest, [judgeFiles(filesReport), ...judged], records);
}

type Pass = Readonly<{
  run: OrderRun;
  books: Books;
  started: readonly Started[];
  filesReport: OrderReporter;
  limit: number;
}>;

function readAll({ run, books, started, filesReport, limit }: Pass): number {
  const dispatch = createDispatch(started);
  const joined = new Map<OrderRecordKind, number>();
  let records = 0;

  /** Whether the joins have room for one more of this kind; says it once where they have not. */
  function hasRoom(kind: OrderRecordKind, at: At): boolean {
    if (!joinedKinds.has(kind)) return true;
    const count = (joined.get(kind) ?? 0) + 1;
    joined.set(kind, count);
    if (count === limit + 1) {
      const detail = `more than ${limit} lines: what follows is not joined`;
      for (const { report } of started) report.gap("evidence_beyond_bound", at, detail);
    }
    return count <= limit;
  }

  const intake: OrderIntake = {
    record(kind, record, at): void {
      records += 1;
      filesReport.count();
      if ("run_id" in record) books.files.record(at.file, record);
      if (!hasRoom(kind, at)) return;
      enterBooks(kind, { record, at, scope: run.auditScopeId }, books);
      dispatch(kind, record, at);
    },
    problem(file, { code, detail, line, field }): void {
      books.files.problem(file);
      const at = { file, line: line ?? null, ...(field === undefined ? {} : { field }) };
      filesReport.finding("file_malformed", at, `${code}: ${detail}`);
    },
    file: books.files.add,
  };
  const offline = run.manifest.orders.mode === "offline";
  for (const artifact of orderArtifacts) {
    // Offline, files of the same names have a contract of their own.
    if (offline && !run.files.isRequired(artifact)) continue;
    const name = orderFileNames[artifact];
    const there = lstatSync(join(run.directory, name), { throwIfNoEntry: false }) !== undefined;
    // An absent file is the business of the tier contract and of the claims that read it.
    if (there) readOrderArtifact[artifact](run.directory, intake);
  }
  return records;
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
