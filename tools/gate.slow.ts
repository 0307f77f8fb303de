import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";

/*
 * The gate itself under test: the real tools over a copy of this checkout, first as it is, then
 * with one fault planted. A tool that passes because it sees nothing would fail here.
 */
const home = join(import.meta.dirname, "..");
const copy = mkdtempSync(join(tmpdir(), "assay-gate-"));
const leftOut = new Set([".git", ".tsbuild", "node_modules", "var", "coverage"]);

cpSync(home, copy, { recursive: true, filter: (path) => !leftOut.has(basename(path)) });
symlinkSync(join(home, "node_modules"), join(copy, "node_modules"));
after(() => rmSync(copy, { recursive: true }));

const gate = {
  tidy: ["tools/tidy.ts"],
  lint: ["node_modules/oxlint/bin/oxlint"],
  types: ["node_modules/typescript/bin/tsc", "-b", "--force"],
} as const;

test("the untouched tree passes tidy, lint and types", () => {
  for (const name of ["tidy", "lint", "types"] as const) {
    const { status, output } = run(name);
    assert.equal(status, 0, `${name}: ${output}`);
  }
});

test("an upward import fails tidy and types", () => {
  const text = 'import * as lab from "#lab";\n\nexport const upward: object = lab;\n';
  withPlanted("src/base/planted.ts", text, () => {
    assertFails("tidy", /src\/base\/planted\.ts:1: ladder: base may not import #lab/);
    assertFails("types", /src\/base\/planted\.ts\(1,\d+\): error TS(6059|6307|2307)/, "src/base");
  });
});

test("a relative path out of a layer fails tidy", () => {
  const text = 'export { err as planted } from "../base/index.ts";\n';
  withPlanted("src/market/planted.ts", text, () => {
    assertFails("tidy", /src\/market\/planted\.ts:1: ladder: .* leaves src\/market\//);
  });
});

test("Date.now() in a pure layer fails tidy and lint", () => {
  const text = "export function now(): number {\n  return Date.now();\n}\n";
  withPlanted("src/core/planted.ts", text, () => {
    assertFails("tidy", /src\/core\/planted\.ts:2: pure: Date/);
    assertFails("lint", /src\/core\/planted\.ts:2:\d+: .*'Date'/, "src/core/planted.ts");
  });
});

test("inexact maths, **, the host and a node: module in a pure layer fail the gate", () => {
  const text = [
    'import { readFileSync } from "node:fs";',
    "export const a: number = Math.exp(1) + Math.random();",
    "export const b: number = 2 ** 0.5;",
    "export const c: unknown = process.env;",
    "const m: Math = Math;",
    "export const d: number = m.sin(1) + readFileSync.length;",
    "",
  ].join("\n");
  withPlanted("src/market/planted.ts", text, () => {
    const findings = run("tidy").output.match(/planted\.ts:\d+: \w+/g);
    assert.deepEqual(findings, [
      "planted.ts:1: ladder",
      "planted.ts:2: pure",
      "planted.ts:2: pure",
      "planted.ts:3: pure",
      "planted.ts:4: pure",
      "planted.ts:4: environment",
      "planted.ts:5: pure",
      "planted.ts:5: pure",
    ]);
    assertFails("types", /planted\.ts\(1,\d+\): .*node:fs/, "src/market");
    assertFails("types", /planted\.ts\(4,\d+\): .*'process'/, "src/market");
  });
});

test("a file that belongs to no layer or no known place fails tidy", () => {
  for (const path of ["src/stray.ts", "src/core/notes.txt", "helpers.ts", "test/stray.test.ts"]) {
    withPlanted(path, "export const stray = 1;\n", () => {
      assertFails("tidy", new RegExp(`^${path}:1: place: `, "m"));
    });
  }
});

test("a floating promise, an inexhaustive switch and a cycle fail lint", () => {
  const text = [
    'import { other } from "./planted-two.ts";',
    'export function planted(kind: "a" | "b"): void {',
    "  Promise.resolve(other);",
    "  switch (kind) {",
    '    case "a":',
    "  }",
    "}",
    "",
  ].join("\n");
  const two = 'import { planted } from "./planted.ts";\n\nexport const other: unknown = planted;\n';
  withPlanted("src/lab/planted.ts", text, () => {
    withPlanted("src/lab/planted-two.ts", two, () => {
      const { output } = run("lint", "src/lab/planted.ts");
      for (const rule of ["no-floating-promises", "switch-exhaustiveness-check", "no-cycle"]) {
        assert.match(output, new RegExp(rule));
      }
    });
  });
});

test("a tsconfig edited by hand fails tidy", () => {
  const path = "src/base/tsconfig.json";
  withPlanted(path, '{ "compilerOptions": { "types": ["node"] } }\n', () => {
    assertFails("tidy", /src\/base\/tsconfig\.json:1: config: differs from tools\/layers\.ts/);
  });
  cpSync(join(home, path), join(copy, path));
});

function run(name: keyof typeof gate, target?: string): { status: number | null; output: string } {
  const extra = target === undefined ? [] : [target];
  const format = name === "lint" ? ["--format=unix"] : [];
  const child = spawnSync(process.execPath, [...gate[name], ...format, ...extra], {
    cwd: copy,
    encoding: "utf8",
  });
  return { status: child.status, output: `${child.stdout}${child.stderr}` };
}

function assertFails(name: keyof typeof gate, message: RegExp, target?: string): void {
  const { status, output } = run(name, target);
  assert.notEqual(status, 0, `${name} passed`);
  assert.match(output, message);
}

function withPlanted(path: string, text: string, body: () => void): void {
  const planted = join(copy, path);
  writeFileSync(planted, text);
  try {
    body();
  } finally {
    rmSync(planted);
    // A project that reaches above itself declares what it reached beside the sources.
    for (const file of globSync("src/**/*.d.ts", { cwd: copy })) rmSync(join(copy, file));
  }
}
