import { basename, join } from "node:path";
import type { TrustPolicy } from "../keys/policy.ts";
import { equalHashes } from "../merkle/hash.ts";
import { rootOfSize } from "../merkle/proof.ts";
import { shorten } from "../reading/problem.ts";
import type { FileSystem } from "../store/file-system.ts";
import type { Reporter } from "../verify/reporter.ts";
import { type InspectedSnapshot, inspectSnapshot } from "./inspect-snapshot.ts";
import {
  idOfSnapshot,
  type PoolPlace,
  poolFile,
  snapshotFolder,
  snapshotNames,
} from "./pool-place.ts";
import type { PoolTree } from "./pool-tree.ts";
import { hashOfText } from "./snapshot-document.ts";

export type SnapshotsUnderCheck = Readonly<{
  /** Listed before the pool was read, so that each was taken from what was read. */
  names: readonly string[];
  place: PoolPlace;
  tree: PoolTree;
  policy: TrustPolicy | null;
}>;

export type SnapshotFacts = Readonly<{ snapshots: number; unsigned: number }>;

/**
 * Every snapshot is whole, read-only and proven against the pool it names, and that pool is a
 * prefix of this one: what a snapshot holds was never taken out of the pool again.
 */
export function checkSnapshots(
  fs: FileSystem,
  { names, place, tree, policy }: SnapshotsUnderCheck,
  report: Reporter,
): SnapshotFacts {
  const ids = names.flatMap((name) => idOfSnapshot(name) ?? []);
  const owned = new Set(ids.flatMap((id) => Object.values(snapshotNames(id))));
  for (const name of names) {
    if (owned.has(name)) continue;
    found(report, "snapshot_stranger", name, "belongs to no snapshot");
  }
  let unsigned = 0;
  for (const id of ids) {
    report.count();
    const { records } = snapshotNames(id);
    const inspected = inspectSnapshot(fs, join(place.snapshots, records), policy);
    if (!inspected.ok) {
      const { code, message, at = records } = inspected.fault;
      const [, path = at, line] = /^(.*?)(?: line (\d+))?$/.exec(at) ?? [];
      found(report, code, basename(path), message, Number(line ?? 0));
      continue;
    }
    if (inspected.value.signature === "unsigned") unsigned += 1;
    compareWithPool(inspected.value, tree, report);
  }
  return { snapshots: ids.length, unsigned };
}

function compareWithPool(
  { id, document }: InspectedSnapshot,
  tree: PoolTree,
  report: Reporter,
): void {
  const { records } = snapshotNames(id);
  const { pool_size: size } = document;
  if (size > tree.size) {
    const detail = `was taken from ${size} records of the pool, which has ${tree.size}`;
    found(report, "pool_rolled_back", records, detail);
    return;
  }
  const root = hashOfText(document.pool_root);
  if (root !== null && equalHashes(root, rootOfSize(size, tree.nodes()))) return;
  const detail = `the first ${size} lines are not those that snapshot_${id} was taken from`;
  report.fileFinding({
    code: "pool_root_differs",
    file: poolFile,
    line: null,
    field: null,
    detail,
  });
}

function found(report: Reporter, code: string, name: string, detail: string, line = 0): void {
  const file = `${snapshotFolder}/${shorten(name)}`;
  report.fileFinding({ code, file, line: line === 0 ? null : line, field: null, detail });
}
