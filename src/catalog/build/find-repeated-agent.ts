import type { Kysely } from "kysely";
import type { Fault } from "#base";
import type { Source } from "../sources/source.ts";
import type { Tables } from "../tables/tables.ts";

/** An agent that stands twice in a roster, or ended twice, would make every join ambiguous. */
export async function findRepeatedAgent(
  db: Kysely<Tables>,
  { name, path }: Source,
): Promise<Fault | null> {
  for (const table of ["agents", "agent_ends"] as const) {
    const repeated = await db
      .selectFrom(table)
      .select("agent_id_hash")
      .where("run_id", "=", name)
      .groupBy("agent_id_hash")
      .having((group) => group.fn.countAll(), ">", 1)
      .orderBy("agent_id_hash")
      .limit(1)
      .executeTakeFirst();
    if (repeated === undefined) continue;
    const where = table === "agents" ? "stands twice in the roster" : "has two ends of its life";
    const message = `the agent ${repeated.agent_id_hash} ${where}`;
    return { code: "agent_repeated", message, at: path };
  }
  return null;
}
