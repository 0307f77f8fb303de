import assert from "node:assert/strict";
import { test } from "node:test";
import { layers } from "./layers.ts";
import { checkCapabilities } from "./tidy/capabilities.ts";
import { generatedFiles, packageImports } from "./tidy/generated.ts";
import { checkHygiene } from "./tidy/hygiene.ts";
import { checkLadder } from "./tidy/ladder.ts";
import { missingEntries, platformOf } from "./tidy/lockfile.ts";
import { parseModule } from "./tidy/module.ts";
import { checkPurity } from "./tidy/purity.ts";
import { layerOf } from "./tidy/tree.ts";

test("imports down the ladder through doors, of listed packages and modules, are accepted", () => {
  for (const [path, specifier] of [
    ["src/base/math/ln.ts", "../result.ts"],
    ["src/core/world/step.ts", "#market"],
    ["src/kernel/load-simd.ts", "node:fs"],
    ["src/evidence/store.ts", "node:fs"],
    ["src/datasets/ccxt-candles.ts", "ccxt"],
    ["src/datasets/builtin.ts", "zod"],
    ["src/core/world/step.test.ts", "node:fs"],
    ["src/core/world/step.test.ts", "fast-check"],
    ["src/core/world/step.test.ts", "#support"],
    ["src/core/world/step.test.ts", "../index.ts"],
    ["test/e2e/run.test.ts", "#lab"],
    ["tools/build.ts", "assemblyscript/asc"],
    ["bin/assay.mjs", "../src/cli/main.ts"],
  ] as const) {
    assert.deepEqual(ladder(path, specifier), [], `${path} imports ${specifier}`);
  }
});

test("every way up, around or out of a layer is refused", () => {
  for (const [path, specifier] of [
    ["src/base/x.ts", "#lab"],
    ["src/evidence/x.ts", "#datasets"],
    ["src/evidence/x.test.ts", "#lab"],
    ["src/core/x.ts", "#core"],
    ["src/core/x.ts", "#base/result.ts"],
    ["src/core/x.ts", "#support"],
    ["src/core/x.ts", "../base/index.ts"],
    ["src/core/world/x.ts", "../index.ts"],
    ["src/core/x.ts", "./y"],
    ["src/core/x.ts", "node:fs"],
    ["src/kernel/reference.ts", "node:fs"],
    ["src/datasets/fetch.ts", "ccxt"],
    ["src/core/x.ts", "zod"],
    ["src/core/x.ts", "fast-check"],
    ["src/cli/x.ts", "zod"],
    ["tools/x.ts", "../src/base/index.ts"],
    ["bin/assay.mjs", "../src/lab/index.ts"],
  ] as const) {
    assert.equal(ladder(path, specifier).length, 1, `${path} imports ${specifier}`);
  }
});

test("each form of import is seen: export-from, dynamic, type query and computed", () => {
  const text = [
    'export { a } from "#lab";',
    'export type { b } from "#lab";',
    'export const c = () => import("#lab");',
    'export type D = import("#lab").D;',
    "export const e = (name: string) => import(name);",
    "",
  ].join("\n");
  const lines = checkLadder(parseModule("src/base/x.ts", text)).map(({ line }) => line);
  assert.deepEqual(lines, [1, 2, 3, 4, 5]);
});

test("a pure layer may use the exact functions and fields that share a host name", () => {
  const text = [
    "export const a = Math.floor(Math.sqrt(2)) * Math.imul(1, 2);",
    "export const b = { process: 1, Date: 2 };",
    "export const c = b.process + b.Date;",
    "// 2 ** 3 and Date.now() in a comment",
    'export const d = "Date.now() ** Math.random()";',
    "",
  ].join("\n");
  assert.deepEqual(purity("src/core/x.ts", text), []);
});

