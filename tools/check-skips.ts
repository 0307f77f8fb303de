/**
 * Refuses a test run in which a test that needs `../shared` or a server was skipped although
 * both are there. Where `../shared` is absent, the skips are printed and allowed.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { sharedPath } from "#support";
import type { Skip } from "./skip-reporter.ts";

/** Tests that may be skipped with everything present: `file name`, each with its reason here. */
const allowed: ReadonlyMap<string, string> = new Map([
  [
    "src/datasets/import-dataset.test.ts a root that cannot be written is a fault of the disk",
    "the gate's machine is run by the superuser, who may write anywhere",
  ],
  [
    "src/evidence/verify/verify-run.test.ts " +
      "an unreadable file fails its contract, and claims on it are not measurable",
    "the superuser may read anything",
  ],
  [
    "src/venues/switch/read-source.test.ts a file that may not be read halts",
    "the superuser may read anything",
  ],
]);

const root = join(import.meta.dirname, "..");

if (import.meta.main) {
  process.exit(checkSkips(join(root, "var", "test"), existsSync(sharedPath())));
}

/** 0 when every skip of the reports in `folder` is allowed, else 1; each is printed. */
export function checkSkips(folder: string, sharedIsPresent: boolean): number {
  const skips = readSkips(folder);
  if (skips === null) {
    console.error(`no test report in ${folder}: run npm test first`);
    return 2;
  }
  const refused = skips.filter((skip) => !allowed.has(keyOf(skip)));
  for (const skip of skips) console.log(`skipped: ${keyOf(skip)}: ${skip.reason || "no reason"}`);
  if (!sharedIsPresent) {
    console.log(`${skips.length} skipped; allowed, since ../shared is absent here`);
    return 0;
  }
  if (refused.length > 0) {
    console.error(`${refused.length} tests were skipped although ../shared is present`);
    return 1;
  }
  console.log("no test was skipped that could run here");
  return 0;
}

/** Every skip of the last fast and the last slow run; null when there was none. */
function readSkips(folder: string): readonly Skip[] | null {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const reports = names.filter((name) => name.startsWith("skips"));
  if (reports.length === 0) return null;
  return reports
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Skip);
}

function keyOf(skip: Skip): string {
  return `${relative(root, skip.file)} ${skip.name}`;
}
