/**
 * Writes the golden order evidence under test/golden/orders again:
 *   node tools/order-fixtures.ts
 * `pass/` holds whole runs, `fail/` what a wrong one has otherwise, with the verdicts it must get.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type ClaimVerdict, verifyOrders } from "#evidence";
import { filesBelow, goldenFailures, goldenSessions, landVenueRun } from "#support";

const place = fileURLToPath(new URL("../test/golden/orders/", import.meta.url));

rmSync(place, { recursive: true, force: true });
let files = 0;
for (const [name, spec] of Object.entries(goldenSessions)) {
  const landed = land((root) => landVenueRun(root, spec));
  for (const [path, text] of landed.files) write(join("pass", name, path), text);
}
for (const { slug, base, variant } of goldenFailures()) {
  const { spec, edits, claim, code, name } = variant;
  const sound = land((root) => landVenueRun(root, spec)).files;
  const wrong = land((root) => landVenueRun(root, spec, edits));
  for (const [path, text] of wrong.files) {
    if (sound.get(path) !== text) write(join("fail", slug, path), text);
  }
  const removed = [...sound.keys()].filter((path) => !wrong.files.has(path));
  const verdicts = Object.fromEntries(wrong.claims.map(({ id, verdict }) => [id, verdict]));
  const expected = { base, name, claim, code, removed, verdicts };
  write(join("fail", slug, "expected.json"), `${JSON.stringify(expected, null, 2)}\n`);
}
process.stdout.write(`${files} files under test/golden/orders\n`);

type Landed = Readonly<{ files: ReadonlyMap<string, string>; claims: readonly ClaimVerdict[] }>;

function land(act: (root: string) => string): Landed {
  const root = mkdtempSync(join(tmpdir(), "assay-golden-"));
  try {
    const verdict = verifyOrders(act(root));
    if (!verdict.ok) throw new Error(verdict.fault.message);
    return { files: filesBelow(root), claims: verdict.value.claims };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function write(path: string, text: string): void {
  const whole = join(place, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  files += 1;
}
