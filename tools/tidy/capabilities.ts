import { identifierName, isNode, type Module, type Node, type Place } from "./module.ts";
import { type Finding, isTest, layerOf } from "./tree.ts";

/** Objects that #safety alone makes; to claim that something is one of them is to forge it. */
const capabilities: ReadonlySet<string> = new Set(["ApprovedChange", "ArmedLease", "Permit"]);

/**
 * Who may ask for a permit, or say that two people approved. The mint of permits serves the
 * broker's room alone. What that room mints by is lent to one file more: the guard of
 * `assay venue diff`, behind which two client libraries write to a venue that is not ours.
 */
const mints: ReadonlyMap<string, readonly string[]> = new Map([
  ["mintPermit", ["src/venues/broker/"]],
  ["permitFor", ["src/venues/broker/", "src/venues/diff/write-guard.ts"]],
  ["mintApprovedChange", ["src/arming/"]],
]);

/**
 * A capability is passed on, never asserted: `as Permit`, `<Permit>`, `is Permit`, and an import
 * under another name, which would hide such a claim, are refused outside src/safety; the mints and
 * what the broker wraps one of them in are refused outside their rooms. At run time a forged one is
 * refused too; this finds it earlier.
 */
export function checkCapabilities(module: Module): readonly Finding[] {
  const { path } = module;
  if (!path.startsWith("src/") || layerOf(path)?.name === "safety" || isTest(path)) return [];
  const findings: Finding[] = [];
  module.walk((place) => {
    const message = claim(place, path);
    if (message === null) return;
    findings.push({ path, line: module.lineAt(place.node.start), rule: "capability", message });
  });
  return findings;
}

function claim({ node }: Place, path: string): string | null {
  switch (node.type) {
    case "TSAsExpression":
    case "TSTypeAssertion":
    case "TSTypePredicate": {
      const name = capabilityIn(node["typeAnnotation"]);
      return name === null ? null : `${name} is made by #safety alone: take one as an argument`;
    }
    case "ImportSpecifier":
      return importClaim(node, path);
    default:
      return null;
  }
}

function importClaim(node: Node, path: string): string | null {
  const imported = identifierName(node["imported"]);
  if (imported === null) return null;
  const rooms = mints.get(imported);
  if (rooms?.every((room) => !path.startsWith(room)) === true) {
    const doors = "orders go through the broker, signatures through #arming";
    return `${imported} is for ${rooms.join(" and ")} alone: ${doors}`;
  }
  const renamed = capabilities.has(imported) && identifierName(node["local"]) !== imported;
  return renamed ? `${imported} keeps its name, so that a claim to it is seen` : null;
}

/** The first capability that a type names, however deep. */
function capabilityIn(type: unknown): string | null {
  if (Array.isArray(type)) return firstOf(type);
  if (!isNode(type)) return null;
  const name = identifierName(type) ?? identifierName(type["right"]);
  if (name !== null && capabilities.has(name)) return name;
  return firstOf(Object.values(type));
}

function firstOf(parts: readonly unknown[]): string | null {
  for (const part of parts) {
    const name = typeof part === "object" ? capabilityIn(part) : null;
    if (name !== null) return name;
  }
  return null;
}
