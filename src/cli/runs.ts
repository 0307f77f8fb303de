import type { Command } from "commander";
import { addRunsFind } from "./runs-find.ts";
import { addRunsList } from "./runs-list.ts";
import type { Shell } from "./verb.ts";

/** `assay runs ls | find`: asks the index over the evidence. */
export function addRuns(program: Command, shell: Shell): void {
  const runs = program.command("runs").description("list runs, or find the genome behind an agent");
  addRunsList(runs, shell);
  addRunsFind(runs, shell);
}
