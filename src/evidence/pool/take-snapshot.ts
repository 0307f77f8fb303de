import { join } from "node:path";
import { err, type Fault, isoFromMillis, type Millis, ok, type Result } from "#base";
import { signCheckpoint } from "../seal/checkpoint.ts";
import { createDocument } from "../store/document.ts";
import { attemptIo } from "../store/io-fault.ts";
import { waitForLock } from "../store/lock.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { machineProcesses } from "../store/process-identity.ts";
import { openPoolWriter } from "./append-pool.ts";
import { type InspectedSnapshot, inspectSnapshot, snapshotRoot } from "./inspect-snapshot.ts";
import { type PoolPlace, poolPlace, snapshotNames, snapshotOrigin } from "./pool-place.ts";
import type { PoolTrust } from "./pool-trust.ts";
import type { PoolVerdict } from "./pool-verdict.ts";
import type { SnapshotDocument } from "./snapshot-document.ts";
import type { SnapshotFilter } from "./snapshot-filter.ts";
import { createTailExaminer } from "./tail-examiner.ts";
import { verifyPool } from "./verify-pool.ts";
import { writeSnapshot } from "./write-snapshot.ts";

export type TakeSnapshotOptions = Readonly<{
  /** All must hold; none takes every record. */
  rule: readonly SnapshotFilter[];
  note: string | null;
  trust: PoolTrust;
  nowMs: Millis;
}>;

export type TakenSnapshot = Readonly<
  | {
      /** `already_present`: this very selection was taken before, and nothing was written. */
      state: "written" | "already_present";
      id: string;
      path: string;
      document: SnapshotDocument;
      isSigned: boolean;
      verdict: PoolVerdict;
    }
  /** The pool does not verify; nothing was written. */
  | { state: "refused"; verdict: PoolVerdict }
>;

/**
 * Freezes a selection of the live pool: the pool is signed and verified first, and nothing is taken
 * from one that fails. The snapshot is signed where there is a pool key. Faults: pool_missing,
 * snapshot_note_malformed, those of openPoolWriter, verifyPool, writeSnapshot and inspectSnapshot.
 */
export function takeSnapshot(
  root: string,
  options: TakeSnapshotOptions,
): Result<TakenSnapshot, Fault> {
  const { trust, note } = options;
  if (note !== null && !isNote(note)) {
    const message = "a note is one line of 1 to 500 characters";
    return err({ code: "snapshot_note_malformed", message });
  }
  const place = poolPlace(root);
  const signed = trust.key === null ? ok(undefined) : signPool(place, trust);
  if (!signed.ok) return signed;
  const verdict = verifyPool(root, { trust, integrityOnly: false });
  if (!verdict.ok) return verdict;
  if (verdict.value.verdict === "FAIL") return ok({ state: "refused", verdict: verdict.value });
  const lock = waitForLock(nodeFileSystem, place.snapshotLock, machineProcesses(), lockWaitMs);
  if (!lock.ok) return lock;
  const taken = takeLocked(place, options, verdict.value);
  const released = lock.value.release();
  return taken.ok && !released.ok ? released : taken;
}

/** Another snapshot may be in the taking. */
const lockWaitMs = 60_000;

/** A crash may have come between the last append and its checkpoint; a new key signs all. */
function signPool(place: PoolPlace, trust: PoolTrust): Result<void, Fault> {
  const fs = nodeFileSystem;
  const there = attemptIo("read", place.pool, () => fs.look(place.pool) !== null);
  if (!there.ok) return there;
  if (!there.value) return ok(undefined);
  const examine = createTailExaminer(place.root, place.pool);
  const processes = machineProcesses();
  const writer = openPoolWriter({ fs, place, processes, trust, examine });
  if (!writer.ok) return writer;
  const closed = writer.value.close();
  return closed.ok ? ok(undefined) : closed;
}

function takeLocked(
  place: PoolPlace,
  { rule, note, nowMs, trust }: TakeSnapshotOptions,
  verdict: PoolVerdict,
): Result<TakenSnapshot, Fault> {
  const { records: poolSize, root: poolRoot } = verdict;
  const request = { poolSize, poolRoot, rule, note, createdAt: isoFromMillis(nowMs) };
  const written = writeSnapshot(nodeFileSystem, place, request);
  if (!written.ok) return written;
  const { id, path, isNew } = written.value;
  // What was just written is read back: nobody else will vouch for it.
  const inspected = inspectSnapshot(nodeFileSystem, path, trust.policy);
  if (!inspected.ok) return inspected;
  const { document, signature } = inspected.value;
  const signed = signature === "unsigned" ? signSnapshot(place, inspected.value, trust) : ok(true);
  if (!signed.ok) return signed;
  const isSigned = signed.value;
  return ok({
    state: isNew ? "written" : "already_present",
    id,
    path,
    document,
    isSigned,
    verdict,
  });
}

/** False where there is no key to sign with. */
function signSnapshot(
  place: PoolPlace,
  { id, tree, documentBytes }: InspectedSnapshot,
  { key, policy }: PoolTrust,
): Result<boolean, Fault> {
  if (key === null || policy === null) return ok(false);
  const checkpoint = {
    origin: snapshotOrigin(policy.system, id),
    size: tree.size + 1,
    root: snapshotRoot(tree, documentBytes),
    extensions: [],
  };
  const note = signCheckpoint(checkpoint, [key.note]);
  const path = join(place.snapshots, snapshotNames(id).checkpoint);
  const written = createDocument(nodeFileSystem, path, note, 0o444);
  return written.ok ? ok(true) : written;
}

function isNote(note: string): boolean {
  return note.isWellFormed() && /^[^\p{Cc}]{1,500}$/u.test(note);
}
