import { createFileBook, type FileBookWriter } from "./file-book.ts";
import { createOrderBook, type OrderBookWriter } from "./order-book.ts";
import type { At } from "./order-claim.ts";
import { createPagingBook, type PagingBookWriter } from "./paging-book.ts";
import type { OrderArtifact, OrderRecordKind, OrderRecords } from "./records.ts";
import { createRefBook, type RefBookWriter } from "./ref-book.ts";

/** What claims share; filled as the files are read, before the claims hear of a record. */
export type Books = Readonly<{
  files: FileBookWriter;
  orders: OrderBookWriter;
  paging: PagingBookWriter;
  refs: RefBookWriter;
}>;

type BooksOf = Readonly<{
  directory: string;
  runId: string;
  required: ReadonlySet<OrderArtifact>;
}>;

export function createBooks({ directory, runId, required }: BooksOf): Books {
  const files = createFileBook(required);
  return {
    files,
    orders: createOrderBook(),
    paging: createPagingBook(),
    refs: createRefBook({ directory, runId, files }),
  };
}

/** Enters a record into the books that it concerns; `scope` is the audit that counts. */
export function enterBooks<Kind extends OrderRecordKind>(
  kind: Kind,
  entry: Entry<Kind>,
  books: Books,
): void {
  enterByKind[kind]?.(entry, books);
}

type Entry<Kind extends OrderRecordKind> = Readonly<{
  record: OrderRecords[Kind];
  at: At;
  scope: string | null;
}>;

type EnterByKind = { readonly [Kind in OrderRecordKind]?: Enter<Kind> };
type Enter<Kind extends OrderRecordKind> = (entry: Entry<Kind>, books: Books) => void;

const enterByKind: EnterByKind = {
  report({ record, at }, { paging, refs }): void {
    paging.setReport(record);
    refs.add("report", record.evidence_refs, at);
  },
  paging_trace({ record, at, scope }, { paging }): void {
    if (record.audit_scope_id === scope) paging.trace(record, at.line ?? 0);
  },
  attempt: ({ record, at }, { orders }) => orders.attempt(record, at),
  api_call: ({ record }, { orders }) => orders.call(record),
  sample: ({ record }, { orders }) => orders.sample(record),
  history({ record, at, scope }, { orders, paging }): void {
    if (record.audit_scope_id === scope) orders.history(record, at.line ?? 0);
    paging.row(record);
  },
  fill: ({ record }, { paging }) => paging.row(record),
  bill: ({ record }, { paging }) => paging.row(record),
  freeze_event: ({ record, at }, { refs }) => refs.add("freeze_event", record.evidence_refs, at),
  discrepancy: ({ record, at }, { refs }) => refs.add("discrepancy", record.evidence_refs, at),
  error: ({ record, at }, { refs }) => refs.add("error", record.evidence_refs, at),
  decision({ record, at }, { refs }): void {
    if (record.record_type === "tick_summary") refs.add("decision", record.evidence_refs, at);
  },
};
