import { lstatSync } from "node:fs";
import { err, type Fault, ok, type Result } from "#base";
import { noteVerifiers, trustedKeys } from "../keys/policy.ts";
import { recallCheckpoint, rememberCheckpoint } from "../log/witness-memory.ts";
import { rootOfSize } from "../merkle/proof.ts";
import { shorten } from "../reading/problem.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { checkCheckpoints } from "./check-checkpoints.ts";
import { createRecordChecker } from "./check-record.ts";
import { checkSnapshots } from "./check-snapshots.ts";
import { createSourceComparer, runsNotInPool } from "./check-sources.ts";
import { createIdBook } from "./id-book.ts";
import { type CheckpointFolder, listCheckpoints, namesIn } from "./pool-checkpoints.ts";
import { createPoolReporters, type PoolReporters } from "./pool-claims.ts";
import { checkpointFolder, type PoolPlace, poolFile, poolOrigin, poolPlace } from "./pool-place.ts";
import { createLeafHasher, createPoolTree, maxPoolRecords } from "./pool-tree.ts";
import { noTrust, type PoolTrust } from "./pool-trust.ts";
import {
  type PoolParts,
  type PoolPass,
  type PoolVerdict,
  type PoolVerifyOptions,
  poolVerdictOf,
} from "./pool-verdict.ts";
import { readPool } from "./read-pool.ts";

/**
 * Checks the stage-1 pool under a root from files alone: each line, ids, weights, the sealed runs
 * behind the records, all checkpoints and snapshots. A clean pool is remembered where there is a
 * memory. Faults: pool_missing, and those of the store when a folder cannot be listed.
 */
export function verifyPool(root: string, options: PoolVerifyOptions): Result<PoolVerdict, Fault> {
  const place = poolPlace(root);
  for (let attempt = 1; ; attempt++) {
    const before = stateOf(place);
    const verdict = verifyOnce(root, options);
    if (!verdict.ok || verdict.value.verdict !== "FAIL" || attempt === maxAttempts) return verdict;
    // A writer may be in the middle of a line or a snapshot: then the pool moves on, and damage
    // does not.
    const mayMove = verdict.value.findings.some(({ code }) => unfinished.has(code));
    if (mayMove) Atomics.wait(pause, 0, 0, pauseMs);
    if (stateOf(place) === before) return verdict;
  }
}

const tornCode = "pool_tail_torn";
const unfinished: ReadonlySet<string> = new Set([tornCode, "snapshot_unverified"]);
const maxAttempts = 5;
const pauseMs = 50;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Another text after every append and every new file. */
function stateOf({ pool, checkpoints, snapshots }: PoolPlace): string {
  const stats = [pool, checkpoints, snapshots].map((path) =>
    lstatSync(path, { throwIfNoEntry: false, bigint: true }),
  );
  return stats.map((stat) => `${stat?.size ?? 0} ${stat?.mtimeNs ?? 0}`).join();
}

function verifyOnce(root: string, options: PoolVerifyOptions): Result<PoolVerdict, Fault> {
  const fs = nodeFileSystem;
  const place = poolPlace(root);
  const trust = options.integrityOnly ? noTrust : options.trust;
  // Before the pool, so that what is appended meanwhile cannot look like a pool gone back.
  const folder = listCheckpoints(fs, place);
  if (!folder.ok) return folder;
  const snapshotFiles = namesIn(fs, place.snapshots);
  if (!snapshotFiles.ok) return snapshotFiles;
  const report = createPoolReporters();
  const pass = readWholePool(place, { folder: folder.value, trust }, report);
  if (!pass.ok) return pass;
  const { tree, rootBySize } = pass.value;
  const facts = checkCheckpoints({ notes: folder.value.notes, tree, rootBySize, trust }, report);
  for (const name of folder.value.strangers) {
    const file = `${checkpointFolder}/${shorten(name)}`;
    const finding = { code: "checkpoint_stranger", file, line: null, field: null };
    report.pool_checkpoints.fileFinding({ ...finding, detail: "is no checkpoint of a size" });
  }
  const under = { names: snapshotFiles.value, place, tree, policy: trust.policy };
  const snapshots = checkSnapshots(fs, under, report.pool_snapshots);
  const missing = runsNotInPool(root, pass.value.ids.has, report.pool_coverage);
  const parts = {
    pass: pass.value,
    folder: folder.value,
    facts,
    snapshots,
    missing,
  };
  const verdict = poolVerdictOf(parts, { ...options, trust }, report);
  return ok({ ...verdict, remembered: remember(verdict, parts, trust) });
}

type PassOptions = Readonly<{ folder: CheckpointFolder; trust: PoolTrust }>;

