import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { err, type Fault, ok, type Result } from "#base";
import { renderedName, renderLog } from "#venues";
import { exitCodes } from "./exit-codes.ts";
import { makeFolder } from "./make-folder.ts";
import { defaultRoot, readableRoot } from "./root.ts";
import { diffFolder, failDiff } from "./venue-diff-place.ts";
import { endOrValue, type Shell } from "./verb.ts";

type RenderOptions = Readonly<{ to?: string | undefined; root: string; json: boolean }>;

const examples = `
Examples:
  $ assay venue diff render
  $ assay venue diff render --to docs/interface-diff     the page of this repository
`;

/** `assay venue diff render`: the document of the log, for people. */
export function addVenueDiffRender(diff: Command, shell: Shell): void {
  diff
    .command("render")
    .description("write the document of the log")
    .option("--to <dir>", "the folder of the document (default: beside the log, in the root)")
    .option("--root <dir>", "where the log lives", defaultRoot)
    .option("--json", "one JSON line", false)
    .addHelpText("after", examples)
    .action((options: RenderOptions) => {
      const output = shell.output(options);
      const root = endOrValue(readableRoot(options.root), shell, output);
      if (root === null) return;
      const folder = diffFolder(root);
      const rendered = renderTo(folder, options.to ?? folder);
      if (!rendered.ok) return shell.end(failDiff(rendered.fault, output));
      output.line(rendered.value);
      output.record({ type: "rendered", path: rendered.value });
      shell.end(exitCodes.ok);
    });
}

/** Writes the document; gives its path. Faults: of renderLog, render_unwritable. */
export function renderTo(folder: string, to: string): Result<string, Fault> {
  const text = renderLog(folder);
  if (!text.ok) return text;
  const path = join(to, renderedName);
  try {
    makeFolder(resolve(to));
    writeFileSync(path, text.value);
    return ok(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    return err({ code: "render_unwritable", message: `cannot write there: ${code}`, at: path });
  }
}
