import type { ArtifactName } from "./records.ts";

/** The contract of one file: it is there, is text of our form, and each record fits its schema. */
export type ContractClaim = Readonly<{
  id: string;
  artifact: ArtifactName;
  clause: string;
  /** A claim that proves an empty file right; null when the file is never empty. */
  emptinessProvenBy: string | null;
}>;

export const contractClaims: readonly ContractClaim[] = [
  contract("run_manifest", "a1"),
  contract("seasons", "a2"),
  contract("agent_roster", "a3"),
  contract("genomes_snapshot", "a4"),
  contract("birth_events", "a5"),
  contract("death_events", "a6", "population_balance"),
  contract("survivors", "a7", "population_balance"),
  contract("capital_ledger", "a8"),
  contract("collapse_events", "a9", "survival_kpi"),
  contract("errors", "a10", "summary_figures"),
  contract("multiple_experiments_summary", "a11"),
  contract("gating_telemetry", "a12"),
  contract("execution_fingerprint", "a13"),
  contract("behaviors", "a14"),
  contract("genomes_matrix", "a15"),
];

function contract(
  artifact: ArtifactName,
  number: string,
  emptinessProvenBy: string | null = null,
): ContractClaim {
  return {
    id: `contract_${artifact}`,
    artifact,
    clause: `docs/contracts/run-directory.md#${number}-${artifact}`,
    emptinessProvenBy,
  };
}