/** One pass over the lines; every claim about single records hears each of them. */
function readWholePool(
  place: PoolPlace,
  options: PassOptions,
  report: PoolReporters,
): Result<PoolPass, Fault> {
  const tree = createPoolTree();
  const ids = createIdBook();
  const hashLeaf = createLeafHasher();
  const check = createRecordChecker();
  const sources = createSourceComparer(place.root, report.pool_sources);
  const sizes = new Set(options.folder.notes.map(({ size }) => size));
  const rootBySize = new Map<number, Uint8Array>();
  let isTooLarge = false;

  const end = readPool(nodeFileSystem, place.pool, {
    line(bytes, line): void {
      isTooLarge ||= tree.size >= maxPoolRecords;
      if (isTooLarge) return;
      const leaf = hashLeaf(bytes);
      tree.add(leaf);
      if (sizes.has(line)) rootBySize.set(line, tree.root());
      report.pool_records.count();
      const { record, problems } = check(bytes, line);
      for (const { claim, code, field, detail } of problems) {
        report[claim].fileFinding({ code, file: poolFile, line, field, detail });
      }
      if (record === null) return;
      report.pool_genomes.count();
      report.pool_ids.count();
      const { agent_id, source } = record;
      const known = ids.lineOf(source.run_id, agent_id);
      if (known === null) ids.add(source.run_id, agent_id, line);
      else
        lineFinding(report.pool_ids, "pool_id_repeated", line, `${record.id} is on line ${known}`);
      sources.take(record, leaf, line);
    },
    tooLong(line): void {
      tree.add(hashLeaf(new Uint8Array(0)));
      lineFinding(report.pool_records, "line_too_long", line, "longer than any record");
    },
  });
  if (!end.ok && end.fault.code === "store_missing") return readNoPool(place, options, report);
  if (!end.ok) return end;
  const { lines, bytes, tornBytes } = end.value;
  if (tornBytes > 0) {
    const detail = `${tornBytes} bytes without a line end: a write was torn`;
    lineFinding(report.pool_records, tornCode, lines + 1, detail);
  }
  return ok({ tree, ids, rootBySize, bytes, sources: sources.end(), isTooLarge });
}

function lineFinding(
  report: PoolReporters["pool_ids"],
  code: string,
  line: number,
  detail: string,
): void {
  report.fileFinding({ code, file: poolFile, line, field: null, detail });
}

/** Something speaks of a pool that is not there: it was removed. Else there never was one. */
function readNoPool(
  place: PoolPlace,
  { folder, trust }: PassOptions,
  report: PoolReporters,
): Result<PoolPass, Fault> {
  const snapshots = namesIn(nodeFileSystem, place.snapshots);
  if (!snapshots.ok) return snapshots;
  const traces = folder.notes.length + snapshots.value.length;
  if (traces === 0 && !isRemembered(trust)) {
    const message = "no pool under this root yet; assay evolve makes one";
    return err({ code: "pool_missing", message, at: place.pool });
  }
  const finding = { code: "pool_removed", file: poolFile, line: null, field: null };
  const detail = "is gone; checkpoints, snapshots or what was seen before speak of it";
  report.pool_records.fileFinding({ ...finding, detail });
  const sources = { present: 0, absent: 0 };
  const nothing = { rootBySize: new Map(), bytes: 0, sources, isTooLarge: false };
  return ok({ tree: createPoolTree(), ids: createIdBook(), ...nothing });
}

function isRemembered({ policy, memory }: PoolTrust): boolean {
  if (policy === null || memory === null) return false;
  const verifiers = noteVerifiers(trustedKeys(policy, "pool"));
  const known = recallCheckpoint(memory, poolOrigin(policy.system), verifiers);
  return !known.ok || (known.value?.size ?? 0) > 0;
}

/**
 * Only a pool that nothing speaks against is remembered as the newest state of it. A memory that
 * cannot be written to, or that saw a newer state meanwhile, changes nothing in the verdict.
 */
function remember(
  { verdict }: PoolVerdict,
  { pass, facts }: PoolParts,
  { policy, memory }: PoolTrust,
): boolean {
  const { newestTrusted } = facts;
  if (verdict === "FAIL" || policy === null || memory === null || newestTrusted === null) {
    return false;
  }
  const rootAt = (size: number): Uint8Array | null =>
    size > pass.tree.size ? null : rootOfSize(size, pass.tree.nodes());
  const verifiers = noteVerifiers(trustedKeys(policy, "pool"));
  return rememberCheckpoint(memory, { ...newestTrusted, rootAt }, verifiers).ok;
}
