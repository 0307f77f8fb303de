import type { AuditHead } from "../../artifacts/orders/audit-rows.ts";
import type { AuditorReport, PagingCoverage } from "../../artifacts/orders/auditor-report.ts";
import type { EndpointFamily, PagingTrace } from "../../artifacts/orders/paging-traces.ts";

/** The pages of one query, joined. */
export type Chain = Readonly<{
  id: string;
  family: EndpointFamily;
  auditScopeId: string;
  scopeId: string;
  pages: number;
  firstLine: number;
  lastLine: number;
  lastHasMore: boolean;
  lastCursor: string | null;
  /** Rows that the pages announced, and rows that were materialised from them. */
  announced: number;
  materialised: number;
  /** Why the pages do not follow each other; null when they do. */
  broken: string | null;
}>;

export type Closure =
  | Readonly<{ closed: true; chain: Chain }>
  | Readonly<{
      closed: false;
      code: "audit_not_executed" | "paging_not_attempted" | "paging_unclosed";
      detail: string;
    }>;

/**
 * Which queries the auditor made and whether they reached their ends. It holds one entry for each
 * query and one for each page, at most `maxPages` of both; beyond, no family counts as closed.
 */
export type PagingBook = Readonly<{
  readonly report: AuditorReport | null;
  chains: () => Iterable<Chain>;
  chain: (id: string) => Chain | null;
  /** Pages whose announced rows are not the materialised ones. */
  unevenPages: () => Iterable<UnevenPage>;
  closureOf: (family: EndpointFamily) => Closure;
}>;

export type UnevenPage = Readonly<{
  chain: Chain;
  page: number;
  line: number;
  announced: number;
  materialised: number;
}>;

export type PagingBookWriter = PagingBook &
  Readonly<{
    setReport: (report: AuditorReport) => void;
    trace: (trace: PagingTrace, line: number) => void;
    row: (row: AuditHead) => void;
  }>;

const maxPages = 500_000;

type Draft = { -readonly [Key in keyof Chain]: Chain[Key] };
type Page = { chain: Draft; page: number; line: number; announced: number; materialised: number };

export function createPagingBook(): PagingBookWriter {
  const chainById = new Map<string, Draft>();
  const pageByKey = new Map<string, Page>();
  let report: AuditorReport | null = null;
  let full = false;

  return {
    get report(): AuditorReport | null {
      return report;
    },
    chains: () => chainById.values(),
    chain: (id) => chainById.get(id) ?? null,
    *unevenPages(): Iterable<UnevenPage> {
      for (const page of pageByKey.values()) {
        if (page.announced !== page.materialised) yield page;
      }
    },
    closureOf(family): Closure {
      if (report === null) return open("audit_not_executed", "there is no auditor report");
      if (full) return open("paging_unclosed", `more than ${maxPages} pages`);
      return closureFrom(report.paging_coverage[family], family, chainById);
    },
    setReport(value): void {
      report = value;
    },
    trace(trace, line): void {
      if (pageByKey.size >= maxPages) {
        full = true;
        return;
      }
      const known = chainById.get(trace.query_chain_id);
      const chain = known ?? firstPage(trace, line);
      if (known === undefined) chainById.set(chain.id, chain);
      else nextPage(chain, trace, line);
      const page = { chain, page: trace.page_idx, line, announced: 0, materialised: 0 };
      const key = pageKey(chain.id, trace.page_idx);
      const held = pageByKey.get(key) ?? page;
      held.announced += trace.response_meta.data_count;
      pageByKey.set(key, held);
    },
    row(row): void {
      const page = pageByKey.get(pageKey(row.query_chain_id, row.page_idx));
      if (page === undefined) return;
      page.materialised += 1;
      page.chain.materialised += 1;
    },
  };
}

function pageKey(chain: string, page: number): string {
  return `${chain}|${page}`;
}

function firstPage(trace: PagingTrace, line: number): Draft {
  const { page_idx, request_cursor, response_meta: meta } = trace;
  const first = page_idx === 0 && request_cursor === null;
  return {
    id: trace.query_chain_id,
    family: trace.endpoint_family,
    auditScopeId: trace.audit_scope_id,
    scopeId: trace.scope_id,
    pages: 1,
    firstLine: line,
    lastLine: line,
    lastHasMore: meta.has_more,
    lastCursor: meta.next_cursor,
    announced: meta.data_count,
    materialised: 0,
    broken: brokenAnswer(trace) ?? (first ? null : `line ${line} is no first page`),
  };
}

function nextPage(chain: Draft, trace: PagingTrace, line: number): void {
  const { page_idx, request_cursor, response_meta: meta } = trace;
  const follows = page_idx === chain.pages && request_cursor === chain.lastCursor;
  const ended = !chain.lastHasMore || chain.lastCursor === null;
  if (ended) chain.broken ??= `line ${line} goes on behind the last page`;
  else if (!follows) chain.broken ??= `line ${line} does not follow the page before it`;
  chain.broken ??= brokenAnswer(trace);
  if (trace.endpoint_family !== chain.family) chain.broken ??= `line ${line} is of another family`;
  chain.pages += 1;
  chain.lastLine = line;
  chain.lastHasMore = meta.has_more;
  chain.lastCursor = meta.next_cursor;
  chain.announced += meta.data_count;
}

/** A page whose request failed proves nothing. */
function brokenAnswer(trace: PagingTrace): string | null {
  const { http_status: status, code } = trace;
  const answered = status !== null && status >= 200 && status <= 299 && code === "0";
  return answered && trace.truth_quality === "ok" ? null : `page ${trace.page_idx} has no answer`;
}

function closureFrom(
  coverage: PagingCoverage,
  family: EndpointFamily,
  chainById: ReadonlyMap<string, Chain>,
): Closure {
  if (!coverage.attempted) return open("paging_not_attempted", `${family} was not asked for`);
  const chain = chainById.get(coverage.query_chain_id ?? "");
  if (chain === undefined) return open("paging_unclosed", `no pages of ${family} are recorded`);
  if (chain.broken !== null) return open("paging_unclosed", `${family}: ${chain.broken}`);
  if (!isAtEnd(chain)) return open("paging_unclosed", `${family}: its last page says has_more`);
  return { closed: true, chain };
}

/** The exchange said that there is no more, or gave nothing to ask further with. */
export function isAtEnd(chain: Chain): boolean {
  return !chain.lastHasMore || chain.lastCursor === null;
}

function open(code: Exclude<Closure, { closed: true }>["code"], detail: string): Closure {
  return { closed: false, code, detail };
}
