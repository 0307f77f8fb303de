import { join } from "node:path";
import { bytesToHex, type Fault, ok, type Result } from "#base";
import type { TrustPolicy } from "../keys/policy.ts";
import { sha256 } from "../merkle/hash.ts";
import { readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { checkRecords } from "./check-records.ts";
import { checkNames, checkSealFiles } from "./check-seal-files.ts";
import { checkStatement } from "./check-statement.ts";
import { checkDetached } from "./detached.ts";
import type { KnownFile } from "./file-leaves.ts";
import { collectFindings, type SealFinding, type SealFindingCode } from "./findings.ts";
import { sealFiles } from "./seal-files.ts";
import type { RunSeal } from "./seal-run.ts";
import { walkFiles } from "./walk.ts";

export type SealCheckOptions = Readonly<{
  /** Whom the verifier trusts; null checks integrity alone, and says nothing of who sealed. */
  policy: TrustPolicy | null;
  /** The run that is expected here; null when any is. */
  runId: string | null;
  /** Whether a file of a detached folder may be missing because retention took it. */
  isRetainedOut?: (path: string) => boolean;
  /** What the caller read through just now, by path in the directory. */
  known?: ReadonlyMap<string, KnownFile>;
  fs?: FileSystem;
}>;

export type SealCheck = Readonly<{
  /** Unsealed: the directory has no statement; nothing else was looked at. */
  state: "sealed" | "unsealed";
  findings: readonly SealFinding[];
  /** How many there were; the list is bounded. */
  findingCount: number;
  /** Whether the seal is by keys that the policy trusts; without a policy it cannot be known. */
  authenticity: "proven" | "failed" | "not_measurable";
  /** What the statement says; null where it cannot be read. */
  seal: RunSeal | null;
  counted: Readonly<{ files: number; leaves: number; bytes: number; signatures: number }>;
}>;

/**
 * Checks a sealed directory against its seal, reading every file once with bounded memory:
 * signatures, sums, every leaf, the root, the proofs, and that nothing is missing or added.
 * Findings accumulate and name file and line. Faults: only when the directory cannot be listed.
 */
export function checkSeal(directory: string, options: SealCheckOptions): Result<SealCheck, Fault> {
  const { policy, runId, isRetainedOut = (): boolean => false, fs = nodeFileSystem } = options;
  const { known = new Map<string, KnownFile>() } = options;
  const walked = attemptIo("read", directory, () => walkFiles(fs, directory));
  if (!walked.ok) return walked;
  if (!walked.value.some(({ path }) => path === sealFiles.statement)) return ok(unsealed);

  const findings = collectFindings<SealFindingCode>();
  const statementBytes = readDocument(fs, join(directory, sealFiles.statement));
  const { statement, signatures, isTrusted } = checkStatement(statementBytes, policy, findings);
  if (statement !== null && runId !== null && statement.runId !== runId) {
    const message = `the seal is that of ${statement.runId}, expected ${runId}`;
    findings.add("seal_run_differs", sealFiles.statement, message);
  }
  const space = { fs, directory, findings, known };
  const parts = checkSealFiles(space, statement, policy);
  checkNames(space, walked.value, parts, isRetainedOut);
  const read = checkRecords(space, parts);
  for (const folder of parts.table?.detached ?? []) {
    checkDetached(space, folder, walked.value, isRetainedOut);
  }

  const authentic =
    policy === null
      ? "not_measurable"
      : isTrusted && parts.isCheckpointTrusted
        ? "proven"
        : "failed";
  const seal =
    statement === null || !statementBytes.ok ? null : sealOf(statement, statementBytes.value);
  return ok({
    state: "sealed",
    findings: findings.list,
    findingCount: findings.count,
    authenticity: authentic,
    seal,
    counted: { ...read, signatures: signatures + parts.signatures },
  });
}

type StatementFacts = Readonly<{
  runId: string;
  origin: string;
  treeSize: number;
  root: Uint8Array;
  sealedMs: number;
}>;

function sealOf(statement: StatementFacts, bytes: Uint8Array): RunSeal {
  const { runId, origin, treeSize, root, sealedMs } = statement;
  return { runId, origin, treeSize, root, sealedMs, statementSha256: bytesToHex(sha256(bytes)) };
}

const unsealed: SealCheck = {
  state: "unsealed",
  findings: [],
  findingCount: 0,
  authenticity: "not_measurable",
  seal: null,
  counted: { files: 0, leaves: 0, bytes: 0, signatures: 0 },
};
