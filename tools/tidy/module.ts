import { parseSync } from "oxc-parser";

/** One parsed source file. */
export type Module = Readonly<{
  path: string;
  text: string;
  imports: readonly Import[];
  comments: readonly Readonly<{ line: number; text: string }>[];
  /** Calls `see` for each node of the syntax tree, parents first. */
  walk: (see: (place: Place) => void) => void;
  lineAt: (offset: number) => number;
}>;

/** A node with where it hangs: `parent[key]` is the node, or a list that holds it. */
export type Place = Readonly<{ node: Node; parent: Node | null; key: string }>;

export type Node = Readonly<{ type: string; start: number; [field: string]: unknown }>;

/** A module named in code: by import, export-from, `import()` or `import("x").T`. */
export type Import = Readonly<{
  /** Null when it is computed. */
  specifier: string | null;
  line: number;
}>;

const importing = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

/** A file that does not parse is a finding of tsc, so it has no imports and no nodes here. */
export function parseModule(path: string, text: string): Module {
  const { program, comments } = parseSync(path, text);
  const lineAt = lineIndex(text);
  const walk: Module["walk"] = (see) => walkNode(program, null, "", see);
  const imports: Import[] = [];
  walk(({ node }) => {
    if (!importing.has(node.type) || !isNode(node["source"])) return;
    const { type, value } = node["source"];
    const literal = type === "Literal" && typeof value === "string";
    imports.push({ specifier: literal ? value : null, line: lineAt(node.start) });
  });
  return {
    path,
    text,
    imports,
    comments: comments.map(({ start, value }) => ({ line: lineAt(start), text: value })),
    walk,
    lineAt,
  };
}

/** The name of an identifier node, or null for every other node. */
export function identifierName(node: unknown): string | null {
  if (!isNode(node) || node.type !== "Identifier") return null;
  return typeof node["name"] === "string" ? node["name"] : null;
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function walkNode(
  node: unknown,
  parent: Node | null,
  key: string,
  see: (place: Place) => void,
): void {
  if (Array.isArray(node)) {
    for (const item of node) walkNode(item, parent, key, see);
    return;
  }
  if (!isNode(node)) return;
  see({ node, parent, key });
  for (const [field, child] of Object.entries(node)) walkNode(child, node, field, see);
}

function lineIndex(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
}
