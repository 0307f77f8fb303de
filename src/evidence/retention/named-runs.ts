import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";

/** Run ids and the first place that names each. */
export type NamedRuns = ReadonlyMap<string, string>;

/** Where a name keeps a run whole: promoted, under investigation, or pinned by somebody. */
const keeperFolders = ["pins", "incidents", "pools/stage2", "runs"] as const;

/** Pins are empty files named after a run. */
export const pinsFolder = "pins";

const runIdForm = /(?:HF|PROMOTE|AUDIT)_[0-9a-f]{16}(?:_\d{8}T\d{6}Z_[0-9a-f]{8})?/g;
const longestId = 64;
const chunkBytes = 1 << 20;
const maxDepth = 6;

/**
 * Every run that a pin, an incident, the stage-2 pool or a full-tier run names. What cannot be read
 * might name any run, so it is a fault: retention_keeper_unreadable. Reads with bounded memory.
 */
export function findNamedRuns(fs: FileSystem, root: string): Result<NamedRuns, Fault> {
  const named = new Map<string, string>();
  const looked = attemptIo("read", root, () => {
    for (const folder of keeperFolders) {
      if (fs.look(join(root, folder)) !== null) walk(fs, root, folder, named, 0);
    }
  });
  if (looked.ok) return ok(named);
  const { message, at = root } = looked.fault;
  return err({
    code: "retention_keeper_unreadable",
    message: `${message}; it may name runs to keep, so nothing is deleted`,
    at,
  });
}

function walk(
  fs: FileSystem,
  root: string,
  folder: string,
  named: Map<string, string>,
  depth: number,
): void {
  for (const { name, kind } of fs.list(join(root, folder))) {
    const path = `${folder}/${name}`;
    for (const [id] of name.matchAll(runIdForm)) note(named, id, path);
    if (kind === "directory") {
      // A full-tier run may be large; its manifest says from which run it was promoted.
      const shallow = folder === "runs" ? `${path}/run_manifest.json` : null;
      if (shallow !== null) {
        if (fs.look(join(root, shallow)) !== null) scan(fs, root, shallow, named);
      } else if (depth < maxDepth) walk(fs, root, path, named, depth + 1);
      else throw unreadable(join(root, path), "ELOOP");
    } else if (kind === "file") scan(fs, root, path, named);
    else throw unreadable(join(root, path), "EINVAL");
  }
}

function scan(fs: FileSystem, root: string, path: string, named: Map<string, string>): void {
  const file = fs.open(join(root, path), "read", 0);
  try {
    const room = Buffer.alloc(chunkBytes);
    let tail = "";
    for (let at = 0; ; ) {
      const count = fs.read(file, room, at);
      if (count === 0) break;
      at += count;
      const text = tail + room.toString("latin1", 0, count);
      for (const [id] of text.matchAll(runIdForm)) note(named, id, path);
      tail = text.slice(-longestId);
    }
  } finally {
    fs.close(file);
  }
}

/** A long id also names its short form: either may be the directory. */
function note(named: Map<string, string>, id: string, path: string): void {
  const short = id.slice(0, id.indexOf("_") + 17);
  for (const one of [id, short]) if (!named.has(one)) named.set(one, path);
}

function unreadable(path: string, code: string): Error {
  return Object.assign(new Error(`not a plain file: ${path}`), { code, path });
}
