import { bytesToBase64 } from "#base";
import { noteVerifiers, trustedKeys } from "../keys/policy.ts";
import { judgeGrowth, recallCheckpoint } from "../log/witness-memory.ts";
import { equalHashes } from "../merkle/hash.ts";
import { consistencyProof, rootOfSize } from "../merkle/proof.ts";
import { verifyConsistency } from "../merkle/verify-proof.ts";
import { type Checkpoint, readUnverifiedCheckpoint } from "../seal/checkpoint.ts";
import { type CheckpointNote, type JudgedCheckpoint, judgeCheckpoint } from "./pool-checkpoints.ts";
import type { PoolReporters } from "./pool-claims.ts";
import { checkpointFile, isPoolOrigin, poolFile, poolOrigin } from "./pool-place.ts";
import type { PoolTree } from "./pool-tree.ts";
import type { PoolTrust } from "./pool-trust.ts";

export type CheckpointsUnderCheck = Readonly<{
  notes: readonly CheckpointNote[];
  tree: PoolTree;
  /** Roots that the pool had at the sizes of the notes, taken while it was read. */
  rootBySize: ReadonlyMap<number, Uint8Array>;
  trust: PoolTrust;
}>;

/** What the checkpoints together say of the pool. */
export type CheckpointFacts = Readonly<{
  /** The newest that keys of the policy signed; null when there is none. */
  newestTrusted: Readonly<{ checkpoint: Checkpoint; note: Uint8Array }> | null;
}>;

/**
 * Every checkpoint is a state of this pool: its root is recomputed from the lines, and each is
 * shown to be a prefix of the next and of the pool as it is, by RFC 9162 proofs over the roots.
 */
export function checkCheckpoints(
  { notes, tree, rootBySize, trust }: CheckpointsUnderCheck,
  report: PoolReporters,
): CheckpointFacts {
  const origin = expectedOrigin(notes, trust);
  const chain: Checkpoint[] = [];
  let newestTrusted: CheckpointFacts["newestTrusted"] = null;
  let [newestGeneration, firstDifferent] = [0, true];

  for (const { size, bytes } of notes) {
    const file = checkpointFile(size);
    report.pool_checkpoints.count();
    const judged = judgeSignatures(bytes, { origin, size, trust }, report);
    if (judged === null) continue;
    const { checkpoint, isTrusted, generation } = judged;
    if (generation < newestGeneration) {
      const detail = `signed by generation ${generation} after generation ${newestGeneration}`;
      found(report.authenticity, "checkpoint_key_superseded", file, detail);
    }
    newestGeneration = Math.max(newestGeneration, generation);
    if (isTrusted) newestTrusted = { checkpoint, note: bytes };
    const root = rootBySize.get(size);
    if (root === undefined) {
      // The records are what is gone; the checkpoint is as it was.
      const detail = `the pool has ${tree.size} records, ${size}.checkpoint signs ${size}`;
      found(report.pool_checkpoints, "pool_rolled_back", poolFile, detail);
    } else if (equalHashes(root, checkpoint.root)) {
      chain.push(checkpoint);
    } else if (firstDifferent) {
      firstDifferent = false;
      const from = (chain.at(-1)?.size ?? 0) + 1;
      const detail = `lines ${from} to ${size} are not those that ${size}.checkpoint signs`;
      const finding = {
        code: "pool_root_differs",
        file: poolFile,
        line: from,
        field: null,
        detail,
      };
      report.pool_checkpoints.fileFinding(finding);
    } else {
      const detail = `signs the root ${bytesToBase64(checkpoint.root)}, the lines make another`;
      found(report.pool_checkpoints, "pool_root_differs", file, detail);
    }
  }
  checkConsistency(chain, tree, report);
  compareWithMemory(tree, trust, report);
  return { newestTrusted };
}

/** The policy knows whose pool it is; without one all checkpoints must be of one pool. */
function expectedOrigin(notes: readonly CheckpointNote[], { policy }: PoolTrust): string | null {
  if (policy !== null) return poolOrigin(policy.system);
  for (const { bytes } of notes) {
    const checkpoint = readUnverifiedCheckpoint(bytes);
    if (checkpoint.ok && isPoolOrigin(checkpoint.value.origin)) return checkpoint.value.origin;
  }
  return null;
}

type Expected = Readonly<{ origin: string | null; size: number; trust: PoolTrust }>;

/** A note that trusted keys did not sign is a finding, and still says something to compare. */
function judgeSignatures(
  bytes: Uint8Array,
  { origin, size, trust }: Expected,
  report: PoolReporters,
): JudgedCheckpoint | null {
  const file = checkpointFile(size);
  const content = judgeCheckpoint(bytes, { origin, size }, null);
  if (!content.ok) {
    found(report.pool_checkpoints, content.fault.code, file, content.fault.message);
    return null;
  }
  const { policy } = trust;
  if (policy === null) return content.value;
  const judged = judgeCheckpoint(bytes, { origin, size }, policy);
  if (judged.ok) {
    if (judged.value.isTrusted) report.authenticity.count();
    return judged.value;
  }
  found(report.authenticity, judged.fault.code, file, judged.fault.message);
  return content.value;
}

function checkConsistency(
  chain: readonly Checkpoint[],
  tree: PoolTree,
  report: PoolReporters,
): void {
  const nodes = tree.nodes();
  const now = { size: tree.size, root: tree.root() };
  for (const [at, { size: oldSize, root: oldRoot }] of chain.entries()) {
    const { size, root } = chain[at + 1] ?? now;
    const proof = consistencyProof(oldSize, size, nodes);
    report.pool_checkpoints.count();
    if (verifyConsistency({ oldSize, oldRoot, size, root, proof })) continue;
    const detail = `no proof leads from ${oldSize} to ${size} records`;
    found(report.pool_checkpoints, "pool_not_consistent", checkpointFile(oldSize), detail);
  }
}

/** Going back is visible even when the newest checkpoints were removed with the records. */
function compareWithMemory(
  tree: PoolTree,
  { policy, memory }: PoolTrust,
  report: PoolReporters,
): void {
  const verifiers = policy === null ? [] : noteVerifiers(trustedKeys(policy, "pool"));
  if (policy === null || memory === null || verifiers.length === 0) return;
  const origin = poolOrigin(policy.system);
  const known = recallCheckpoint(memory, origin, verifiers);
  if (!known.ok) {
    found(report.authenticity, known.fault.code, poolFile, known.fault.message);
    return;
  }
  if (known.value === null) return;
  report.pool_checkpoints.count();
  const now = { origin, size: tree.size, root: tree.root(), extensions: [] };
  const rootAt = (size: number): Uint8Array | null =>
    size > tree.size ? null : rootOfSize(size, tree.nodes());
  const grown = judgeGrowth(known.value, { checkpoint: now, rootAt });
  if (grown.ok) return;
  const code = grown.fault.code === "log_rolled_back" ? "pool_rolled_back" : "pool_rewritten";
  found(report.pool_checkpoints, code, poolFile, grown.fault.message);
}

type Finder = PoolReporters["authenticity"];

function found(report: Finder, code: string, file: string, detail: string): void {
  report.fileFinding({ code, file, line: null, field: null, detail });
}
