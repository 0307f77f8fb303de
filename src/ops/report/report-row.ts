/** Who made the report and when; everything else follows from the samples. */
export type ReportMeta = Readonly<{
  generated_utc: string;
  version: string;
  git_sha: string | null;
}>;

export type Summary = Readonly<Record<string, number | string>>;

export type Row = Readonly<{
  agent_name: string;
  criticality: string;
  owner: string;
  expected: string;
  verdict: "ok" | "degraded" | "halted" | "off" | "unknown";
  mode: string | null;
  state: string | null;
  reason_codes: readonly string[];
  build_id: string | null;
  paths: readonly Readonly<{ path: string; status: number | null; trouble: string | null }>[];
}>;
