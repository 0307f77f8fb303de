import type { Command } from "commander";
import type { Fault, Result } from "#base";
import type { ExitCode } from "./exit-codes.ts";
import type { Output } from "./output.ts";

/**
 * What main hands to every verb. A verb adds its command to the program and ends each action with
 * `shell.end(code)`; it never touches the exit code or the streams of the process itself.
 */
export type Shell = Readonly<{
  output: (options: Readonly<{ json?: boolean | undefined }>) => Output;
  /** Records the exit code of the command that ran; the process ends when its work has ended. */
  end: (code: ExitCode) => void;
  /** Tag or digest of the image this process runs in, for manifests; null outside of one. */
  image: string | null;
  /** What the environment says of the switches; nothing else of a run comes from there. */
  switches: Switches;
  /** The settings of services, for the verbs that host them; no other verb looks at it. */
  environment: Readonly<Record<string, string | undefined>>;
}>;

/** The kill switch as environment variables: its value, and where its file is. */
export type Switches = Readonly<{
  EXECUTION_HALTED?: string | undefined;
  EXECUTION_HALTED_FILE?: string | undefined;
}>;

export type AddVerb = (program: Command, shell: Shell) => void;

/** Ends the command with the fault's line and code, or hands the value on. */
export function endOrValue<T>(result: Result<T, Fault>, shell: Shell, output: Output): T | null {
  if (result.ok) return result.value;
  shell.end(output.fail(result.fault));
  return null;
}
