import { existsSync } from "node:fs";
import { join } from "node:path";
import { layers } from "../layers.ts";
import { type Finding, fileName, isForeign, isTest, layerOf, type Tree } from "./tree.ts";

const code = /\.([cm]?[jt]s|[jt]sx)$/;

const testFolders = ["contract", "e2e", "golden", "sim", "support"];

/** Every file of src/ belongs to a listed layer, and code lies nowhere but in known folders. */
export function checkPlaces(tree: Tree): readonly Finding[] {
  const misplaced = tree.paths.flatMap((path) => {
    const message = path.startsWith("src/") ? refuseInSource(path) : refuseOutside(path);
    return message === null ? [] : [{ path, line: 1, rule: "place", message }];
  });
  return [...misplaced, ...checkDoors(tree)];
}

function refuseInSource(path: string): string | null {
  const layer = layerOf(path);
  if (layer === null) return "belongs to no layer of tools/layers.ts";
  if (isForeign(path)) return null;
  const inLayer = path.split("/").slice(2).join("/");
  if (inLayer === "tsconfig.json" || layer.data?.test(inLayer)) return null;
  return fileName(path).endsWith(".ts")
    ? null
    : "is no module and no data file that its layer lists";
}

function refuseOutside(path: string): string | null {
  const [top = "", folder = ""] = path.split("/");
  if (top === "test") {
    if (!testFolders.includes(folder)) return `test/ holds ${testFolders.join(", ")} only`;
    return null;
  }
  if (path.endsWith(".py")) {
    return path.startsWith("tools/verify_py/") ? null : "Python lies in tools/verify_py only";
  }
  if (!code.test(path)) return null;
  if (isTest(path) && top !== "tools") return "a test lies beside its source or in test/";
  const homes = ["bench", "tools"].includes(top) && path.endsWith(".ts");
  const starter = top === "bin" && path.endsWith(".mjs");
  return homes || starter ? null : "code lies in src, test, tools, bench or bin";
}

/** A layer with modules has its door, unless it is a top that nothing imports. */
function checkDoors({ root, paths }: Tree): readonly Finding[] {
  return layers.flatMap(({ name, top }) => {
    const door = `src/${name}/index.ts`;
    const modules = paths.filter((path) => path.startsWith(`src/${name}/`) && path.endsWith(".ts"));
    if (top === true || modules.length === 0 || existsSync(join(root, door))) return [];
    return [{ path: door, line: 1, rule: "place", message: "the layer has modules but no door" }];
  });
}
