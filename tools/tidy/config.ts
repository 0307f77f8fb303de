import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { layers } from "../layers.ts";
import { generatedFiles, packageImports } from "./generated.ts";
import type { Finding, Tree } from "./tree.ts";

/** tsconfigs, package.json and lint say what tools/layers.ts says; the list itself is a ladder. */
export function checkConfig(tree: Tree): readonly Finding[] {
  return [
    ...checkList(),
    ...checkGenerated(tree),
    ...checkPackage(tree.root),
    ...checkLint(tree.root),
  ];
}

function checkList(): readonly Finding[] {
  const names = layers.map(({ name }) => name);
  return layers.flatMap(({ name, imports, kind, npm }, row) => {
    const upward = imports.filter((each) => !names.slice(0, row).includes(each));
    const findings = upward.map((each) => `${name} imports ${each}, which is not above it`);
    if (kind === "pure" && npm.length > 0) findings.push(`${name} is pure and uses npm packages`);
    return findings.map((message) => finding("tools/layers.ts", message));
  });
}

function checkGenerated({ root, present }: Tree): readonly Finding[] {
  return [...generatedFiles(present)].flatMap(([path, text]) =>
    isDeepStrictEqual(readJson(root, path), JSON.parse(text))
      ? []
      : [finding(path, "differs from tools/layers.ts: npm run tidy -- --write")],
  );
}

function checkPackage(root: string): readonly Finding[] {
  const manifest = readJson(root, "package.json");
  const path = "package.json";
  const findings: Finding[] = [];
  if (!isDeepStrictEqual(manifest["imports"], packageImports())) {
    findings.push(finding(path, "`imports` differ from tools/layers.ts: npm run tidy -- --write"));
  }
  const installed = Object.keys(manifest["dependencies"] ?? {});
  const listed = new Set(layers.flatMap(({ npm }) => npm.map(({ name }) => name)));
  for (const name of installed) {
    if (!listed.has(name)) findings.push(finding(path, `${name} has no row in tools/layers.ts`));
  }
  for (const name of listed) {
    if (!installed.includes(name)) findings.push(finding(path, `${name} is listed, not installed`));
  }
  return findings;
}

/** The bans of lint cover exactly the pure layers. */
function checkLint(root: string): readonly Finding[] {
  const path = ".oxlintrc.json";
  const pure = layers
    .filter(({ kind }) => kind === "pure")
    .map(({ name }) => `src/${name}/**/*.ts`);
  const overrides = readJson(root, path)["overrides"];
  const covers =
    Array.isArray(overrides) &&
    overrides.some(
      (each) =>
        isDeepStrictEqual(each.files, pure) &&
        each.rules?.["no-restricted-globals"]?.[0] === "error" &&
        each.rules?.["no-restricted-properties"]?.[0] === "error",
    );
  return covers ? [] : [finding(path, `no override bans host names in exactly ${pure.join(", ")}`)];
}

function finding(path: string, message: string): Finding {
  return { path, line: 1, rule: "config", message };
}

function readJson(root: string, path: string): Record<string, unknown> {
  if (!existsSync(join(root, path))) return {};
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
