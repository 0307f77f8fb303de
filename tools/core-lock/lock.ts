import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** core.lock: which bytes the frozen core has, and why it last changed. */
export type CoreLock = Readonly<{
  format: "core-lock/1";
  version: number;
  core_hash: string;
  /** sha256 in hex by path. */
  files: Readonly<Record<string, string>>;
  /** Oldest first; the last entry describes this version. */
  history: readonly Renewal[];
}>;

type Renewal = Readonly<{
  version: number;
  core_hash: string;
  date: string;
  reason: string;
}>;

export const lockPath = "core.lock";

export function readLock(root: string): CoreLock | null {
  const path = join(root, lockPath);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as CoreLock) : null;
}

export function hashFiles(
  root: string,
  paths: readonly string[],
): Readonly<Record<string, string>> {
  const pairs = paths.map((path) => [path, sha256(readFileSync(join(root, path)))] as const);
  return Object.fromEntries(pairs);
}

/**
 * The one hash of the frozen core: sha256 over a line `<sha256>  <path>` for each file in order of
 * path, so that `sha256sum FILES | sha256sum` from the root of the checkout gives it too.
 */
export function coreHash(files: Readonly<Record<string, string>>): string {
  const paths = Object.keys(files).sort();
  return sha256(paths.map((path) => `${files[path]}  ${path}\n`).join(""));
}

/** How `files` differ from the lock, one line each, sorted. */
export function differences(lock: CoreLock, files: Readonly<Record<string, string>>): string[] {
  const paths = new Set([...Object.keys(lock.files), ...Object.keys(files)]);
  return [...paths].sort().flatMap((path) => {
    if (lock.files[path] === files[path]) return [];
    if (lock.files[path] === undefined) return [`new      ${path}`];
    return [files[path] === undefined ? `gone     ${path}` : `changed  ${path}`];
  });
}

function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
