import type { Kysely } from "kysely";
import { type Clock, isoFromMillis } from "#base";
import type { Source } from "../sources/source.ts";
import type { Tables } from "../tables/tables.ts";
import type { BuildOptions } from "./build-options.ts";
import { indexInto } from "./index-into.ts";
import { createRowWriter } from "./row-writer.ts";

/** Indexes sources one after the other and says how many of them could not be. */
export async function indexAll(
  db: Kysely<Tables>,
  sources: readonly Source[],
  { root, progress }: Pick<BuildOptions, "root" | "progress">,
): Promise<Readonly<{ indexed: number; skipped: number }>> {
  const writer = createRowWriter(db);
  const counts = { indexed: 0, skipped: 0 };
  for (const [index, source] of sources.entries()) {
    counts[await indexInto(db, root, source, writer)] += 1;
    progress?.({ done: index + 1, total: sources.length, path: source.path });
  }
  await writer.flush();
  return counts;
}

/** Says when the files were last looked at. */
export async function stampTime(db: Kysely<Tables>, clock: Clock): Promise<void> {
  const refreshed_at = isoFromMillis(clock.nowMillis());
  await db.updateTable("catalog_info").set({ refreshed_at }).execute();
}
