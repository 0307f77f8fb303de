import type { RunTrail, StepTrail, TickTrail } from "./trail.ts";
import { stepKey } from "./trail.ts";

/** The same agent in the same tick of two runs. */
export type StepPair = Readonly<{
  geneId: string;
  left: StepTrail;
  right: StepTrail;
  leftTick: TickTrail;
  rightTick: TickTrail;
}>;

export type Pairing = Readonly<{
  /** By the bar that was decided on where both runs kept it, else by the number of the tick. */
  alignedBy: "bar" | "tick_number";
  /** In the order of the left run: tick by tick, agent by agent. */
  pairs: readonly StepPair[];
  leftOnly: Unpaired;
  rightOnly: Unpaired;
}>;

export type Unpaired = Readonly<{ agents: number; ticks: number; steps: number }>;

/** Finds what can be compared: agents of the same genome, ticks of the same bar. */
export function pairRuns(left: RunTrail, right: RunTrail): Pairing {
  const alignedBy = sharesBars(left, right) ? "bar" : "tick_number";
  const tickPairs = pairTicks(left, right, alignedBy);
  const agentPairs = pairAgents(left, right);
  const pairs: StepPair[] = [];
  for (const [leftTick, rightTick] of tickPairs) {
    for (const { geneId, leftId, rightId } of agentPairs) {
      const one = left.steps.get(stepKey(leftId, leftTick.tick));
      const other = right.steps.get(stepKey(rightId, rightTick.tick));
      if (one === undefined || other === undefined) continue;
      pairs.push({ geneId, left: one, right: other, leftTick, rightTick });
    }
  }
  const rest = (run: RunTrail): Unpaired => ({
    agents: run.agents.size - agentPairs.length,
    ticks: run.ticks.size - tickPairs.length,
    steps: run.steps.size - pairs.length,
  });
  return { alignedBy, pairs, leftOnly: rest(left), rightOnly: rest(right) };
}

function sharesBars(left: RunTrail, right: RunTrail): boolean {
  const bars = barTimes(left);
  return [...barTimes(right)].some((openMs) => bars.has(openMs));
}

function barTimes({ ticks }: RunTrail): ReadonlySet<number> {
  return new Set([...ticks.values()].flatMap(({ barOpenMs }) => barOpenMs ?? []));
}

type TickPair = readonly [TickTrail, TickTrail];

function pairTicks(left: RunTrail, right: RunTrail, by: Pairing["alignedBy"]): readonly TickPair[] {
  const keyOf = ({ tick, barOpenMs }: TickTrail): number | null =>
    by === "bar" ? barOpenMs : tick;
  const rightByKey = new Map([...right.ticks.values()].map((tick) => [keyOf(tick), tick]));
  return [...left.ticks.values()]
    .toSorted((one, other) => one.tick - other.tick)
    .flatMap((tick) => {
      const key = keyOf(tick);
      const other = key === null ? undefined : rightByKey.get(key);
      return other === undefined ? [] : [[tick, other] as const];
    });
}

type AgentPair = Readonly<{ geneId: string; leftId: string; rightId: string }>;

/** Equal names with equal genomes first; what is left is paired by genome, in order of birth. */
function pairAgents(left: RunTrail, right: RunTrail): readonly AgentPair[] {
  const pairs: AgentPair[] = [];
  const taken = new Set<string>();
  const rest: [string, string][] = [];
  for (const { agentId, geneId } of left.agents.values()) {
    if (right.agents.get(agentId)?.geneId === geneId) {
      taken.add(agentId);
      pairs.push({ geneId, leftId: agentId, rightId: agentId });
    } else rest.push([agentId, geneId]);
  }
  for (const [leftId, geneId] of rest) {
    const match = [...right.agents.values()].find(
      (agent) => agent.geneId === geneId && !taken.has(agent.agentId),
    );
    if (match === undefined) continue;
    taken.add(match.agentId);
    pairs.push({ geneId, leftId, rightId: match.agentId });
  }
  return pairs.toSorted((one, other) => (one.leftId < other.leftId ? -1 : 1));
}
