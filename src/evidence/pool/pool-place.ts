import { dirname, join } from "node:path";
import { stageOnePoolPath } from "../run/layout.ts";

/** Where one gene pool lies: the live file and what stands beside it. */
export type PoolPlace = Readonly<{
  root: string;
  folder: string;
  /** The live pool: append-only, and nobody validates from it. */
  pool: string;
  checkpoints: string;
  snapshots: string;
  /** Held while the pool is appended to or a checkpoint is written. */
  lock: string;
  /** Held while a snapshot is taken. */
  snapshotLock: string;
}>;

/** The name of the pool of screened survivors: a folder under `pools/`, a part of its origin. */
const stageOne = "stage1";

export function poolPlace(root: string): PoolPlace {
  const pool = stageOnePoolPath(root);
  const folder = dirname(pool);
  return {
    root,
    folder,
    pool,
    checkpoints: join(folder, "checkpoints"),
    snapshots: join(folder, "snapshots"),
    lock: join(folder, "pool.lock"),
    snapshotLock: join(folder, "snapshots.lock"),
  };
}

/** How verdicts name the files of the pool: relative to the root. */
export const poolFile: string = `pools/${stageOne}/pool.jsonl`;

export const checkpointFolder: string = `pools/${stageOne}/checkpoints`;

export const snapshotFolder: string = `pools/${stageOne}/snapshots`;

export function checkpointFile(size: number): string {
  return `${checkpointFolder}/${checkpointName(size)}`;
}

export function checkpointName(size: number): string {
  return `${size}.checkpoint`;
}

/** The size that a checkpoint's file name says; null for any other name. */
export function sizeOfCheckpoint(name: string): number | null {
  const [, digits] = /^([1-9]\d{0,15})\.checkpoint$/.exec(name) ?? [];
  const size = Number(digits);
  return digits !== undefined && Number.isSafeInteger(size) ? size : null;
}

/** The three files of a snapshot; only a signed one has a checkpoint. */
export type SnapshotNames = Readonly<{ records: string; document: string; checkpoint: string }>;

export function snapshotNames(id: string): SnapshotNames {
  const stem = `snapshot_${id}`;
  return { records: `${stem}.jsonl`, document: `${stem}.json`, checkpoint: `${stem}.checkpoint` };
}

/** The id in the name of a snapshot's records; null for any other name. */
export function idOfSnapshot(name: string): string | null {
  return /^snapshot_([0-9a-f]{16})\.jsonl$/.exec(name)?.[1] ?? null;
}

/** `assay.local/pool/stage1`: the log of the live pool, the same for ever. */
export function poolOrigin(system: string): string {
  return `${system}/pool/${stageOne}`;
}

/** `assay.local/pool/stage1/snapshot/0123456789abcdef`: the closed log of one snapshot. */
export function snapshotOrigin(system: string, id: string): string {
  return `${poolOrigin(system)}/snapshot/${id}`;
}

/** Whether this is the origin of a stage-1 pool of some system. */
export function isPoolOrigin(origin: string): boolean {
  return origin.endsWith(`/pool/${stageOne}`);
}
