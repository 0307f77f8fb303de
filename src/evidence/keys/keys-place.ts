import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { currentOwner, type KeyRing } from "./key-ring.ts";

/** `~/.config/assay/keys`. */
export function defaultKeysDirectory(): string {
  return join(homedir(), ".config", "assay", "keys");
}

/**
 * The place of the keys, which must not lie under the root: whoever copies or publishes the root
 * would give the keys away. Fault: keys_inside_root.
 */
export function keysPlace(directory: string, root: string | null): Result<KeyRing, Fault> {
  const keys = realPath(resolve(directory));
  if (root !== null && isInside(keys, realPath(resolve(root)))) {
    const message = "keys must lie outside the root; give another directory with --keys";
    return err({ code: "keys_inside_root", message, at: keys });
  }
  return ok({ fs: nodeFileSystem, directory: keys, owner: currentOwner() });
}

/** Links resolved as far as the path exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realPath(above), relative(above, path));
  }
}

function isInside(path: string, above: string): boolean {
  const way = relative(above, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}
