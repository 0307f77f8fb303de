import { resolve } from "node:path";
import type { Command } from "commander";
import { defaultKeysDirectory } from "#evidence";
import type { Check } from "./doctor-checks.ts";
import {
  checkClock,
  checkCores,
  checkMemory,
  checkRuntime,
  checkSpace,
  checkWrites,
} from "./doctor-checks.ts";
import { checkHalt } from "./doctor-halt.ts";
import { checkKeys } from "./doctor-keys.ts";
import { checkCoreLock, checkKernel, checkLockfile, checkStop } from "./doctor-product.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { defaultRoot } from "./root.ts";
import type { Shell, Switches } from "./verb.ts";

type DoctorOptions = Readonly<{ root: string; keys: string; json: boolean }>;

/** `assay doctor`: reads and measures, repairs nothing; exit 1 when anything is unfit. */
export function addDoctor(program: Command, shell: Shell): void {
  program
    .command("doctor")
    .description("say whether this machine and this checkout are fit to run Assay")
    .option("--root <dir>", "where runs would land", defaultRoot)
    .option("--keys <dir>", "the installation's keys, outside the root", defaultKeysDirectory())
    .option("--json", "one JSON line for each check", false)
    .addHelpText("after", "\nExample:\n  $ assay doctor --root /var/lib/assay\n")
    .action((options: DoctorOptions) => {
      const output = shell.output(options);
      const checks = examine(resolve(options.root), options.keys, shell.switches);
      for (const check of checks) print(check, output);
      const failed = checks.filter(({ status }) => status === "fail").length;
      const warned = checks.filter(({ status }) => status === "warn").length;
      output.line(verdictLine(checks.length, failed, warned));
      output.record({ type: "result", ok: failed === 0, checks: checks.length, failed, warned });
      shell.end(failed === 0 ? exitCodes.ok : exitCodes.finding);
    });
}

function examine(root: string, keys: string, switches: Switches): readonly Check[] {
  const nowMs = Date.now();
  return [
    checkRuntime(),
    checkCores(),
    checkMemory(),
    checkSpace(root),
    checkWrites(root),
    checkClock(root, nowMs),
    checkKernel(),
    checkCoreLock(),
    checkLockfile(),
    checkStop(root),
    checkHalt(root, switches),
    ...checkKeys({ root, keys, nowMs }),
  ];
}

function print(check: Check, output: Output): void {
  const remedy = check.remedy === null ? "" : `\n      ${check.remedy}`;
  output.line(`${check.status.padEnd(5)} ${check.name.padEnd(12)} ${check.detail}${remedy}`);
  output.record({ type: "check", ...check });
}

function verdictLine(count: number, failed: number, warned: number): string {
  if (failed > 0) return `UNFIT: ${failed} of ${count} checks failed`;
  return warned > 0 ? `FIT: ${count} checks, ${warned} with a warning` : `FIT: ${count} checks`;
}
