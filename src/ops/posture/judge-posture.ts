import { type AgentSample, isUp, statusOf } from "../collect/agent-sample.ts";
import type { Check, Escalation, Posture } from "./posture.ts";

/**
 * What the samples say about the whole mesh. Pure: the same samples give the same posture. A check
 * that could not be made is UNKNOWN, and UNKNOWN is never GO (seeds/002, escalation rules).
 */
export function judgePosture(samples: readonly AgentSample[]): Posture {
  const checks = [
    executionOff(samples),
    switchHalted(samples),
    dataFresh(samples),
    agentsUp(samples),
    contractsKept(samples),
    oneVersion(samples),
  ];
  const verdict = checks.some(({ status }) => status === "FAIL")
    ? "NO_GO"
    : checks.every(({ status }) => status === "PASS")
      ? "GO"
      : "UNKNOWN";
  return { verdict, checks, escalations: escalationsOf(checks, samples) };
}

/** Absent is off. One that answers has to say itself that nothing can leave. */
function executionOff(samples: readonly AgentSample[]): Check {
  const name = "execution_off";
  const sample = samples.find(({ agent }) => agent.agent_name === "execution-agent");
  if (sample === undefined || sample.address === null) {
    return { name, status: "UNKNOWN", detail: "nobody said where execution-agent would answer" };
  }
  if (sample.paths.every(({ trouble }) => trouble === "unreachable")) {
    return { name, status: "PASS", detail: "execution-agent does not run" };
  }
  const { execution } = sample;
  if (execution === null) {
    return { name, status: "UNKNOWN", detail: "execution-agent is there and its state is not" };
  }
  const { mode, state, may_execute, gates } = execution;
  const detail = `mode ${mode}, state ${state}, armed ${String(gates.armed.held)}`;
  const off = mode === "OFF" && !may_execute && !gates.armed.held;
  return { name, status: off ? "PASS" : "FAIL", detail };
}

/** An off switch outside an armed window is a finding of the first rank, whoever reads it. */
function switchHalted(samples: readonly AgentSample[]): Check {
  const name = "kill_switch_halted";
  const readings = samples.flatMap(({ agent, ops, execution }) => {
    const reading = execution?.gates.switch ?? ops?.safety.kill_switch ?? null;
    return reading === null ? [] : [{ agent: agent.agent_name, reading }];
  });
  if (readings.length === 0) {
    return { name, status: "UNKNOWN", detail: "no agent told its reading of the kill switch" };
  }
  const open = readings.filter(({ reading }) => reading.value !== "halted");
  if (open.length === 0) {
    return { name, status: "PASS", detail: `${readings.length} agents read it as halted` };
  }
  const who = open.map(({ agent }) => agent).join(", ");
  return { name, status: "FAIL", detail: `read as off by ${who}` };
}

function dataFresh(samples: readonly AgentSample[]): Check {
  const name = "marketdata_fresh";
  const sample = samples.find(({ health }) => health !== null);
  if (sample === undefined || sample.health === null) {
    return { name, status: "UNKNOWN", detail: "nobody was asked for /healthz" };
  }
  const { fresh, reason, ageMs } = sample.health.verdict;
  const age = ageMs === null ? "no tick" : `last tick ${(ageMs / 1000).toFixed(1)} s ago`;
  return { name, status: fresh ? "PASS" : "FAIL", detail: `${reason}, ${age}` };
}

function agentsUp(samples: readonly AgentSample[]): Check {
  const name = "agents_up";
  const due = samples.filter(({ agent }) => agent.process === "in_mesh");
  const unasked = due.filter(({ address }) => address === null);
  const down = due.filter((sample) => sample.address !== null && !isReady(sample));
  if (down.length > 0) {
    return { name, status: "FAIL", detail: `not ready: ${namesOf(down)}` };
  }
  if (unasked.length > 0) {
    return { name, status: "UNKNOWN", detail: `no address: ${namesOf(unasked)}` };
  }
  return { name, status: "PASS", detail: `${due.length} of ${due.length} live and ready` };
}

