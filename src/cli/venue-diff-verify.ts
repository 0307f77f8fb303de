import type { Command } from "commander";
import { verifyDifferences } from "#venues";
import { exitCodes } from "./exit-codes.ts";
import { defaultRoot, readableRoot } from "./root.ts";
import { groupDigits } from "./table.ts";
import { diffFolder } from "./venue-diff-place.ts";
import { endOrValue, type Shell } from "./verb.ts";

type VerifyOptions = Readonly<{ root: string; json: boolean }>;

const examples = `
Every line names the one before by digest and the head names the last, so that a line changed or
taken away shows; every raw sample has to be there as it was. Exit 0 sound, 1 not, 3 nothing there.

Example:
  $ assay venue diff verify --root ./var/assay
`;

/** `assay venue diff verify`: reads, and changes nothing. */
export function addVenueDiffVerify(diff: Command, shell: Shell): void {
  diff
    .command("verify")
    .description("check that the log only grew and that every sample is there")
    .option("--root <dir>", "where the log lives", defaultRoot)
    .option("--json", "one JSON line for each finding", false)
    .addHelpText("after", examples)
    .action((options: VerifyOptions) => {
      const output = shell.output(options);
      const root = endOrValue(readableRoot(options.root), shell, output);
      if (root === null) return;
      const verified = endOrValue(verifyDifferences(diffFolder(root)), shell, output);
      if (verified === null) return;
      const { records, comparisons, samples, open, findings, head } = verified;
      for (const { code, at, message } of findings) {
        output.line(`${at}: ${message} [${code}]`);
        output.record({ type: "finding", code, at, message });
      }
      const isEmpty = records === 0 && findings.length === 0;
      const verdict = findings.length > 0 ? "FAIL" : isEmpty ? "NOT_MEASURABLE" : "PASS";
      output.line(
        `${verdict}: ${groupDigits(records)} records, ${comparisons} comparisons, ` +
          `${groupDigits(samples)} samples, ${open.length} open differences`,
      );
      if (head !== null) output.line(`head ${head}`);
      output.record({
        ...{ type: "result", verdict, records, comparisons, samples },
        ...{ open: open.length, findings: findings.length, head },
      });
      const good = isEmpty ? exitCodes.not_measurable : exitCodes.ok;
      shell.end(findings.length > 0 ? exitCodes.finding : good);
    });
}
