import type { EndpointFamily, OrderLines } from "#evidence";
import type { Answer, CallRecord, Page, PageQuery, Venue } from "#venues";
import { hash16 } from "../landing/agent-names.ts";
import type { Journal } from "../landing/journal.ts";
import type { Asked, AskVenue } from "../market-view/ask.ts";

type PagingTrace = OrderLines["paging_traces"];

/** What is asked for: one family, one instrument, one window, under one scope. */
export type PagingScope = Readonly<{
  auditScopeId: string;
  instId: string;
  startMs: number;
  endMs: number;
  pageLimit: number;
}>;

export type FamilyReader<Row> = Readonly<{
  family: EndpointFamily;
  page: (venue: Venue, query: PageQuery) => Promise<Answer<Page<Row>>>;
}>;

/** One query walked to its end, or as far as it went. */
export type Walk<Row> = Readonly<{
  family: EndpointFamily;
  rows: readonly PagedRow<Row>[];
  /** Null: the first page never answered, so there is no query to speak of. */
  chain: ChainFacts | null;
  closed: boolean;
  /** Why it is not closed. */
  reasons: readonly string[];
}>;

export type PagedRow<Row> = Readonly<{ row: Row; pageIdx: number; queryChainId: string }>;

export type ChainFacts = Readonly<{
  queryChainId: string;
  scopeId: string;
  pages: number;
  lineStart: number;
  lineEnd: number;
  lastHasMore: boolean;
  lastCursor: string | null;
}>;

/** A page that fails ends its query; a retry is a new query, never a mended one. */
const maxQueries = 3;
/** A query of more pages than this is not walked to its end. */
const maxPages = 10_000;

/** Walks the pages of a family until one query reached its end; every page leaves a trace. */
export async function pageThrough<Row>(
  ask: AskVenue,
  journal: Journal,
  scope: PagingScope,
  reader: FamilyReader<Row>,
): Promise<Walk<Row>> {
  let walk: Walk<Row> = { ...nothing, family: reader.family };
  for (let chainSeq = 1; chainSeq <= maxQueries; chainSeq += 1) {
    walk = await walkOnce(ask, journal, { scope, reader, chainSeq });
    if (walk.closed) return walk;
  }
  return walk;
}

const nothing = { rows: [], chain: null, closed: false, reasons: ["not_attempted"] } as const;

type Query<Row> = Readonly<{ scope: PagingScope; reader: FamilyReader<Row>; chainSeq: number }>;

async function walkOnce<Row>(
  ask: AskVenue,
  journal: Journal,
  { scope, reader, chainSeq }: Query<Row>,
): Promise<Walk<Row>> {
  const scopeId = `${scope.auditScopeId}.${reader.family}`;
  const rows: PagedRow<Row>[] = [];
  let chain: ChainFacts | null = null;
  let cursor: string | null = null;
  for (let pageIdx = 0; pageIdx < maxPages; pageIdx += 1) {
    const query: PageQuery = {
      instId: scope.instId,
      beginMs: scope.startMs,
      endMs: scope.endMs,
      after: cursor,
      limit: scope.pageLimit,
    };
    const { answer }: Asked<Page<Row>> = await ask((venue) => reader.page(venue, query));
    const trace = traceOf({ scope, reader, chainSeq }, { scopeId, pageIdx, cursor, answer });
    const { line } = journal.order("paging_traces", trace);
    const { has_more: lastHasMore, next_cursor: lastCursor } = trace.response_meta;
    const queryChainId = trace.query_chain_id;
    const lineStart: number = chain?.lineStart ?? line;
    chain = {
      queryChainId,
      scopeId,
      pages: pageIdx + 1,
      lineStart,
      lineEnd: line,
      lastHasMore,
      lastCursor,
    };
    if (!answer.ok) {
      return {
        family: reader.family,
        rows: [],
        chain,
        closed: false,
        reasons: [answer.failure.code],
      };
    }
    for (const row of answer.value.rows) rows.push({ row, pageIdx, queryChainId });
    cursor = answer.value.next;
    if (cursor === null) return { family: reader.family, rows, chain, closed: true, reasons: [] };
  }
  return { family: reader.family, rows: [], chain, closed: false, reasons: ["too_many_pages"] };
}

type PageFacts<Row> = Readonly<{
  scopeId: string;
  pageIdx: number;
  cursor: string | null;
  answer: Answer<Page<Row>>;
}>;

function traceOf<Row>(
  { scope, reader, chainSeq }: Query<Row>,
  { scopeId, pageIdx, cursor, answer }: PageFacts<Row>,
): Omit<PagingTrace, "run_id" | "seq" | "ts_utc"> {
  const { call } = answer;
  const { instId, startMs, endMs } = scope;
  const next = answer.ok ? answer.value.next : null;
  const parts = [call.endpoint, instId, startMs, endMs, scopeId, chainSeq];
  return {
    audit_scope_id: scope.auditScopeId,
    audit_component: "exchange_auditor",
    endpoint_family: reader.family,
    endpoint: call.endpoint,
    inst_id: instId,
    time_window_ms: { start_ms: startMs, end_ms: endMs },
    scope_id: scopeId,
    chain_seq: chainSeq,
    query_chain_id: hash16(parts.join("|")),
    page_idx: pageIdx,
    request_params: paramsOf(call),
    request_cursor: cursor,
    response_meta: {
      data_count: answer.ok ? answer.value.rows.length : 0,
      has_more: next !== null,
      next_cursor: next,
    },
    http_status: call.httpStatus,
    http_status_reason: call.httpStatus === null ? "no_answer" : null,
    code: answer.ok ? "0" : codeOf(call),
    msg: call.msg,
    truth_quality: answer.ok ? "ok" : "unknown",
    reason_code: answer.ok ? null : answer.failure.code,
  };
}

function codeOf(call: CallRecord): string | null {
  return call.code === "" ? null : call.code;
}

/** What was asked, as JSON; a parameter that is none is left to the call's own record. */
function paramsOf(call: CallRecord): PagingTrace["request_params"] {
  return JSON.parse(JSON.stringify(call.params)) as PagingTrace["request_params"];
}
