import type { Command } from "commander";
import { addVenueDiffRender } from "./venue-diff-render.ts";
import { addVenueDiffRun } from "./venue-diff-run.ts";
import { addVenueDiffVerify } from "./venue-diff-verify.ts";
import type { Shell } from "./verb.ts";

/** `assay venue diff`: what ccxt and okx-api do not do alike, with evidence. */
export function addVenueDiff(venue: Command, shell: Shell): void {
  const diff = venue
    .command("diff")
    .description("compare ccxt and okx-api act by act, and keep a log of the differences");
  addVenueDiffRun(diff, shell);
  addVenueDiffVerify(diff, shell);
  addVenueDiffRender(diff, shell);
}
