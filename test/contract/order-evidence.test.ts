import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type OrderVerdict, verifyOrders } from "#evidence";
import { filesBelow, goldenFailures, goldenSessions, landVenueRun } from "#support";

const golden = fileURLToPath(new URL("../golden/orders/", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "assay-golden-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

for (const [name, spec] of Object.entries(goldenSessions)) {
  const kept = join(golden, "pass", name);

  test(`the golden ${name} run passes`, () => {
    const verdict = verify(kept);
    assert.deepEqual(verdict.findings, []);
    assert.equal(verdict.verdict, "PASS");
  });

  test(`the golden ${name} run is what the session lands today, byte for byte`, () => {
    const root = join(scratch, `fresh-${name}`);
    mkdirSync(root);
    landVenueRun(root, spec);
    const [today, then] = [filesBelow(root), filesBelow(kept)];
    assert.deepEqual([...today.keys()], [...then.keys()]);
    for (const [path, text] of today) assert.equal(then.get(path), text, path);
  });
}

type Expected = Readonly<{
  base: string;
  claim: string;
  code: string;
  removed: readonly string[];
  verdicts: Readonly<Record<string, string>>;
}>;

for (const slug of readdirSync(join(golden, "fail"))) {
  test(`the golden failure ${slug} gets the verdicts that are kept with it`, () => {
    const kept = join(golden, "fail", slug);
    const expected = JSON.parse(readFileSync(join(kept, "expected.json"), "utf8")) as Expected;
    const root = join(scratch, slug);
    cpSync(join(golden, "pass", expected.base), root, { recursive: true });
    for (const path of filesBelow(kept).keys()) {
      if (path === "expected.json") continue;
      mkdirSync(dirname(join(root, path)), { recursive: true });
      cpSync(join(kept, path), join(root, path));
    }
    for (const path of expected.removed) rmSync(join(root, path));
    const { claims, findings, gaps } = verify(root);
    const verdicts = Object.fromEntries(claims.map(({ id, verdict }) => [id, verdict]));
    assert.deepEqual(verdicts, expected.verdicts);
    assert.notEqual(verdicts[expected.claim], "PASS");
    const codes = [...findings, ...gaps].map(({ code }) => code);
    assert.ok(codes.includes(expected.code), codes.join());
  });
}

test("every claim about orders has a golden failure, but the one that others decide", () => {
  const claims = verify(join(golden, "pass", "tier2")).claims.map(({ id }) => id);
  const failing = new Set(goldenFailures().map(({ variant }) => variant.claim));
  assert.deepEqual(
    claims.filter((id) => !failing.has(id)),
    ["step88_order_confirmation"],
  );
});

/** The one run under a root. */
function verify(root: string): OrderVerdict {
  const folder = readdirSync(root).find((name) => name.startsWith("runs"));
  assert.ok(folder !== undefined);
  const [run] = readdirSync(join(root, folder));
  assert.ok(run !== undefined);
  const verdict = verifyOrders(join(root, folder, run));
  assert.ok(verdict.ok);
  return verdict.value;
}
