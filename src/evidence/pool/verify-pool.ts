import { bytesToBase64, err, type Fault, ok, type Result } from "#base";
import type { ClaimVerdict, Finding, Verdict } from "../artifacts/verdict.ts";
import { noteVerifiers, trustedKeys } from "../keys/policy.ts";
import { recallCheckpoint, rememberCheckpoint } from "../log/witness-memory.ts";
import { rootOfSize } from "../merkle/proof.ts";
import { shorten } from "../reading/problem.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { judge, overallOf } from "../verify/judge.ts";
import { type CheckpointFacts, checkCheckpoints } from "./check-checkpoints.ts";
import { createRecordChecker } from "./check-record.ts";
import { checkSnapshots, type SnapshotFacts } from "./check-snapshots.ts";
import { createSourceComparer, runsNotInPool, type SourceFacts } from "./check-sources.ts";
import { createIdBook, type IdBook } from "./id-book.ts";
import { type CheckpointFolder, listCheckpoints, namesIn } from "./pool-checkpoints.ts";
import {
  clauseOf,
  createPoolReporters,
  type PoolClaim,
  type PoolReporters,
  poolClaims,
} from "./pool-claims.ts";
import { checkpointFolder, type PoolPlace, poolFile, poolOrigin, poolPlace } from "./pool-place.ts";
import { createLeafHasher, createPoolTree, maxPoolRecords, type PoolTree } from "./pool-tree.ts";
import { noTrust, type PoolTrust } from "./pool-trust.ts";
import { readPool } from "./read-pool.ts";

export type PoolVerifyOptions = Readonly<{
  trust: PoolTrust;
  /** Drops the claim about who signed; the verdict says so. */
  integrityOnly: boolean;
}>;

/** The outcome of looking through the live pool with its checkpoints and snapshots. */
export type PoolVerdict = Readonly<{
  schema_version: "pool_verdict/1";
  pool: "stage1";
  verdict: Verdict["verdict"];
  reasons: readonly string[];
  claims: readonly ClaimVerdict[];
  findings: readonly Finding[];
  findings_left_out: number;
  records: number;
  bytes: number;
  /** RFC 9162 root over the lines, base64. */
  root: string;
  checkpoints: number;
  /** Records that the newest trusted checkpoint signs; null when none is trusted. */
  signed_records: number | null;
  snapshots: number;
  unsigned_snapshots: number;
  source_runs: number;
  source_runs_absent: number;
  /** Complete sealed runs without a record here, at most 20 of them. */
  runs_not_in_pool: readonly string[];
}>;

/**
 * Checks the stage-1 pool under a root from files alone: each line, ids, weights, the sealed runs
 * behind the records, all checkpoints and snapshots. A clean pool is remembered where there is a
 * memory. Faults: pool_missing, and those of the store when a folder cannot be listed.
 */
export function verifyPool(root: string, options: PoolVerifyOptions): Result<PoolVerdict, Fault> {
  const fs = nodeFileSystem;
  const place = poolPlace(root);
  const trust = options.integrityOnly ? noTrust : options.trust;
  // Before the pool, so that what is appended meanwhile cannot look like a pool gone back.
  const folder = listCheckpoints(fs, place);
  if (!folder.ok) return folder;
  const report = createPoolReporters();
  const pass = readWholePool(place, { folder: folder.value, trust }, report);
  if (!pass.ok) return pass;
  const { tree } = pass.value;
  const rootBySize = pass.value.rootBySize;
  const facts = checkCheckpoints({ notes: folder.value.notes, tree, rootBySize, trust }, report);
  for (const name of folder.value.strangers) {
    const file = `${checkpointFolder}/${shorten(name)}`;
    const finding = { code: "checkpoint_stranger", file, line: null, field: null };
    report.pool_checkpoints.fileFinding({ ...finding, detail: "is no checkpoint of a size" });
  }
  const under = { place, tree, policy: trust.policy };
  const snapshots = checkSnapshots(fs, under, report.pool_snapshots);
  if (!snapshots.ok) return snapshots;
  const missing = runsNotInPool(root, pass.value.ids.has, report.pool_coverage);
  const parts = {
    pass: pass.value,
    folder: folder.value,
    facts,
    snapshots: snapshots.value,
    missing,
  };
  const verdict = verdictOf(parts, { ...options, trust }, report);
  const kept = remember(verdict, parts, trust);
  return kept.ok ? ok(verdict) : kept;
}

