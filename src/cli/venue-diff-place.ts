import { join } from "node:path";
import type { Fault } from "#base";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";

/** Where the log of differences of a root lives, with its raw samples. */
export function diffFolder(root: string): string {
  return join(root, "interface_diff");
}

/** A log that does not add up is a finding and no slip of the pen. */
export function failDiff(fault: Fault, output: Output): ExitCode {
  const code = output.fail(fault);
  return fault.code === "chained_log_damaged" ? exitCodes.finding : code;
}
