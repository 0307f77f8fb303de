import { posix } from "node:path";
import type { Layer } from "../layer.ts";
import type { Import, Module } from "./module.ts";
import { type Finding, fileName, isTest, layerOf } from "./tree.ts";

/** Imports point down the ladder, through doors; npm and `node:` only as the layer's row says. */
export function checkLadder(module: Module): readonly Finding[] {
  return module.imports.flatMap((each) => {
    const message = refusal(module.path, each);
    return message === null
      ? []
      : [{ path: module.path, line: each.line, rule: "ladder", message }];
  });
}

function refusal(path: string, { specifier }: Import): string | null {
  const layer = layerOf(path);
  if (specifier === null) {
    return layer === null || isTest(path) ? null : "a computed import cannot be checked: name it";
  }
  if (specifier.startsWith(".")) return refuseRelative(path, specifier);
  if (specifier.startsWith("#")) return refuseDoor(path, layer, specifier.slice(1));
  if (specifier.startsWith("node:")) return refuseNode(path, layer, specifier.slice(5));
  return refuseNpm(path, layer, packageName(specifier));
}

/** A relative path stays in its layer (or in test/, tools/, bench/, bin/) and avoids its door. */
function refuseRelative(path: string, specifier: string): string | null {
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  const home = homeOf(path);
  const starter = path === "bin/assay.mjs" && target === "src/cli/main.ts";
  if (!target.startsWith(home) && !starter) {
    const door = target.startsWith("test/support/") ? "#support" : "#name of the other layer";
    return `${specifier} leaves ${home}: import the door, ${door}`;
  }
  const isListed = layerOf(path)?.json?.some((name) => target === `${home}${name}`) === true;
  if (!isListed && !/\.m?ts$|\.mjs$/.test(target)) return `${specifier} lacks its suffix`;
  if (layerOf(path) !== null && !isTest(path) && target === `${home}index.ts`) {
    return `${specifier} is the layer's own door: import the file itself`;
  }
  return null;
}

function refuseDoor(path: string, layer: Layer | null, name: string): string | null {
  if (name === "support") {
    return layer === null || isTest(path) ? null : "#support is for tests only";
  }
  if (name.includes("/")) return `#${name} goes behind a door: import #${name.split("/")[0]}`;
  if (layer === null || layer.imports.includes(name)) return null;
  if (layer.name === name) return `#${name} is the layer's own door: import the file itself`;
  return `${layer.name} may not import #${name}: its row in tools/layers.ts does not name it`;
}

function refuseNode(path: string, layer: Layer | null, name: string): string | null {
  if (layer === null || isTest(path)) return null;
  const inLoader = layer.loader === undefined || layer.loader.test(fileName(path));
  if (layer.node.includes(name) && inLoader) return null;
  return `${layer.name} may not use node:${name}: its row in tools/layers.ts does not name it`;
}

function refuseNpm(path: string, layer: Layer | null, name: string): string | null {
  if (layer === null || (isTest(path) && name === "fast-check")) return null;
  const use = layer.npm.find((each) => each.name === name);
  if (use === undefined) {
    return `${layer.name} may not use ${name}: its row in tools/layers.ts does not name it`;
  }
  if (use.only === undefined || use.only.test(fileName(path)) || isTest(path)) return null;
  return `${name} belongs to ${String(use.only)} of ${layer.name} alone`;
}

function homeOf(path: string): string {
  const parts = path.split("/");
  return `${parts.slice(0, parts[0] === "src" ? 2 : 1).join("/")}/`;
}

function packageName(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
