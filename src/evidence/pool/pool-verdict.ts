import { bytesToBase64 } from "#base";
import type { ClaimVerdict, Finding, Verdict } from "../artifacts/verdict.ts";
import { trustedKeys } from "../keys/policy.ts";
import { judge, overallOf } from "../verify/judge.ts";
import type { CheckpointFacts } from "./check-checkpoints.ts";
import type { SnapshotFacts } from "./check-snapshots.ts";
import type { SourceFacts } from "./check-sources.ts";
import type { IdBook } from "./id-book.ts";
import type { CheckpointFolder } from "./pool-checkpoints.ts";
import { clauseOf, type PoolClaim, type PoolReporters, poolClaims } from "./pool-claims.ts";
import { maxPoolRecords, type PoolTree } from "./pool-tree.ts";
import type { PoolTrust } from "./pool-trust.ts";

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
  /** Whether this state of the pool was kept beside the keys as the newest seen. */
  remembered: boolean;
}>;

/** What one pass over the lines found out. */
export type PoolPass = Readonly<{
  tree: PoolTree;
  ids: IdBook;
  rootBySize: ReadonlyMap<number, Uint8Array>;
  bytes: number;
  sources: SourceFacts;
  isTooLarge: boolean;
}>;

/** Everything a verdict on a pool stands on. */
export type PoolParts = Readonly<{
  pass: PoolPass;
  folder: CheckpointFolder;
  facts: CheckpointFacts;
  snapshots: SnapshotFacts;
  missing: readonly string[];
}>;

export function poolVerdictOf(
  parts: PoolParts,
  options: PoolVerifyOptions,
  report: PoolReporters,
): PoolVerdict {
  const { pass, folder, facts, snapshots, missing } = parts;
  const claims = judge(
    poolClaims.map((id) => ({
      id,
      clause: clauseOf(id),
      log: report[id].log(),
      notApplicable: report[id].log().total > 0 ? null : whyNotApplicable(id, parts, options),
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
    remembered: false,
  };
}

function whyNotApplicable(
  claim: PoolClaim,
  { snapshots }: PoolParts,
  { integrityOnly }: PoolVerifyOptions,
): string | null {
  if (claim === "authenticity" && integrityOnly) return "integrity_only";
  return claim === "pool_snapshots" && snapshots.snapshots === 0 ? "no_snapshot" : null;
}

function whyNotMeasurable(
  claim: PoolClaim,
  parts: PoolParts,
  { trust }: PoolVerifyOptions,
): string | null {
  const { pass, folder, missing } = parts;
  if (pass.isTooLarge && claim !== "authenticity") return `more_than_${maxPoolRecords}_records`;
  const { present, absent } = pass.sources;
  if (claim === "pool_sources" && absent > 0) {
    return `${absent} of ${present + absent} source_runs_absent`;
  }
  if (claim === "pool_coverage" && missing.length > 0) {
    return `${missing.length} runs_not_in_pool`;
  }
  if (claim === "pool_checkpoints" && folder.notes.length === 0) return "no_checkpoint";
  return claim === "authenticity" ? whyUnproven(parts, trust) : null;
}

function whyUnproven(
  { pass: { tree }, folder: { notes }, facts: { newestTrusted }, snapshots }: PoolParts,
  { policy }: PoolTrust,
): string | null {
  if (policy === null) return "no_trust_policy";
  if (trustedKeys(policy, "pool").length === 0) return "no_pool_key_trusted";
  if (notes.length === 0 || newestTrusted === null) return "no_checkpoint";
  const unsigned = tree.size - newestTrusted.checkpoint.size;
  if (unsigned > 0) return `${unsigned} records_unsigned`;
  return snapshots.unsigned > 0 ? `${snapshots.unsigned} snapshots_unsigned` : null;
}
