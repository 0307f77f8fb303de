import { canonicalJson } from "#base";

/** What became of a request. */
export type ExperimentOutcome = Readonly<{
  /**
   * - done: every run has landed, now or before.
   * - stopped: asked to stop; finished runs have landed.
   * - refused: nothing was run.
   * - failed: a run or the landing did not come to its end.
   */
  outcome: "done" | "stopped" | "refused" | "failed";
  reason_code: string | null;
  message: string | null;
  campaign_id: string | null;
  dataset_id: string | null;
  rows: readonly Readonly<{ seed: number; run_id: string; state: string }>[];
  wall_seconds: number;
  /** Whether the runs were signed by the installation's keys. */
  signed: boolean;
}>;

/** `<root>/audit_artifacts/research/<experiment_id>/report.json`, beside `request.json`. */
export type ExperimentReport = ExperimentOutcome &
  Readonly<{
    schema: "assay.research/1";
    experiment_id: string;
    /** Of the bytes of `request.json`. */
    request_sha256: string;
    started_utc: string;
    ended_utc: string;
  }>;

export function reportText(report: ExperimentReport): string {
  return `${canonicalJson(report)}\n`;
}
