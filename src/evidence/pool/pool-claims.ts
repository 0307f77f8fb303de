import { createReporter, type Reporter } from "../verify/reporter.ts";

/** What `assay pool verify` judges; each id has its clause in docs/contracts/pools.md. */
const anchorByClaim = {
  pool_records: "p1-records",
  pool_ids: "p2-ids",
  pool_genomes: "p3-genomes",
  pool_sources: "p4-sources",
  pool_coverage: "p5-coverage",
  pool_checkpoints: "p6-checkpoints",
  pool_snapshots: "p7-snapshots",
  authenticity: "p8-authenticity",
} as const;

export type PoolClaim = keyof typeof anchorByClaim;

export type PoolReporters = Readonly<Record<PoolClaim, Reporter>>;

export const poolClaims: readonly PoolClaim[] = [
  "pool_records",
  "pool_ids",
  "pool_genomes",
  "pool_sources",
  "pool_coverage",
  "pool_checkpoints",
  "pool_snapshots",
  "authenticity",
];

export function clauseOf(claim: PoolClaim): string {
  return `docs/contracts/pools.md#${anchorByClaim[claim]}`;
}

export function createPoolReporters(): PoolReporters {
  const reporter = (claim: PoolClaim): Reporter => createReporter(claim, "");
  return {
    pool_records: reporter("pool_records"),
    pool_ids: reporter("pool_ids"),
    pool_genomes: reporter("pool_genomes"),
    pool_sources: reporter("pool_sources"),
    pool_coverage: reporter("pool_coverage"),
    pool_checkpoints: reporter("pool_checkpoints"),
    pool_snapshots: reporter("pool_snapshots"),
    authenticity: reporter("authenticity"),
  };
}
