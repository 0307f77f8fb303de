import { canonicalJson, type Fault, isoFromMillis, type Json, ok, type Result } from "#base";
import type { MeshClock, Migration, Tables } from "#mesh";
import type { RuntimeName } from "#protocol";
import type { Memory } from "./cycle/run-cycle.ts";

export type MemoryTables = {
  strategy_engine_memories: { strategy: string; memory: string; updated_utc: string };
};

export const migrations: readonly Migration[] = [
  {
    id: "0001_memories",
    tables: [
      {
        name: "strategy_engine_memories",
        columns: { strategy: "text", memory: "text", updated_utc: "text" },
        key: ["strategy"],
      },
    ],
  },
];

/** What a strategy remembers, so that a restart does not make it propose the same again. */
export async function openMemory(
  tables: Tables<MemoryTables>,
  strategy: RuntimeName,
  clock: MeshClock,
): Promise<Result<Memory, Fault>> {
  const kept = await tables.read(async (db) => {
    const row = await db
      .selectFrom("strategy_engine_memories")
      .select("memory")
      .where("strategy", "=", strategy)
      .executeTakeFirst();
    return ok(row?.memory ?? null);
  });
  if (!kept.ok) return kept;
  // Written below.
  let memory: Json = kept.value === null ? null : (JSON.parse(kept.value) as Json);
  let text = kept.value;
  return ok({
    get: () => memory,
    async keep(next) {
      const nextText = canonicalJson(next);
      if (nextText === text) return ok(undefined);
      const updated_utc = isoFromMillis(Math.floor(clock.nowMs()));
      const written = await tables.change(async (db) => {
        await db
          .insertInto("strategy_engine_memories")
          .values({ strategy, memory: nextText, updated_utc })
          .onConflict((conflict) =>
            conflict.column("strategy").doUpdateSet({ memory: nextText, updated_utc }),
          )
          .execute();
        return ok(undefined);
      });
      if (written.ok) {
        memory = next;
        text = nextText;
      }
      return written;
    },
  });
}
