import { readPath } from "../compare/read-path.ts";

/** No history of a test is longer; a cursor that stands still must not turn for ever. */
const maxPages = 20;

/** The rows of all pages, two a page, each asked for by the last row of the one before. */
export async function pages(
  cursor: string,
  ask: (after: string | null) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  let after: string | null = null;
  for (let page = 0; page < maxPages; page += 1) {
    const given: unknown = await ask(after);
    const list: readonly unknown[] = Array.isArray(given) ? given : [];
    rows.push(...list);
    const last = readPath(list.at(-1), cursor);
    if (list.length < pageSize || typeof last !== "string" || last === after) break;
    after = last;
  }
  return rows;
}

export const pageSize = 2;
