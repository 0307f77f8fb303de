/** PASS was seen, FAIL was seen, UNKNOWN could not be seen and counts as no. */
export type Check = Readonly<{
  name: string;
  status: "PASS" | "FAIL" | "UNKNOWN";
  detail: string;
}>;

/** P0 pages at once, P1 in market hours, P2 is looked at the same day. */
export type Escalation = Readonly<{ level: "P0" | "P1" | "P2"; rule: string; detail: string }>;

export type Posture = Readonly<{
  /** GO only when every check passed. */
  verdict: "GO" | "NO_GO" | "UNKNOWN";
  checks: readonly Check[];
  escalations: readonly Escalation[];
}>;