test("time, chance, the host, locales and inexact maths are impure, by any spelling", () => {
  for (const text of [
    "Date.now();",
    "new Date();",
    "Math.random();",
    "Math.pow(2, 3);",
    "Math.PI;",
    'Math["floor"](1);',
    "const { floor } = Math;",
    "const m = Math;",
    "2 ** 3;",
    "let x = 2; x **= 2;",
    "process.argv;",
    "globalThis.Date;",
    "({ process });",
    '"a".localeCompare("b");',
    "(1).toLocaleString();",
    "performance.now();",
    "setTimeout(f, 1);",
  ]) {
    assert.ok(purity("src/market/x.ts", text).length > 0, text);
  }
});

test("tests, loaders and shells are not held to purity, but a loader has no ** either", () => {
  assert.deepEqual(purity("src/core/x.test.ts", "Date.now();"), []);
  assert.deepEqual(purity("src/kernel/load-simd.ts", "process.arch;"), []);
  assert.deepEqual(purity("src/lab/x.ts", "Date.now() ** 2;"), []);
  assert.equal(purity("src/kernel/load-simd.ts", "2 ** 3;").length, 1);
});

test("nobody outside safety claims a permit; the broker and one guard alone mint", () => {
  for (const text of [
    "const p = {} as Permit;",
    "const p = {} as unknown as Permit;",
    "const p = {} as Readonly<Permit>;",
    "const p = [] as readonly Permit[];",
    "const p = {} as { permit: Permit };",
    "const p = <Permit>{};",
    "const p = {} as safety.Permit;",
    "function is(x: unknown): x is Permit { return true; }",
    "function is(x: unknown): asserts x is ArmedLease {}",
    "const t = {} as ApprovedChange;",
    'import type { Permit as P } from "#safety";',
    'import { type Permit as P } from "#safety";',
    'import { mintPermit } from "#safety";',
    'import { permitFor } from "../broker/safety-gate.ts";',
  ]) {
    assert.equal(capability("src/execution/x.ts", text).length, 1, text);
    assert.equal(capability("src/safety/x.ts", text).length, 0, text);
    assert.equal(capability("src/execution/x.test.ts", text).length, 0, text);
  }
  const mint = 'import { mintPermit } from "#safety";';
  assert.deepEqual(capability("src/venues/broker/x.ts", mint), []);
  assert.equal(capability("src/venues/adapters/x.ts", mint).length, 1);
  const approve = 'import { mintApprovedChange } from "#safety";';
  assert.deepEqual(capability("src/arming/x.ts", approve), []);
  assert.equal(capability("src/venues/broker/x.ts", approve).length, 1);
  assert.equal(capability("src/venues/diff/write-guard.ts", mint).length, 1);
  const lent = 'import { permitFor } from "../broker/safety-gate.ts";';
  assert.deepEqual(capability("src/venues/broker/x.ts", lent), []);
  assert.deepEqual(capability("src/venues/diff/write-guard.ts", lent), []);
  assert.equal(capability("src/venues/diff/remote-host.ts", lent).length, 1);
  const passing = 'import type { Permit } from "#safety";\nconst f = (p: Permit): Permit => p;';
  assert.deepEqual(capability("src/execution/x.ts", passing), []);
});

test("a file that is too long or too wide, misnamed or unfinished is found", () => {
  assert.deepEqual(hygiene("src/lab/x.ts", "const x = 1;\n".repeat(300)), []);
  assert.deepEqual(hygiene("src/lab/x.ts", "const x = 1;\n".repeat(301)), ["size"]);
  assert.deepEqual(hygiene("src/lab/x.test.ts", "const x = 1;\n".repeat(600)), []);
  assert.deepEqual(hygiene("src/lab/x.ts", `const x = "${"a ".repeat(45)}";\n`), ["size"]);
  assert.deepEqual(hygiene("src/lab/x.ts", `const x = "${"a".repeat(90)}";\n`), []);
  assert.deepEqual(hygiene("src/lab/someFile.ts", ""), ["name"]);
  assert.deepEqual(hygiene("src/lab/x.ts", "// TODO: later\n"), ["comment"]);
  assert.deepEqual(hygiene("src/lab/x.ts", "// oxlint-disable-next-line no-eval\n"), ["comment"]);
  assert.deepEqual(hygiene("src/lab/x.ts", "// oxlint-disable-line no-eval -- a reason\n"), []);
});

