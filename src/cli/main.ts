import { join } from "node:path";
import { checkoutPath, packageVersion } from "#lab";
import { exitCodes } from "./exit-codes.ts";
import { runCli } from "./program.ts";

// The executable part of the command line: bin/assay.mjs loads this file under the right runtime.
const version = packageVersion();

// Worker threads and child processes start three times as fast with compiled code at hand; the
// launcher's own cache does not reach them. A place that cannot be written is ignored.
process.env["NODE_COMPILE_CACHE"] ??= join(checkoutPath, "node_modules", ".cache", "compile");

process.on("uncaughtException", (error) => {
  endAsBug(error);
});
// A reader that went away (`| head`) ends the talking, not the work.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

try {
  const image = process.env["ASSAY_IMAGE"] ?? null;
  const { EXECUTION_HALTED, EXECUTION_HALTED_FILE } = process.env;
  const switches = { EXECUTION_HALTED, EXECUTION_HALTED_FILE };
  const environment = process.env;
  const product = { version, image, switches, environment };
  process.exitCode = await runCli(process.argv.slice(2), process, product);
} catch (error) {
  endAsBug(error);
}

/** Expected failures never get here, so this is a bug of ours: say so in one line and end. */
function endAsBug(error: unknown): void {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = what.replaceAll(/\s*[\r\n]+\s*/g, " ");
  const report = `please report it with this line, your command and the output of assay doctor`;
  process.stderr.write(
    `assay: internal error in ${version}: ${line}; ${report} [internal_error]\n`,
  );
  if (process.env["ASSAY_STACK"] === "1" && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ""}\n`);
  }
  // Timers or threads of the broken work must not keep the process alive.
  // oxlint-disable-next-line unicorn/no-process-exit -- ends a broken process
  process.exit(exitCodes.finding);
}
