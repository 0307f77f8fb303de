import { join } from "node:path";
import type { FileKind, FileStat, FileSystem } from "../store/file-system.ts";

/** What lies in a directory and below: paths relative to it, in byte order. */
export type WalkedFile = Readonly<{ path: string; stat: FileStat }>;

/**
 * Bounds of what a hostile directory can make us do. Files are counted with those of the seal: a
 * seal that its own check could not walk is refused (docs/contracts/seal.md 3.11).
 */
const maxDepth = 8;
export const maxFiles = 100_000;

/**
 * Every entry that is not a directory, links not followed. Directories too deep stand in the list
 * themselves, and at most maxFiles + 1 entries are listed. Throws as the port does.
 */
export function walkFiles(fs: FileSystem, directory: string): readonly WalkedFile[] {
  const found: WalkedFile[] = [];
  const visit = (folder: string, depth: number): void => {
    for (const { name, kind } of fs.list(join(directory, folder))) {
      if (found.length > maxFiles) return;
      const path = folder === "" ? name : `${folder}/${name}`;
      if (kind === "directory" && depth < maxDepth) visit(path, depth + 1);
      else found.push({ path, stat: fs.look(join(directory, path)) ?? vanished(kind) });
    }
  };
  visit("", 1);
  return found.sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** It was listed and is gone: opening it will say so. */
function vanished(kind: FileKind): FileStat {
  return { kind, size: 0, permissions: 0, owner: 0 };
}
