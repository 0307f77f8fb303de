import { realpathSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex, type Fault, type Millis, type Result, utf8ToBytes } from "#base";
import type { KeyRing } from "../keys/key-ring.ts";
import { sha256 } from "../merkle/hash.ts";
import { runFolders } from "../run/layout.ts";
import { attemptIo } from "../store/io-fault.ts";
import type { WitnessMemory } from "./witness-memory.ts";

/**
 * What was seen of the log of this root, beside the keys. One set of keys may serve many roots, so
 * each has a memory of its own, by its real path.
 */
export function rootMemory({ fs, directory }: KeyRing, root: string): WitnessMemory {
  const name = bytesToHex(sha256(utf8ToBytes(realPath(root)))).slice(0, 32);
  return { fs, directory: join(directory, "witness", name) };
}

/**
 * A root that holds neither a log nor a run is a new one, although another stood at its path
 * before: what was seen of that one is put aside, never deleted. Gives where it lies now; null when
 * nothing was put aside. Faults: those of attemptIo.
 */
export function startMemory(
  { fs, directory }: WitnessMemory,
  root: string,
  nowMs: Millis,
): Result<string | null, Fault> {
  return attemptIo("write", directory, () => {
    const isNew = ["log", ...runFolders].every((folder) => {
      const path = join(root, folder);
      return fs.look(path) === null || fs.list(path).length === 0;
    });
    if (!isNew || fs.look(directory) === null) return null;
    const aside = `${directory}.before-${nowMs}`;
    fs.rename(directory, aside);
    return aside;
  });
}

function realPath(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    return root;
  }
}
