import { identifierName, type Module } from "./module.ts";
import { longFiles } from "./ratchet.ts";
import { type Finding, fileName, isTest, layerOf } from "./tree.ts";

const sourceLimit = 300;
const testLimit = 600;
const columnLimit = 100;

/** What keeps a file readable: its size, its name, its exports, and no unfinished marks. */
export function checkHygiene(module: Module): readonly Finding[] {
  return [
    ...checkLength(module),
    ...checkName(module),
    ...checkComments(module),
    ...checkNodes(module),
  ];
}

/** Files over the limit stand in the ratchet list with their size, which may only shrink. */
function checkLength(module: Module): readonly Finding[] {
  const { path, text } = module;
  const lines = text.split("\n").length - 1;
  const listed = longFiles.get(path);
  const limit = isTest(path) ? testLimit : sourceLimit;
  const at = { path, line: lines, rule: "size" };
  const findings: Finding[] = [];
  if (lines > (listed ?? limit)) {
    findings.push({ ...at, message: `${lines} lines, at most ${listed ?? limit}: cut by concept` });
  }
  if (listed !== undefined && lines < listed) {
    const remedy = lines > limit ? `lower it to ${lines}` : "remove it";
    findings.push({ ...at, message: `shrank below its ratchet entry: ${remedy}` });
  }
  for (const [index, line] of text.split("\n").entries()) {
    // A digest, a signature or an address of 60 and more columns cannot be broken.
    if (line.length <= columnLimit || /\S{60,}/.test(line)) continue;
    findings.push({ ...at, line: index + 1, message: `${line.length} columns, at most 100` });
  }
  return findings;
}

function checkName({ path }: Module): readonly Finding[] {
  const name = fileName(path);
  if (/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|slow|bench|d))?\.(ts|mjs)$/.test(name)) return [];
  return [{ path, line: 1, rule: "name", message: `${name} is not kebab-case` }];
}

function checkComments({ path, comments }: Module): readonly Finding[] {
  return comments.flatMap(({ line, text }) => {
    const at = { path, line, rule: "comment" };
    if (/\b(TODO|FIXME|XXX|HACK)\b/.test(text)) {
      return [{ ...at, message: "unfinished marks do not land: do it, or file it" }];
    }
    if (/oxlint-disable|eslint-disable|biome-ignore/.test(text) && !/ -- |: \S/.test(text)) {
      return [{ ...at, message: "a suppression says why: `-- reason`" }];
    }
    return [];
  });
}

function checkNodes(module: Module): readonly Finding[] {
  const { path } = module;
  const inSource = layerOf(path) !== null && !isTest(path);
  const readsEnvironment = path !== "src/cli/main.ts";
  if (!inSource) return [];
  const findings: Finding[] = [];
  module.walk(({ node }) => {
    const at = { path, line: module.lineAt(node.start), rule: "export" };
    if (node.type === "ExportAllDeclaration") {
      findings.push({ ...at, message: "`export *` hides what a door offers: name each export" });
    }
    if (node.type === "ExportDefaultDeclaration") {
      findings.push({ ...at, message: "a default export has no name of its own: name it" });
    }
    const env = node.type === "MemberExpression" && identifierName(node["property"]) === "env";
    if (env && identifierName(node["object"]) === "process" && readsEnvironment) {
      const message = "process.env is read in src/cli/main.ts alone: take it as an argument";
      findings.push({ ...at, rule: "environment", message });
    }
  });
  return findings;
}
