import { identifierName, isNode, type Module, type Place } from "./module.ts";
import { type Finding, fileName, isTest, layerOf } from "./tree.ts";

/** The only Math functions that give the same bits on every machine. */
const exactMath: ReadonlySet<string> = new Set(
  "abs ceil clz32 floor fround imul max min sign sqrt trunc".split(" "),
);

const hostNames = new Set(
  "Date Intl Temporal crypto fetch globalThis performance process setInterval setTimeout".split(
    " ",
  ),
);

const localeNames = new Set(
  "localeCompare toLocaleLowerCase toLocaleString toLocaleUpperCase".split(" "),
);

/**
 * The second look at pure layers, after lint: it also sees `**` and a `Math` that goes by another
 * name, and it does not depend on how lint is configured.
 */
export function checkPurity(module: Module): readonly Finding[] {
  const layer = layerOf(module.path);
  if (layer?.kind !== "pure" || isTest(module.path)) return [];
  const loads = layer.loader?.test(fileName(module.path)) ?? false;
  const findings: Finding[] = [];
  module.walk((place) => {
    const message = impurity(place, loads);
    if (message === null) return;
    findings.push({
      path: module.path,
      line: module.lineAt(place.node.start),
      rule: "pure",
      message,
    });
  });
  return findings;
}

function impurity(place: Place, loads: boolean): string | null {
  const { node, parent } = place;
  if (node["operator"] === "**" || node["operator"] === "**=") {
    return "** differs between engines: multiply, or use #base";
  }
  const name = identifierName(node);
  if (name === null) return null;
  if (localeNames.has(name)) return `${name} depends on the machine's locale`;
  if (isPropertyName(place)) return null;
  if (name === "Math") return exactUse(parent) ? null : "only Math.abs ... Math.trunc are exact";
  return hostNames.has(name) && !loads ? `${name} is not known in a pure layer` : null;
}

/** `Math.floor` and the like; not `Math[name]`, `const { cos } = Math` or `const m = Math`. */
function exactUse(parent: Place["parent"]): boolean {
  if (parent?.type !== "MemberExpression" || parent["computed"] === true) return false;
  return exactMath.has(identifierName(parent["property"]) ?? "");
}

/** `x.process` and `{ process: 1 }` name a field, not the global. */
function isPropertyName({ node, parent, key }: Place): boolean {
  if (parent === null || parent["computed"] === true) return false;
  if (key === "property") return true;
  const shorthand = parent["shorthand"] === true && isNode(parent["value"]);
  return key === "key" && !shorthand && parent["key"] === node;
}
