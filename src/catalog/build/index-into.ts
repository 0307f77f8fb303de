import type { Kysely } from "kysely";
import type { Fault } from "#base";
import { indexSource } from "../reading/index-source.ts";
import type { Source } from "../sources/source.ts";
import type { Tables } from "../tables/tables.ts";
import { findRepeatedAgent } from "./find-repeated-agent.ts";
import { forgetRows } from "./forget-source.ts";
import type { RowWriter } from "./row-writer.ts";

/**
 * Puts the rows of one source and the row that says what became of it; a source that cannot be read
 * leaves only the latter. Its earlier rows must be gone.
 */
export async function indexInto(
  db: Kysely<Tables>,
  root: string,
  source: Source,
  writer: RowWriter,
): Promise<"indexed" | "skipped"> {
  const { path, kind, name, stamp } = source;
  const fault = await indexWhole(db, root, source, writer);
  const state = fault === null ? "indexed" : "skipped";
  await writer.put("sources", {
    path,
    kind,
    name,
    stamp,
    state,
    reason_code: fault?.code ?? null,
    reason: fault?.message ?? null,
    reason_at: fault?.at ?? null,
  });
  return state;
}

async function indexWhole(
  db: Kysely<Tables>,
  root: string,
  source: Source,
  writer: RowWriter,
): Promise<Fault | null> {
  // A name that is refused may be that of another source: it has no rows to forget.
  if (source.refusal !== null) return source.refusal;
  // What is held belongs to sources before this one: from here on, what is held is its own.
  await writer.flush();
  let fault = await indexSource(root, source, writer);
  if (fault === null && source.kind === "run") {
    await writer.flush();
    fault = await findRepeatedAgent(db, source);
  }
  if (fault !== null) {
    writer.discard();
    await forgetRows(db, source);
  }
  return fault;
}
