import { realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { bytesToHex, type Fault, type Millis, type Result, utf8ToBytes } from "#base";
import type { KeyRing } from "../keys/key-ring.ts";
import { sha256 } from "../merkle/hash.ts";
import { runFolders, stageOnePoolPath } from "../run/layout.ts";
import { attemptIo } from "../store/io-fault.ts";
import type { WitnessMemory } from "./witness-memory.ts";

/**
 * What was seen of the log of this root, beside the keys. One set of keys may serve many roots, so
 * each has a memory of its own, by its real path.
 */
export function rootMemory({ fs, directory }: KeyRing, root: string): WitnessMemory {
  return { fs, directory: join(directory, "witness", pathHash(root).slice(0, 32)) };
}

/** The same of the pools of this root. */
export function poolMemory({ fs, directory }: KeyRing, root: string): WitnessMemory {
  return { fs, directory: join(directory, "witness", `pools-${pathHash(root).slice(0, 16)}`) };
}

/**
 * A root that holds neither a log nor a run is a new one, although another stood at its path
 * before: what was seen of that one is put aside, never deleted; what was seen of its pools as
 * well, where it holds no pool either. Gives where it lies now, or one of both; null when nothing
 * was put aside. Faults: those of attemptIo.
 */
export function startMemory(
  ring: KeyRing,
  root: string,
  nowMs: Millis,
): Result<string | null, Fault> {
  const { fs, directory } = ring;
  const isEmpty = (folder: string): boolean => {
    const path = join(root, folder);
    return fs.look(path) === null || fs.list(path).length === 0;
  };
  const putAside = (memory: WitnessMemory): string | null => {
    if (fs.look(memory.directory) === null) return null;
    const aside = `${memory.directory}.before-${nowMs}`;
    fs.rename(memory.directory, aside);
    return aside;
  };
  return attemptIo("write", directory, () => {
    if (!["log", ...runFolders].every(isEmpty)) return null;
    const hasPool = fs.look(stageOnePoolPath(root)) !== null;
    const pools = hasPool ? null : putAside(poolMemory(ring, root));
    return putAside(rootMemory(ring, root)) ?? pools;
  });
}

function pathHash(root: string): string {
  return bytesToHex(sha256(utf8ToBytes(realPath(root))));
}

function realPath(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    // A root that is not there yet has its path alone.
    return resolve(root);
  }
}