type Pass = Readonly<{
  tree: PoolTree;
  ids: IdBook;
  rootBySize: ReadonlyMap<number, Uint8Array>;
  bytes: number;
  sources: SourceFacts;
  isTooLarge: boolean;
}>;

type PassOptions = Readonly<{ folder: CheckpointFolder; trust: PoolTrust }>;

/** One pass over the lines; every claim about single records hears each of them. */
function readWholePool(
  place: PoolPlace,
  options: PassOptions,
  report: PoolReporters,
): Result<Pass, Fault> {
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
    lineFinding(report.pool_records, "pool_tail_torn", lines + 1, detail);
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
): Result<Pass, Fault> {
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

type Parts = Readonly<{
  pass: Pass;
  folder: CheckpointFolder;
  facts: CheckpointFacts;
  snapshots: SnapshotFacts;
  missing: readonly string[];
}>;

function verdictOf(parts: Parts, options: PoolVerifyOptions, report: PoolReporters): PoolVerdict {
  const { pass, folder, facts, snapshots, missing } = parts;
  const claims = judge(
    poolClaims.map((id) => ({
      id,
      clause: clauseOf(id),
      log: report[id].log(),
      notApplicable: whyNotApplicable(id, parts, options),
      notMeasurable: whyNotMeasurable(id, parts, options),
      emptinessProvenBy: null,
    })),
  );
  const logs = poolClaims.map((id) => report[id].log());
  const findings = logs.flatMap((log) => log.findings);
  const total = logs.reduce((sum, log) => sum + log.total, 0);
  return {
    schema_version: "pool_verdict/1",
    pool: "stage1",
    ...overallOf(claims),
    claims,
    findings,
    findings_left_out: total - findings.length,
    records: pass.tree.size,
    bytes: pass.bytes,
    root: bytesToBase64(pass.tree.root()),
    checkpoints: folder.notes.length,
    signed_records: facts.newestTrusted?.checkpoint.size ?? null,
    snapshots: snapshots.snapshots,
    unsigned_snapshots: snapshots.unsigned,
    source_runs: pass.sources.present + pass.sources.absent,
    source_runs_absent: pass.sources.absent,
    runs_not_in_pool: missing.slice(0, 20),
  };
}

function whyNotApplicable(
  claim: PoolClaim,
  { snapshots }: Parts,
  { integrityOnly }: PoolVerifyOptions,
): string | null {
  if (claim === "authenticity" && integrityOnly) return "integrity_only";
  return claim === "pool_snapshots" && snapshots.snapshots === 0 ? "no_snapshot" : null;
}

function whyNotMeasurable(
  claim: PoolClaim,
  { pass, folder, facts, missing }: Parts,
  { trust }: PoolVerifyOptions,
): string | null {
  if (pass.isTooLarge && claim !== "authenticity") return `more_than_${maxPoolRecords}_records`;
  const { present, absent } = pass.sources;
  if (claim === "pool_sources" && absent > 0) {
    return `${absent} of ${present + absent} source_runs_absent`;
  }
  if (claim === "pool_coverage" && missing.length > 0) {
    return `${missing.length} runs_not_in_pool`;
  }
  if (claim === "pool_checkpoints" && folder.notes.length === 0) return "no_checkpoint";
  return claim === "authenticity" ? whyUnproven(pass, folder, facts, trust) : null;
}

function whyUnproven(
  { tree }: Pass,
  { notes }: CheckpointFolder,
  { newestTrusted }: CheckpointFacts,
  { policy }: PoolTrust,
): string | null {
  if (policy === null) return "no_trust_policy";
  if (trustedKeys(policy, "pool").length === 0) return "no_pool_key_trusted";
  if (notes.length === 0 || newestTrusted === null) return "no_checkpoint";
  const unsigned = tree.size - newestTrusted.checkpoint.size;
  return unsigned > 0 ? `${unsigned} records_unsigned` : null;
}

/** Only a pool that nothing speaks against is remembered as the newest state of it. */
function remember(
  verdict: PoolVerdict,
  { pass, facts }: Parts,
  { policy, memory }: PoolTrust,
): Result<void, Fault> {
  const { newestTrusted } = facts;
  if (verdict.verdict === "FAIL" || policy === null || memory === null || newestTrusted === null) {
    return ok(undefined);
  }
  const rootAt = (size: number): Uint8Array | null =>
    size > pass.tree.size ? null : rootOfSize(size, pass.tree.nodes());
  const verifiers = noteVerifiers(trustedKeys(policy, "pool"));
  const seen = { ...newestTrusted, rootAt };
  return rememberCheckpoint(memory, seen, verifiers);
}
