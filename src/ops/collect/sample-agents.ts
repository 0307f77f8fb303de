import type { Fault, Millis, Result } from "#base";
import {
  executionStateCodec,
  healthCodec,
  healthMaxAgeSeconds,
  judgeHealthProbe,
  opsStatusCodec,
  type RosterAgent,
  type RosterName,
  roster,
} from "#protocol";
import type { Addresses, AgentSample, PathSample } from "./agent-sample.ts";
import type { Answer, Get } from "./get.ts";

/** Asks every agent of the roster at once, in the roster's order. Nothing that fails stops it. */
export async function sampleAgents(
  get: Get,
  addresses: Addresses,
  nowMs: () => Millis,
): Promise<readonly AgentSample[]> {
  return Promise.all(
    roster.agents.map((agent) =>
      sampleAgent(get, agent, addresses.get(agent.agent_name) ?? null, nowMs),
    ),
  );
}

/** Each agent at the port that the roster gives it, on this machine. */
export function rosterAddresses(host = "127.0.0.1"): Map<RosterName, string> {
  return new Map(
    roster.agents.flatMap(({ agent_name, port_default }) =>
      port_default === null ? [] : [[agent_name, `http://${host}:${port_default}`] as const],
    ),
  );
}

async function sampleAgent(
  get: Get,
  agent: RosterAgent,
  address: string | null,
  nowMs: () => Millis,
): Promise<AgentSample> {
  if (address === null) return unasked(agent);
  const faults: Fault[] = [];
  const paths = pathsOf(agent);
  const answers = await Promise.all(paths.map((path) => get(`${address}${path}`)));
  const answerOf = (path: string): Answer | null => answers[paths.indexOf(path)] ?? null;
  const read = <T>(path: string, readText: (text: string) => Result<T, Fault>): T | null => {
    const answer = answerOf(path);
    if (answer?.state !== "answered") return null;
    const value = readText(answer.text);
    if (value.ok) return value.value;
    faults.push({ ...value.fault, at: `${path} ${value.fault.at ?? ""}`.trim() });
    return null;
  };
  const health = answerOf("/healthz");
  return {
    agent,
    address,
    paths: paths.map((path, index) => pathSample(path, answers[index])),
    ops: read("/ops/status", opsStatusCodec.readText),
    health:
      health === null
        ? null
        : {
            body: read("/healthz", healthCodec.readText),
            verdict: judgeHealthProbe(
              health.state === "too_large" ? { state: "unreachable" } : health,
              nowMs(),
              { maxAgeMs: healthMaxAgeSeconds * 1000 },
            ),
          },
    execution: read("/state", executionStateCodec.readText),
    faults,
  };
}

function unasked(agent: RosterAgent): AgentSample {
  return {
    agent,
    address: null,
    paths: [],
    ops: null,
    health: null,
    execution: null,
    faults: [],
  };
}

const wanted = ["/livez", "/readyz", "/health", "/healthz", "/ops/status", "/state"];

function pathsOf(agent: RosterAgent): readonly string[] {
  return wanted.filter((path) => agent.endpoints.includes(`GET ${path}`));
}

function pathSample(path: string, answer: Answer | undefined): PathSample {
  if (answer?.state === "answered") return { path, status: answer.status, trouble: null };
  return { path, status: null, trouble: answer?.state ?? "unreachable" };
}
