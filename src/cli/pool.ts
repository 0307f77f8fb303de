import type { Command } from "commander";
import { addPoolDiff } from "./pool-diff.ts";
import { addPoolList } from "./pool-list.ts";
import { addPoolSnapshot } from "./pool-snapshot.ts";
import { addPoolVerify } from "./pool-verify.ts";
import type { Shell } from "./verb.ts";

/** `assay pool`: survivors in a file that only grows, and the frozen copies others start from. */
export function addPool(program: Command, shell: Shell): void {
  const pool = program
    .command("pool")
    .description("list, freeze, verify and compare gene pools and their snapshots");
  addPoolList(pool, shell);
  addPoolSnapshot(pool, shell);
  addPoolVerify(pool, shell);
  addPoolDiff(pool, shell);
}
