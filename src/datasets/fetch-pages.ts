import { type Fault, ok, type Result } from "#base";
import type { PageRequest } from "./candle-source.ts";

/** One row of a page: its time, and the line it becomes. */
export type PageRow = Readonly<{ ts_ms: number; line: string }>;

export type AskPage = (page: PageRequest) => Promise<Result<readonly PageRow[], Fault>>;

export type PageWalk = Readonly<{
  from_ms: number;
  to_ms: number;
  /** The usual distance between rows. */
  step_ms: number;
  /** Time from a row to where the next may be: the step, or less where rows jitter. */
  next_ms: number;
  limit: number;
  ask: AskPage;
  /** Takes the rows of one stretch in time order, and where the next stretch begins. */
  onStretch: (rows: readonly PageRow[], nextMs: number) => Fault | null;
}>;

/**
 * Walks a span of time page by page, oldest first. A page may come short at either end: what is
 * missing before its first row is asked for again until the venue has nothing there, what is
 * missing after its last row belongs to the next page. Rows outside the question are ignored.
 */
export async function walkPages(walk: PageWalk): Promise<Result<null, Fault>> {
  let from = walk.from_ms;
  while (from < walk.to_ms) {
    const to = Math.min(walk.to_ms, from + walk.limit * walk.step_ms);
    const stretch = await readStretch(walk, from, to);
    if (!stretch.ok) return stretch;
    const rows = stretch.value;
    const last = rows.at(-1);
    // Nothing there: the market was closed or not listed yet.
    const next = last === undefined ? to : Math.max(last.ts_ms + walk.next_ms, from + 1);
    const fault = walk.onStretch(rows, next);
    if (fault !== null) return { ok: false, fault };
    from = next;
  }
  return ok(null);
}

/** The rows of [from, to) that the venue has from some time on, in order, complete before it. */
async function readStretch(
  walk: PageWalk,
  from: number,
  to: number,
): Promise<Result<readonly PageRow[], Fault>> {
  const parts: (readonly PageRow[])[] = [];
  let end = to;
  for (;;) {
    const page = await walk.ask({ from_ms: from, to_ms: end, limit: walk.limit });
    if (!page.ok) return page;
    const rows = page.value
      .filter(({ ts_ms }) => ts_ms >= from && ts_ms < end)
      .toSorted((a, b) => a.ts_ms - b.ts_ms);
    parts.unshift(rows);
    const first = rows[0];
    if (first === undefined || first.ts_ms - from < walk.step_ms) return ok(parts.flat());
    end = first.ts_ms;
  }
}
