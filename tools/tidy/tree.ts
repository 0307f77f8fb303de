import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "../layer.ts";
import { layers } from "../layers.ts";
import { testSuffixes } from "./generated.ts";
import { type Module, parseModule } from "./module.ts";

/** What tidy looks at: every file below `root` but what is generated, and every parsed module. */
export type Tree = Readonly<{
  root: string;
  /** Paths from the root, with `/`, sorted. */
  paths: readonly string[];
  modules: readonly Module[];
  /** Listed layers that have a folder. */
  present: readonly Layer[];
}>;

/** One refusal: where, which rule, what is wrong and what to do. */
export type Finding = Readonly<{ path: string; line: number; rule: string; message: string }>;

const skippedFolders = new Set([".git", ".tsbuild", "coverage", "node_modules", "var"]);

export function readTree(root: string): Tree {
  const paths = listFiles(root, "").sort();
  const readable = paths.filter((path) => /\.m?ts$/.test(path) && !isForeign(path));
  return {
    root,
    paths,
    modules: readable.map((path) => parseModule(path, readFileSync(join(root, path), "utf8"))),
    present: layers.filter(({ name }) => existsSync(join(root, "src", name))),
  };
}

/** The layer of a path below src/, or null. */
export function layerOf(path: string): Layer | null {
  const [top, name] = path.split("/");
  if (top !== "src") return null;
  return layers.find((layer) => layer.name === name) ?? null;
}

export function isTest(path: string): boolean {
  return testSuffixes.some((suffix) => path.endsWith(suffix));
}

/** Does the path lie in a folder of another language, which has its own compiler and check? */
export function isForeign(path: string): boolean {
  const layer = layerOf(path);
  const folder = path.split("/")[2];
  return folder !== undefined && (layer?.foreign ?? []).includes(folder);
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (skippedFolders.has(entry.name) || entry.isSymbolicLink()) return [];
    return entry.isDirectory() ? listFiles(root, path) : [path];
  });
}
