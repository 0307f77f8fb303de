import { dirname, join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { BinaryHash } from "../merkle/hash.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { readLeaves } from "./file-leaves.ts";
import type { TableRow } from "./file-table.ts";
import { formOf } from "./seal-files.ts";

/** Where the leaves go, and how many are there. */
export type LeafTaker = Readonly<{
  add: (leaf: BinaryHash) => void;
  tree: { readonly size: number };
}>;

export type DigestOptions = Readonly<{
  leaves: LeafTaker;
  listedSums: ReadonlyMap<string, string>;
  /** Their contents and names need no sync. */
  areRecordsDurable: boolean;
}>;

/**
 * Syncs and reads every record file once: its leaves go into the tree, its row into the table.
 * Where the run listed a sum itself, the file must still have it. Faults: seal_torn_record,
 * seal_sums_differ, those of attemptIo.
 */
export function digestRecords(
  fs: FileSystem,
  directory: string,
  paths: readonly string[],
  { leaves, listedSums, areRecordsDurable }: DigestOptions,
): Result<readonly TableRow[], Fault> {
  const rows: TableRow[] = [];
  for (const path of paths) {
    const at = join(directory, path);
    const form = formOf(path);
    const first_leaf = leaves.tree.size;
    const read = attemptIo("read", at, () => {
      const file = fs.open(at, "read", 0);
      try {
        if (!areRecordsDurable) fs.sync(file);
        return readLeaves(fs, file, path, form, leaves.add);
      } finally {
        fs.close(file);
      }
    });
    if (!read.ok) return read;
    const { size, sha256, leaves: count, whole } = read.value;
    if (!whole) return torn(at);
    if ((listedSums.get(path) ?? sha256) !== sha256) {
      const message = "the file is not what SHA256SUMS says of it";
      return err({ code: "seal_sums_differ", message, at });
    }
    rows.push({ path, size, sha256, form, first_leaf, leaves: count });
  }
  if (areRecordsDurable) return ok(rows);
  const folders = new Set(paths.map((path) => dirname(join(directory, path))));
  const synced = attemptIo("write", directory, () => {
    for (const folder of [...folders, directory]) fs.syncDirectory(folder);
  });
  return synced.ok ? ok(rows) : synced;
}

/**
 * Refuses a run whose last record in some file has no end, by the last byte of each, before
 * anything is written: so a refused run looks as it did. Faults: seal_torn_record, of attemptIo.
 */
export function refuseTorn(
  fs: FileSystem,
  directory: string,
  paths: readonly string[],
): Result<void, Fault> {
  for (const path of paths) {
    if (formOf(path) !== "lines") continue;
    const at = join(directory, path);
    const ended = attemptIo("read", at, () => endsWithLine(fs, at));
    if (!ended.ok) return ended;
    if (!ended.value) return torn(at);
  }
  return ok(undefined);
}

function endsWithLine(fs: FileSystem, path: string): boolean {
  const file = fs.open(path, "read", 0);
  try {
    const { size } = fs.stat(file);
    const last = new Uint8Array(1);
    return size === 0 || (fs.read(file, last, size - 1) === 1 && last[0] === 0x0a);
  } finally {
    fs.close(file);
  }
}

function torn(at: string): Result<never, Fault> {
  const message = "the last record has no end; recover the file first";
  return err({ code: "seal_torn_record", message, at });
}
