import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { PoolRecord } from "../artifacts/pool-record.ts";
import type { TrustPolicy } from "../keys/policy.ts";
import type { FileSystem } from "../store/file-system.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { createRecordChecker } from "./check-record.ts";
import { inspectSnapshot } from "./inspect-snapshot.ts";
import { poolPlace, snapshotNames } from "./pool-place.ts";
import { readPool } from "./read-pool.ts";
import type { SnapshotDocument } from "./snapshot-document.ts";

/** A snapshot that was found whole and read-only: what a validation may start from. */
export type Snapshot = Readonly<{
  id: string;
  path: string;
  document: SnapshotDocument;
  /** Whether keys of the policy signed it; a wrong signature never opens. */
  authenticity: "proven" | "not_measurable";
  /** Null when proven. */
  authenticity_reason: "no_trust_policy" | "snapshot_unsigned" | null;
  /**
   * Hands every record over, in the pool's order, and compares the file once more with what was
   * opened. What was handed over counts only when this says ok. Fault: snapshot_altered.
   */
  read: (onRecord: (record: PoolRecord) => void) => Result<void, Fault>;
}>;

export type OpenSnapshotOptions = Readonly<{
  /** Whom to trust; null opens without knowing who took it. */
  policy: TrustPolicy | null;
}>;

/**
 * The only door through which a validation gets genomes: a snapshot by id (or `snapshot_<id>`)
 * under the root, or by path. All else is refused: snapshot_is_live_pool, snapshot_missing,
 * snapshot_not_snapshot, snapshot_writable, snapshot_unverified (no document that speaks for it),
 * snapshot_altered, snapshot_signature_wrong, and the faults of the store.
 */
export function openSnapshot(
  root: string,
  idOrPath: string,
  { policy }: OpenSnapshotOptions = { policy: null },
): Result<Snapshot, Fault> {
  const fs = nodeFileSystem;
  const path = snapshotPath(root, idOrPath);
  if (isLivePool(root, path)) {
    const message = "the live pool changes under its reader; take a snapshot: assay pool snapshot";
    return err({ code: "snapshot_is_live_pool", message, at: path });
  }
  const inspected = inspectSnapshot(fs, path, policy);
  if (!inspected.ok) return inspected;
  const { id, document, signature } = inspected.value;
  const authenticity = signature === "proven" ? "proven" : "not_measurable";
  return ok({
    id,
    path,
    document,
    authenticity,
    authenticity_reason: reasonBySignature[signature],
    read: (onRecord) => readAgain(fs, path, document.sha256, onRecord),
  });
}

const reasonBySignature = {
  proven: null,
  unsigned: "snapshot_unsigned",
  unknown: "no_trust_policy",
} as const;

/** An id is 16 hex digits, with or without its prefix; anything else is a path. */
export function snapshotPath(root: string, idOrPath: string): string {
  const [, id] = /^(?:snapshot_)?([0-9a-f]{16})$/.exec(idOrPath) ?? [];
  if (id === undefined) return resolve(idOrPath);
  return join(poolPlace(root).snapshots, snapshotNames(id).records);
}

/** By name anywhere, and under this root by whatever path leads to it. */
function isLivePool(root: string, path: string): boolean {
  const { pool } = poolPlace(root);
  if (basename(path) === basename(pool) || resolve(pool) === path) return true;
  const [real, live] = [realPath(path), realPath(pool)];
  return real !== null && (real === live || basename(real) === basename(pool));
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    // What is not there is refused when it is opened.
    return null;
  }
}

function readAgain(
  fs: FileSystem,
  path: string,
  sha256: string,
  onRecord: (record: PoolRecord) => void,
): Result<void, Fault> {
  const altered = (): Result<never, Fault> => {
    const message = "it changed since it was opened; nothing that was read from it counts";
    return err({ code: "snapshot_altered", message, at: path });
  };
  const check = createRecordChecker();
  const digest = createHash("sha256");
  let isSound = true;
  const end = readPool(fs, path, {
    line(line, number): void {
      digest.update(line).update("\n");
      const { record, problems } = check(line, number);
      isSound &&= record !== null && problems.length === 0;
      if (isSound && record !== null) onRecord(record);
    },
    tooLong(): void {
      isSound = false;
    },
  });
  if (!end.ok) return end;
  return isSound && end.value.tornBytes === 0 && digest.digest("hex") === sha256
    ? ok(undefined)
    : altered();
}
