import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { type DatasetDocument, documentFile, shortIdLength, shortIdOf } from "./document.ts";
import { readFault, systemCode, writeFault } from "./node-faults.ts";
import { parseDocument } from "./parse-document.ts";

/** One directory of the store: its document, or why it has none. */
export type StoreEntry = Readonly<{
  short_id: string;
  directory: string;
  document: Result<DatasetDocument, Fault>;
}>;

const shortIdForm = /^[0-9a-f]{16}$/;
const stagingForm = /^\.staging-(\d+)-\d+$/;
let stagings = 0;

export function datasetsRoot(root: string): string {
  return join(root, "datasets");
}

/** Every dataset under the root in the order of their ids; an absent root has none. */
export function listDatasets(root: string): Result<readonly StoreEntry[], Fault> {
  const base = datasetsRoot(root);
  let names: string[];
  try {
    names = readdirSync(base);
  } catch (cause) {
    return systemCode(cause) === "ENOENT" ? ok([]) : err(readFault(cause, base));
  }
  const ids = names.filter((name) => shortIdForm.test(name)).toSorted();
  return ok(
    ids.map((id) => {
      const directory = join(base, id);
      return { short_id: id, directory, document: readDocument(directory) };
    }),
  );
}

export function readDocument(directory: string): Result<DatasetDocument, Fault> {
  const path = join(directory, documentFile);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const { message } = readFault(cause, path);
    return err({ code: "dataset_damaged", message: `${documentFile}: ${message}`, at: directory });
  }
  return parseDocument(text, path);
}

/**
 * The one dataset that a name, a full id or at least four first digits of an id mean. Names go
 * first. Faults: dataset_missing, dataset_ambiguous.
 */
export function findDataset(root: string, ref: string): Result<StoreEntry, Fault> {
  const listed = listDatasets(root);
  if (!listed.ok) return listed;
  const entries = listed.value;
  const named = entries.filter(({ document }) => document.ok && document.value.name === ref);
  const isPrefix = /^[0-9a-f]{4,64}$/.test(ref);
  const prefix = ref.slice(0, shortIdLength);
  const found =
    named.length > 0
      ? named
      : entries.filter(({ short_id }) => isPrefix && short_id.startsWith(prefix));

  const [entry, another] = found;
  if (entry !== undefined && another === undefined) return ok(entry);
  if (entry !== undefined) {
    const ids = found.map(({ short_id }) => short_id).join(", ");
    return err({ code: "dataset_ambiguous", message: `${ref} may mean ${ids}`, at: root });
  }
  const shown = JSON.stringify(ref.slice(0, 80));
  const message = `no dataset ${shown} under this root; assay data ls lists what is there`;
  return err({ code: "dataset_missing", message, at: root });
}

/** A fresh directory inside the store whose name readers ignore; leftovers of dead processes go. */
export function createStaging(root: string): Result<string, Fault> {
  const base = datasetsRoot(root);
  stagings += 1;
  const staging = join(base, `.staging-${process.pid}-${stagings}`);
  try {
    mkdirSync(base, { recursive: true });
    removeLeftovers(base);
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging);
    return ok(staging);
  } catch (cause) {
    return err(writeFault(cause, base));
  }
}

export function removeStaging(staging: string): void {
  rmSync(staging, { recursive: true, force: true });
}

/** How a landing ended: made now, or found complete and equal. */
export type Landing = Readonly<{ status: "landed" | "already_present"; directory: string }>;

/**
 * Writes the document and moves the staged files into their place in one step. An occupied place
 * is left alone: whether it holds the same is for the caller to verify.
 */
export function landStaging(
  root: string,
  staging: string,
  document: DatasetDocument,
): Result<Landing, Fault> {
  const base = datasetsRoot(root);
  const directory = join(base, shortIdOf(document.dataset_id));
  try {
    writeSynced(join(staging, documentFile), `${JSON.stringify(document, null, 2)}\n`);
    syncDirectory(staging);
    renameSync(staging, directory);
    syncDirectory(base);
    return ok({ status: "landed", directory });
  } catch (cause) {
    const code = systemCode(cause);
    const isTaken = code === "ENOTEMPTY" || code === "EEXIST" || code === "ENOTDIR";
    return isTaken ? ok({ status: "already_present", directory }) : err(writeFault(cause, base));
  }
}

function writeSynced(path: string, text: string): void {
  const file = openSync(path, "wx");
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Staging directories whose process is gone hold half an import that nobody will finish. */
function removeLeftovers(base: string): void {
  for (const name of readdirSync(base)) {
    const pid = Number(stagingForm.exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && !isProcessAlive(pid)) removeStaging(join(base, name));
  }
}

/** Whether a process of this id runs on this machine. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // Not ours to signal means that it lives.
    return systemCode(cause) !== "ESRCH";
  }
}