test("the environment is read by the main file of the command alone", () => {
  const text = 'const home = process.env["HOME"];\n';
  assert.deepEqual(hygiene("src/lab/x.ts", text), ["environment"]);
  assert.deepEqual(hygiene("src/cli/main.ts", text), []);
  assert.deepEqual(hygiene("src/lab/x.test.ts", text), []);
});

test("a door names its exports", () => {
  assert.deepEqual(hygiene("src/lab/index.ts", 'export * from "./x.ts";\n'), ["export"]);
  assert.deepEqual(hygiene("src/lab/x.ts", "export default 1;\n"), ["export"]);
});

test("the generated tsconfig of a pure layer knows no host and refers to its row alone", () => {
  const text = generatedFiles(layers).get("src/core/tsconfig.json") ?? "";
  const config = JSON.parse(text);
  assert.deepEqual(config.compilerOptions.types, []);
  assert.deepEqual(config.compilerOptions.lib, ["es2024"]);
  assert.deepEqual(config.references, [{ path: "../base" }, { path: "../market" }]);
});

test("absent layers get no tsconfig and no reference, and the top layer no door", () => {
  const base = layers.filter(({ name }) => name === "base");
  const generated = generatedFiles(base);
  assert.deepEqual([...generated.keys()].sort(), [
    "src/base/tsconfig.json",
    "tsconfig.json",
    "tsconfig.test.json",
  ]);
  assert.equal(packageImports()["#cli"], undefined);
  assert.equal(packageImports()["#base"], "./src/base/index.ts");
});

test("a folder of src that is not listed is no layer", () => {
  assert.equal(layerOf("src/elsewhere/x.ts"), null);
  assert.equal(layerOf("src/x.ts"), null);
  assert.equal(layerOf("test/base/x.ts"), null);
});

test("a lockfile names the builds for other platforms, even where the registry lacks them", () => {
  const tool = {
    dev: true,
    license: "MIT",
    optionalDependencies: { "@tool/linux-x64": "1.2.3", "@tool/linux-arm64-musl": "1.2.3" },
  };
  const packages = { "node_modules/tool": tool, "node_modules/@tool/linux-x64": {} };
  assert.deepEqual(
    [...missingEntries({ packages })],
    [
      [
        "node_modules/@tool/linux-arm64-musl",
        {
          version: "1.2.3",
          cpu: ["arm64"],
          dev: true,
          libc: ["musl"],
          license: "MIT",
          optional: true,
          os: ["linux"],
        },
      ],
    ],
  );
});

test("the platform is read from the name of a build", () => {
  assert.deepEqual(platformOf("@x/binding-linux-arm-gnueabihf"), {
    os: "linux",
    cpu: "arm",
    libc: "glibc",
  });
  assert.deepEqual(platformOf("@x/binding-android-arm-eabi"), {
    os: "android",
    cpu: "arm",
    libc: null,
  });
  assert.deepEqual(platformOf("@x/cli-win32-ia32-msvc"), { os: "win32", cpu: "ia32", libc: null });
  assert.equal(platformOf("fsevents"), null);
});

function ladder(path: string, specifier: string): readonly string[] {
  const text = `import "${specifier}";\n`;
  return checkLadder(parseModule(path, text)).map(({ message }) => message);
}

function purity(path: string, text: string): readonly string[] {
  return checkPurity(parseModule(path, text)).map(({ message }) => message);
}

function capability(path: string, text: string): readonly string[] {
  return checkCapabilities(parseModule(path, text)).map(({ rule }) => rule);
}

function hygiene(path: string, text: string): readonly string[] {
  return checkHygiene(parseModule(path, text)).map(({ rule }) => rule);
}
