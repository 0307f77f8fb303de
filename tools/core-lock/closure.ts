import { existsSync, globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parseModule } from "../tidy/module.ts";

/** Doors of the frozen layers, where the walk starts. */
const starts = ["src/core/index.ts", "src/kernel/index.ts"];

/**
 * Paths, sorted, of every file on which core and kernel rest: the modules that their doors reach
 * by any import, type or value, and the compiled kernels. Tests are never reached.
 */
export function frozenFiles(root: string): readonly string[] {
  const reached = new Set<string>();
  const waiting = [...starts];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    if (!existsSync(join(root, path))) throw new Error(`${path} is imported and does not exist`);
    reached.add(path);
    waiting.push(...importsOf(root, path));
  }
  const kernels = globSync("src/kernel/*.wasm", { cwd: root }).map(toPosix);
  return [...reached, ...kernels].sort();
}

function importsOf(root: string, path: string): readonly string[] {
  const { imports } = parseModule(path, readFileSync(join(root, path), "utf8"));
  return imports.flatMap(({ specifier }) => {
    if (specifier?.startsWith(".")) return [posix.join(posix.dirname(path), specifier)];
    if (specifier?.startsWith("#")) return [`src/${specifier.slice(1)}/index.ts`];
    return []; // Node and npm are pinned by the lockfile, whose hash the manifest carries.
  });
}

function toPosix(path: string): string {
  return path.replaceAll("\\", "/");
}
