import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a campaign that breaks a program at every step has counted. */
export type CountedPoints = Readonly<{
  /** Steps of the undisturbed program. */
  operations: number;
  /** Ways to break them, all told. */
  faults: number;
  /** What was looked at afterwards: all of it, or a sample. */
  states: number;
}>;

const contract = join(import.meta.dirname, "../../docs/contracts/seal.md");

/** Tells how many points were enumerated, and holds docs/contracts/seal.md 7.4 to it. */
export function assertStated(
  t: Readonly<{ diagnostic: (message: string) => void }>,
  program: string,
  { operations, faults, states }: CountedPoints,
): void {
  const row = readFileSync(contract, "utf8")
    .split("\n")
    .find((line) => line.startsWith(`| ${program} |`));
  const [, , steps = "", breaks = "", all = ""] = row?.split("|").map((cell) => cell.trim()) ?? [];
  t.diagnostic(`${program}: ${operations} steps, ${faults} breaks, ${states} of ${all} looked at`);
  // Where paths of this machine are written, the number of sectors is not the same everywhere.
  const about = breaks.startsWith("~") ? 0.05 * faults : 0;
  const [stated, looks] = [breaks, all].map((cell) => Number(cell.replace("~", "")));
  assert.equal(Number(steps), operations, `${program}: the steps of seal.md 7.4`);
  assert.ok(Math.abs((stated ?? 0) - faults) <= about, `${program}: ${faults} by seal.md 7.4`);
  assert.ok(looks === stated || looks === (stated ?? 0) * 13, `${program}: seal.md 7.4 adds up`);
  assert.ok(states > 0 && states <= (looks ?? 0) * (about > 0 ? 1.05 : 1), program);
}
