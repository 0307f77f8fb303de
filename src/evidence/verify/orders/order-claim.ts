import type { ManifestUnderCheck } from "../../artifacts/orders/order-manifest.ts";
import type { VerdictWord } from "../../artifacts/verdict.ts";
import type { OrderCode } from "./codes.ts";
import type { FileBook } from "./file-book.ts";
import type { OrderBook } from "./order-book.ts";
import type { PagingBook } from "./paging-book.ts";
import type { OrderArtifact, OrderRecordKind, OrderRecords } from "./records.ts";
import type { RefBook } from "./ref-book.ts";
import type { RetainedRaw } from "./retained-raw.ts";

/**
 * One claim about recorded order evidence, checked by one file. It works as the claims of a run
 * directory do, with one word more: a `gap` says that something cannot be known, which makes the
 * claim NOT_MEASURABLE unless a finding makes it FAIL.
 */
export type OrderClaim<Kind extends OrderRecordKind = OrderRecordKind> = Readonly<{
  id: string;
  /** Where its rules stand: an anchor in docs/contracts/orders.md. */
  clause: string;
  /** Files without which nothing can be said. */
  reads: readonly OrderArtifact[];
  /** Why this run has nothing to do with the claim; null when it has. */
  notApplicable?: (run: OrderRun) => string | null;
  start: (run: OrderRun, report: OrderReport) => OrderWatch<Kind>;
}>;

export type OrderWatch<Kind extends OrderRecordKind> = Readonly<{
  on: { readonly [K in Kind]?: (record: OrderRecords[K], at: At) => void };
  /** After the last record of the last file; the claims before this one have settled. */
  end: (settled: Settled) => void;
}>;

/** Where a record lies; lines count from 1. */
export type At = Readonly<{ file: string; line: number | null; field?: string }>;

/** Claims that have a verdict already, by id; null for one that has none yet. */
export type Settled = (id: string) => Readonly<{ verdict: VerdictWord; checked: number }> | null;

/** What claims share: the run, and books that are filled as the files are read, before them. */
export type OrderRun = Readonly<{
  directory: string;
  manifest: ManifestUnderCheck;
  /** The audit that counts: the last one declared; null when none was. */
  auditScopeId: string | null;
  files: FileBook;
  orders: OrderBook;
  paging: PagingBook;
  refs: RefBook;
  retained: RetainedRaw;
}>;

export type OrderReport = Readonly<{
  /** So many more things were looked at. */
  count: (more?: number) => void;
  /** Something is not as the clause says. */
  finding: (code: OrderCode, at: At, detail: string) => void;
  /** Something that the clause asks for cannot be known. */
  gap: (code: OrderCode, at: At, detail: string) => void;
}>;

/** A place that is a whole file. */
export function wholeFile(file: string): At {
  return { file, line: null };
}
