import { agentNumber } from "../run/agent-identity.ts";

/** Which ids there are and on which line each stood first: two numbers a record in memory. */
export type IdBook = Readonly<{
  /** The line of an id; null when it is not there. */
  lineOf: (runId: string, agentId: string) => number | null;
  /** Takes an id that is not there yet. */
  add: (runId: string, agentId: string, line: number) => void;
  has: (runId: string) => boolean;
}>;

export function createIdBook(): IdBook {
  const lineByAgentByRun = new Map<string, Map<number, number>>();
  return {
    lineOf: (runId, agentId) => lineByAgentByRun.get(runId)?.get(agentNumber(agentId)) ?? null,
    add(runId, agentId, line): void {
      const lineByAgent = lineByAgentByRun.get(runId) ?? new Map<number, number>();
      lineByAgentByRun.set(runId, lineByAgent.set(agentNumber(agentId), line));
    },
    has: (runId) => lineByAgentByRun.has(runId),
  };
}

/** The parts of `<run_id>:<agent_id>`; null for anything else. */
export function partsOfId(id: string): Readonly<{ runId: string; agentId: string }> | null {
  const [, runId, agentId] = /^(HF_[0-9a-f]{16}):(a(?:\d{6}|[1-9]\d{6,15}))$/.exec(id) ?? [];
  return runId === undefined || agentId === undefined ? null : { runId, agentId };
}
