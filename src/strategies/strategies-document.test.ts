import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gammaVersion } from "./gamma/decide-gamma.ts";
import { defaultGammaConfig } from "./gamma/gamma-config.ts";
import { genomeVersion } from "./genome/decide-genome.ts";
import { whaleVersion } from "./whale/decide-whale.ts";
import { defaultWhaleConfig } from "./whale/whale-config.ts";

const root = import.meta.dirname;
const text = readFileSync(join(root, "../../docs/contracts/strategies.md"), "utf8");

/** Where a source names a code: the forms in which reasons, faults and masks are written. */
const codeForms = new RegExp(
  String.raw`(?:code: |hold\(|missing\(|err\(|\[|_reason: |\| |\? \(|fault\("\w+", |` +
    String.raw`fail\("\w+", )"([a-z]+(?:_[a-z0-9]+)+)"`,
  "g",
);

function sources(): readonly string[] {
  return globSync("**/*.ts", { cwd: root }).filter((path) => !path.endsWith(".test.ts"));
}

test("the contract of strategies names every reason, fault and mask of the code", () => {
  const codes = new Set<string>();
  for (const path of sources()) {
    const source = readFileSync(join(root, path), "utf8");
    for (const [, code = ""] of source.matchAll(codeForms)) codes.add(code);
  }
  assert.ok(codes.size > 50, `only ${codes.size} codes were seen`);
  const unnamed = [...codes].filter((code) => !text.includes(code));
  assert.deepEqual(unnamed, []);
});

test("it names every setting with the value that it has when nobody says otherwise", () => {
  const bare = text
    .replaceAll("`_block`", "`conviction_block`")
    .replaceAll("`_other`", "`conviction_other`");
  for (const [key, value] of Object.entries({ ...defaultGammaConfig, ...defaultWhaleConfig })) {
    assert.ok(bare.includes(`\`${key}\``), key);
    if (typeof value !== "number") continue;
    const shown = value >= 1000 ? String(value).replace(/\B(?=(\d{3})+$)/g, " ") : String(value);
    assert.ok(bare.includes(shown), `${key}: ${shown}`);
  }
  for (const version of [gammaVersion, whaleVersion, genomeVersion]) {
    assert.ok(text.includes(`\`${version}\``), version);
  }
});
