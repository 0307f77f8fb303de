import type { Fault } from "#base";
import type {
  ExecutionState,
  HealthBody,
  HealthVerdict,
  OpsStatus,
  RosterAgent,
  RosterName,
} from "#protocol";

/** Where each agent answers; one that is absent is not expected anywhere. */
export type Addresses = ReadonlyMap<RosterName, string>;

export type PathSample = Readonly<{
  path: string;
  /** Null when nobody answered, with `trouble` saying why. */
  status: number | null;
  trouble: "timed_out" | "unreachable" | "too_large" | null;
}>;

/** What one agent said at one time. What it did not say is null, never a default. */
export type AgentSample = Readonly<{
  agent: RosterAgent;
  /** Null: it has no address, as a batch has none. */
  address: string | null;
  paths: readonly PathSample[];
  ops: OpsStatus | null;
  /** Of the agent that serves the freshness contract: its words, and our own judgement. */
  health: Readonly<{ body: HealthBody | null; verdict: HealthVerdict }> | null;
  /** Of the execution agent. */
  execution: ExecutionState | null;
  /** Answers that do not keep to their contract. */
  faults: readonly Fault[];
}>;

/** Whether anything answered at all. */
export function isUp(sample: AgentSample): boolean {
  return sample.paths.some(({ status }) => status !== null);
}

export function statusOf(sample: AgentSample, path: string): number | null {
  return sample.paths.find((asked) => asked.path === path)?.status ?? null;
}
