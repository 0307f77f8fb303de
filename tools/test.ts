/**
 * The test suites. `npm test` runs the fast one, `npm run test:slow` the long one.
 * `npm test -- src/base test/golden/run.test.ts --test-name-pattern=philox` narrows either.
 * What was skipped, and why, goes to var/test/skips-*.jsonl for `tools/check-skips.ts`.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";

const root = join(import.meta.dirname, "..");

process.exit(runTests(process.argv.slice(2)));

function runTests(args: readonly string[]): number {
  const slow = args.includes("--slow");
  const suffix = slow ? "slow.ts" : "test.ts";
  const flags = args.filter((arg) => arg.startsWith("--") && arg !== "--slow");
  const paths = args.filter((arg) => !arg.startsWith("--"));
  const chosen = paths.length > 0 ? paths : ["src", "test", "tools"];
  const patterns = chosen.map((path) => (path.endsWith(".ts") ? path : `${path}/**/*.${suffix}`));

  // A run of no test at all would pass with "tests 0".
  const empty = patterns.filter((pattern) => globSync(pattern, { cwd: root }).length === 0);
  if (paths.length > 0 && empty.length > 0) {
    console.error(`no test file matches ${empty.join(", ")}`);
    return 2;
  }
  if (empty.length === patterns.length) {
    console.log(`there is no *.${suffix} file`);
    return 0;
  }

  const reports = join(root, "var", "test");
  mkdirSync(reports, { recursive: true });
  const child = spawnSync(
    process.execPath,
    [
      "--test",
      `--test-concurrency=${availableParallelism()}`,
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${join(root, "tools", "skip-reporter.ts")}`,
      `--test-reporter-destination=${join(reports, slow ? "skips-slow.jsonl" : "skips.jsonl")}`,
      ...flags,
      ...patterns,
    ],
    { cwd: root, stdio: "inherit", env: { ...process.env, NODE_COMPILE_CACHE: compileCache() } },
  );
  if (child.error !== undefined) throw child.error;
  return child.status ?? 130;
}

/** Each test file is a process: without the cache, stripping types costs more than the tests. */
function compileCache(): string {
  return process.env["NODE_COMPILE_CACHE"] ?? join(root, "node_modules", ".cache", "compile");
}
