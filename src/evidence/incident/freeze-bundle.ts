import { dirname, join } from "node:path";
import { assert, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { shorten } from "../reading/problem.ts";
import { documentText } from "../run/documents.ts";
import { runFileNames, sumsFileName } from "../run/file-names.ts";
import { isSealPath } from "../seal/seal-files.ts";
import { type FileSum, formatSums, isEvidencePath } from "../seal/sums.ts";
import { type WalkedFile, walkFiles } from "../seal/walk.ts";
import { makeDirectories } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { type BundleIndex, bundleIndex, type FrozenFile } from "./bundle-index.ts";
import type { BundleFacts } from "./entry.ts";
import { type FileState, freezeBytes, freezeFile } from "./freeze-file.ts";
import { bundleFiles } from "./incident-files.ts";
import type { LatestVerdict } from "./latest-verdict.ts";

export type FreezeRequest = Readonly<{
  fs: FileSystem;
  /** Where the bundle goes; it does not exist yet. */
  target: string;
  incidentId: string;
  frozenUtc: string;
  runDirectory: string;
  /** The run's place as the record names it. */
  runPlace: string;
  verdict: LatestVerdict;
  /** Files that the findings of the incident name: frozen whatever they are. */
  named: ReadonlySet<string>;
}>;

/**
 * Freezes what an incident stands on: copies of the files that tell what the run was, and size and
 * digest of every other file of the run. What is missing or unreadable is counted, never a fault;
 * faults say that the copies could not be written: those of attemptIo, run_unreadable.
 */
export function freezeBundle(request: FreezeRequest): Result<BundleFacts, Fault> {
  const { fs, target, runDirectory } = request;
  const walked = attemptIo("read", runDirectory, () => walkFiles(nodeFileSystem, runDirectory));
  if (!walked.ok) return err({ ...walked.fault, code: "run_unreadable" });
  const made = makeDirectories(fs, target);
  if (!made.ok) return made;
  const files: FrozenFile[] = [];
  for (const source of walked.value.slice(0, maxListed)) {
    const frozen = freezeRunFile(request, source);
    if (!frozen.ok) return frozen;
    files.push(frozen.value);
  }
  const verdict = freezeVerdict(request);
  if (!verdict.ok) return verdict;
  files.push(...missingFiles(files), verdict.value);
  const filesLeftOut = Math.max(0, walked.value.length - maxListed);
  return writeIndex(request, indexOf(request, files, filesLeftOut));
}

/** What a bundle may not lack; the verdict comes on top. */
export const requiredFiles: readonly string[] = [
  runFileNames.run_manifest,
  runFileNames.multiple_experiments_summary,
  runFileNames.execution_fingerprint,
  runFileNames.gating_telemetry,
  runFileNames.agent_roster,
  runFileNames.errors,
  sumsFileName,
];

/** Bounds of what a hostile directory can make us list and copy. */
const maxListed = 5_000;
const maxCopiedBytes = 256 * 1024 * 1024;

function freezeRunFile(request: FreezeRequest, source: WalkedFile): Result<FrozenFile, Fault> {
  const { fs, target, runDirectory, named } = request;
  const { path, stat } = source;
  const required = requiredFiles.includes(path);
  const facts = { file: shorten(path), from: "run", required } as const;
  if (!isEvidencePath(path)) return ok({ ...facts, ...unlooked("name_not_plain") });
  const wanted = required || named.has(path) || isSealPath(path) || isIndex(path);
  const copied = wanted && stat.size <= maxCopiedBytes;
  const to = copied ? join(target, bundleFiles.run, path) : null;
  const state = freezeFile({ fs, from: join(runDirectory, path), to });
  if (!state.ok) return state;
  return ok({ ...facts, copied: copied && state.value.problem === null, ...state.value });
}

/** Indexes of raw evidence, and the sums of folders that are sealed apart. */
function isIndex(path: string): boolean {
  return /(?:^|[/_])(?:index[a-z0-9_]*\.jsonl?|SHA256SUMS)$/.test(path);
}

function freezeVerdict({ fs, target, verdict }: FreezeRequest): Result<FrozenFile, Fault> {
  const facts = { file: bundleFiles.verdict, from: verdict.from, required: true } as const;
  if (verdict.bytes === null) return ok({ ...facts, ...unlooked(verdict.reason) });
  const state = freezeBytes(fs, join(target, bundleFiles.verdict), verdict.bytes);
  return state.ok ? ok({ ...facts, copied: true, ...state.value }) : state;
}

function missingFiles(files: readonly FrozenFile[]): readonly FrozenFile[] {
  const there = new Set(files.map(({ file }) => file));
  return requiredFiles
    .filter((file) => !there.has(file))
    .map((file) => ({ file, from: "run", required: true, ...unlooked("file_missing") }));
}

function unlooked(problem: string): Readonly<{ copied: false }> & FileState {
  return { copied: false, size: null, sha256: null, problem };
}

function indexOf(
  { incidentId, frozenUtc, runPlace }: FreezeRequest,
  files: readonly FrozenFile[],
  filesLeftOut: number,
): BundleIndex {
  const missing = files.filter(({ required, copied }) => required && !copied);
  return {
    schema_version: "incident_bundle/1",
    incident_id: incidentId,
    frozen_at: frozenUtc,
    run_directory: runPlace,
    files,
    files_left_out: filesLeftOut,
    missing_required_files: missing.map(({ file }) => file),
    missing_required_files_count: missing.length,
  };
}

/** The index, then SHA256SUMS over it and every copy, so that `sha256sum -c` checks the bundle. */
function writeIndex({ fs, target }: FreezeRequest, index: BundleIndex): Result<BundleFacts, Fault> {
  const bytes = utf8ToBytes(documentText(bundleIndex, index));
  const written = freezeBytes(fs, join(target, bundleFiles.index), bytes);
  if (!written.ok) return written;
  const { sha256 } = written.value;
  assert(sha256 !== null, "bytes at hand have a digest");
  const sums = formatSums(bundleSums(index, sha256));
  const summed = freezeBytes(fs, join(target, bundleFiles.sums), sums);
  if (!summed.ok) return summed;
  const copies = index.files.filter(({ copied }) => copied);
  const synced = syncFolders(fs, target, copies);
  if (!synced.ok) return synced;
  return ok({
    index_sha256: sha256,
    copied: copies.length,
    held_by_digest: index.files.filter(({ copied, sha256 }) => !copied && sha256 !== null).length,
    bytes: copies.reduce((sum, { size }) => sum + (size ?? 0), 0),
    missing_required_files_count: index.missing_required_files_count,
  });
}

/** The names of the copies are durable too, the innermost folders first. */
function syncFolders(
  fs: FileSystem,
  target: string,
  copies: readonly FrozenFile[],
): Result<void, Fault> {
  const folders = new Set([target]);
  for (const { file, from } of copies) {
    if (from !== "run") continue;
    for (let at = dirname(`${bundleFiles.run}/${file}`); at !== "."; at = dirname(at)) {
      folders.add(join(target, at));
    }
  }
  return attemptIo("write", target, () => {
    for (const folder of [...folders].sort().reverse()) fs.syncDirectory(folder);
  });
}

/** Every file of a bundle but its SHA256SUMS, with its digest. */
export function bundleSums(index: BundleIndex, indexSha256: string): readonly FileSum[] {
  const copies = index.files.flatMap(({ file, from, copied, sha256 }) =>
    copied && sha256 !== null
      ? [{ path: from === "run" ? `${bundleFiles.run}/${file}` : file, sha256 }]
      : [],
  );
  return [...copies, { path: bundleFiles.index, sha256: indexSha256 }];
}