function contractsKept(samples: readonly AgentSample[]): Check {
  const name = "contracts_kept";
  const breaking = samples.filter(({ faults }) => faults.length > 0);
  if (breaking.length > 0) {
    return { name, status: "FAIL", detail: `malformed answers: ${namesOf(breaking)}` };
  }
  const told = samples.filter(({ ops }) => ops !== null);
  if (told.length === 0) return { name, status: "UNKNOWN", detail: "nobody told its status" };
  return { name, status: "PASS", detail: `${told.length} statuses read` };
}

/** One machine of eight without the new code was enough once. */
function oneVersion(samples: readonly AgentSample[]): Check {
  const name = "one_version";
  const builds = new Set(samples.flatMap(({ ops }) => (ops === null ? [] : [ops.build_id])));
  if (builds.size === 0) return { name, status: "UNKNOWN", detail: "nobody told its build" };
  const listed = [...builds].sort().join(", ");
  return { name, status: builds.size === 1 ? "PASS" : "FAIL", detail: listed };
}

function isReady(sample: AgentSample): boolean {
  return statusOf(sample, "/livez") === 200 && statusOf(sample, "/readyz") === 200;
}

function escalationsOf(
  checks: readonly Check[],
  samples: readonly AgentSample[],
): readonly Escalation[] {
  const failed = (name: string): Check | undefined =>
    checks.find((check) => check.name === name && check.status === "FAIL");
  const raised: Escalation[] = [];
  const execution = checks.find(({ name }) => name === "execution_off");
  const halted = checks.find(({ name }) => name === "kill_switch_halted");
  if (execution !== undefined && execution.status !== "PASS") {
    const why = "execution might be enabled unintentionally";
    raised.push({ level: "P0", rule: "execution_not_off", detail: `${why}: ${execution.detail}` });
    if (halted?.status === "UNKNOWN") {
      raised.push({ level: "P0", rule: "switch_unconfirmed", detail: halted.detail });
    }
  }
  if (halted?.status === "FAIL") {
    raised.push({ level: "P0", rule: "switch_off_outside_window", detail: halted.detail });
  }
  const gate = falsePositives(samples);
  if (gate.length > 0) {
    raised.push({ level: "P0", rule: "freshness_false_positive", detail: gate.join(", ") });
  }
  const stale = failed("marketdata_fresh");
  if (stale !== undefined && isExpectedFresh(samples)) {
    raised.push({ level: "P1", rule: "marketdata_stale", detail: stale.detail });
  }
  const down = samples.filter(
    (sample) => sample.agent.process === "in_mesh" && sample.address !== null && !isReady(sample),
  );
  for (const sample of down) {
    const { agent_name, criticality } = sample.agent;
    const level = criticality === "P3" ? "P2" : criticality === "P2" ? "P2" : "P1";
    const detail = isUp(sample) ? `${agent_name} is not ready` : `${agent_name} does not answer`;
    raised.push({ level, rule: "agent_down", detail });
  }
  return raised;
}

/** A service that calls its data fresh where we, from the same tick, do not. */
function falsePositives(samples: readonly AgentSample[]): readonly string[] {
  return samples.flatMap(({ agent, health }) =>
    health !== null && health.body?.ok === true && !health.verdict.fresh
      ? [`${agent.agent_name}: ${health.verdict.reason}`]
      : [],
  );
}

/** Only a feed that says itself that no ticks are due is excused from waking anybody. */
function isExpectedFresh(samples: readonly AgentSample[]): boolean {
  return !samples.some(({ health }) => health?.body?.expected_fresh === false);
}

function namesOf(samples: readonly AgentSample[]): string {
  return samples.map(({ agent }) => agent.agent_name).join(", ");
}
