import { join } from "node:path";
import { bytesToHex, type Fault, type Result } from "#base";
import { noteVerifiers, type TrustPolicy, trustedKeys } from "../keys/policy.ts";
import { equalHashes, sha256 } from "../merkle/hash.ts";
import { readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import type { KnownFile } from "./file-leaves.ts";
import { type FileTable, parseFileTable } from "./file-table.ts";
import type { SealFindings } from "./findings.ts";
import { type NoteVerifier, noteVerifier } from "./note-key.ts";
import { isSealPath, sealFiles } from "./seal-files.ts";
import type { RunStatement } from "./statement.ts";
import { type FileSum, parseSums } from "./sums.ts";
import type { WalkedFile } from "./walk.ts";

export type CheckSpace = Readonly<{
  fs: FileSystem;
  directory: string;
  findings: SealFindings;
  /** Files that were read through just now, by path; their digests are not computed again. */
  known: ReadonlyMap<string, KnownFile>;
}>;

/** What the seal says, as far as it can be read; null where it cannot. */
export type SealParts = Readonly<{
  /** SHA-256 of every file by path, without the statement and SHA256SUMS itself. */
  sums: ReadonlyMap<string, string> | null;
  /** Signed by keys that are known; without a policy by those that the statement names. */
  checkpoint: Checkpoint | null;
  checkpointBytes: Uint8Array | null;
  table: FileTable | null;
  signatures: number;
  isCheckpointTrusted: boolean;
}>;

/** Sums, checkpoint and table, each against the statement. */
export function checkSealFiles(
  space: CheckSpace,
  statement: RunStatement | null,
  policy: TrustPolicy | null,
): SealParts {
  const sums = checkSums(space, statement);
  const opened = checkCheckpoint(space, statement, policy);
  const table = checkTable(space, statement, sums);
  return { ...opened, sums, table };
}

/** Everything that lies in the directory is listed, and everything listed lies there. */
export function checkNames(
  { findings }: CheckSpace,
  walked: readonly WalkedFile[],
  { sums, table }: SealParts,
  isRetainedOut: (path: string) => boolean,
): void {
  if (sums === null) return;
  const detached = table?.detached ?? [];
  const listed = new Set([...sums.keys(), sealFiles.sums, sealFiles.statement]);
  const present = new Set<string>();
  for (const { path, stat } of walked) {
    present.add(path);
    const isApart = detached.some((folder) => path.startsWith(`${folder}/`));
    if (stat.kind !== "file") findings.add("seal_file_not_regular", path, `it is a ${stat.kind}`);
    else if (!listed.has(path) && !isApart) {
      findings.add("seal_file_unlisted", path, "the seal knows nothing of it");
    }
  }
  for (const path of listed) {
    if (present.has(path) || isRetainedOut(path)) continue;
    findings.add("seal_file_missing", path, "the seal lists it and it is not there");
  }
}

function checkSums(
  space: CheckSpace,
  statement: RunStatement | null,
): ReadonlyMap<string, string> | null {
  const { findings } = space;
  const bytes = read(space, sealFiles.sums);
  const parsed = bytes.ok ? parseSums(bytes.value) : bytes;
  if (!parsed.ok) {
    findings.add(
      "seal_sums_unreadable",
      placeOf(sealFiles.sums, parsed.fault),
      parsed.fault.message,
    );
    // The statement lists the same sums.
    return statement === null ? null : sumsOf(statement.subjects);
  }
  const sums = sumsOf(parsed.value);
  if (statement === null || !bytes.ok) return sums;
  const own = { path: sealFiles.sums, sha256: bytesToHex(sha256(bytes.value)) };
  const differing = differences(statement.subjects, [...parsed.value, own]);
  if (differing.length === 0) return sums;
  findings.add(
    "seal_subjects_differ",
    sealFiles.sums,
    `it is not what the statement signs: ${differing.slice(0, 3).join(", ")}`,
  );
  return sumsOf(statement.subjects);
}

/** Of these only the signed ones count: whoever changes a file can change SHA256SUMS too. */
function sumsOf(sums: readonly FileSum[]): ReadonlyMap<string, string> {
  const known = sums.filter(({ path }) => path !== sealFiles.sums);
  return new Map(known.map(({ path, sha256: sum }) => [path, sum]));
}

function differences(signed: readonly FileSum[], found: readonly FileSum[]): readonly string[] {
  const byPath = new Map(found.map(({ path, sha256: sum }) => [path, sum]));
  const signedPaths = new Set(signed.map(({ path }) => path));
  const changed = signed.filter(({ path, sha256: sum }) => byPath.get(path) !== sum);
  const added = found.filter(({ path }) => !signedPaths.has(path));
  return [...changed, ...added].map(({ path }) => path);
}

type OpenedCheckpoint = Omit<SealParts, "sums" | "table">;

function checkCheckpoint(
  space: CheckSpace,
  statement: RunStatement | null,
  policy: TrustPolicy | null,
): OpenedCheckpoint {
  const { findings } = space;
  const at = sealFiles.checkpoint;
  const bytes = read(space, at);
  const known = verifiersOf(statement, policy);
  const opened = bytes.ok ? openCheckpoint(bytes.value, known, "refuse") : bytes;
  if (!opened.ok || !bytes.ok) {
    const message = opened.ok ? "" : opened.fault.message;
    findings.add("seal_checkpoint_wrong", at, message);
    return { checkpoint: null, checkpointBytes: null, signatures: 0, isCheckpointTrusted: false };
  }
  const { checkpoint, signers } = opened.value;
  const says =
    statement !== null &&
    checkpoint.origin === statement.origin &&
    checkpoint.size === statement.treeSize &&
    equalHashes(checkpoint.root, statement.root) &&
    checkpoint.extensions.length === 0;
  if (!says)
    findings.add("seal_checkpoint_wrong", at, "it is not the one that the statement names");
  const isAll = signers.length === statement?.sealers.length;
  if (statement !== null && !isAll) {
    findings.add("seal_sealers_differ", at, "not all who signed the statement signed it");
  }
  const isCheckpointTrusted = policy !== null && says && isAll;
  return {
    checkpoint,
    checkpointBytes: bytes.value,
    signatures: signers.length,
    isCheckpointTrusted,
  };
}

/** With a policy its keys, and of them only those that signed the statement; else the claimed. */
function verifiersOf(
  statement: RunStatement | null,
  policy: TrustPolicy | null,
): readonly NoteVerifier[] {
  const claimed = statement?.sealers ?? [];
  if (policy === null) return claimed.map(({ name, key }) => noteVerifier(name, key));
  const ids = new Set(claimed.map(({ key }) => key.id));
  return noteVerifiers(trustedKeys(policy, "run-seal").filter(({ id }) => ids.has(id)));
}

function checkTable(
  space: CheckSpace,
  statement: RunStatement | null,
  sums: ReadonlyMap<string, string> | null,
): FileTable | null {
  const { findings } = space;
  const at = sealFiles.table;
  const bytes = read(space, at);
  const parsed = bytes.ok ? parseFileTable(bytes.value) : bytes;
  if (!parsed.ok) {
    findings.add("seal_table_unreadable", at, parsed.fault.message);
    return null;
  }
  const table = parsed.value;
  if (statement !== null && table.run_id !== statement.runId) {
    findings.add("seal_run_differs", at, `it is the table of ${table.run_id}`);
  }
  if (sums === null) return table;
  const records = [...sums].filter(([path]) => !isSealPath(path));
  const rows = new Map(table.files.map(({ path, sha256: sum }) => [path, sum]));
  const differing = records.find(([path, sum]) => rows.get(path) !== sum);
  if (differing !== undefined || records.length !== rows.size) {
    const what = differing === undefined ? "it lists more files" : `${differing[0]} differs`;
    findings.add("seal_table_differs", at, `it is not the table of what SHA256SUMS lists: ${what}`);
  }
  return table;
}

function read({ fs, directory }: CheckSpace, path: string): Result<Uint8Array, Fault> {
  return readDocument(fs, join(directory, path));
}

function placeOf(path: string, fault: Fault): string {
  return fault.at?.startsWith("line ") === true ? `${path} ${fault.at}` : path;
}
