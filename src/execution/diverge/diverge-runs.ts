import { type Fault, ok, type Result } from "#base";
import {
  type AttributeOptions,
  attributeStep,
  type Cause,
  causes,
  type Difference,
} from "./attribute.ts";
import { type Pairing, pairRuns, type StepPair } from "./pair-runs.ts";
import { readTrail } from "./read-trail.ts";
import type { RunTrail } from "./trail.ts";

/** A difference in its place. */
export type PlacedDifference = Readonly<{
  tick_left: number;
  tick_right: number;
  agent_left: string;
  agent_right: string;
  gene_id: string;
  what: Difference["what"];
  fill_index: number | null;
  left: string;
  right: string;
  cause: Cause;
  /** Null where it began here; else the earlier difference that it follows from. */
  follows: Readonly<{ tick_left: number; agent_left: string }> | null;
  detail: string;
}>;

export type CauseCount = Readonly<{ cause: Cause; began: number; followed: number }>;

/** Why two runs of the same decisions differ. */
export type Divergence = Readonly<{
  schema_version: "divergence/1";
  run_left: string;
  run_right: string;
  aligned_by: Pairing["alignedBy"];
  latency_ms: number;
  steps_compared: number;
  steps_equal: number;
  only_left: Pairing["leftOnly"];
  only_right: Pairing["rightOnly"];
  causes: readonly CauseCount[];
  differences: readonly PlacedDifference[];
}>;

/** Arrivals that are closer than this say nothing about speed. */
export const defaultLatencyMs = 25;

/** Compares two run directories. Faults: those of readTrail. */
export function divergeRuns(
  left: string,
  right: string,
  options: Partial<AttributeOptions> = {},
): Result<Divergence, Fault> {
  const one = readTrail(left);
  if (!one.ok) return one;
  const other = readTrail(right);
  if (!other.ok) return other;
  return ok(compareTrails(one.value, other.value, options));
}

export function compareTrails(
  left: RunTrail,
  right: RunTrail,
  options: Partial<AttributeOptions> = {},
): Divergence {
  const latencyMs = options.latencyMs ?? defaultLatencyMs;
  const { alignedBy, pairs, leftOnly, rightOnly } = pairRuns(left, right);
  const roots = createRoots();
  const differences: PlacedDifference[] = [];
  let equal = 0;
  for (const pair of pairs) {
    const found = attributeStep(pair, { latencyMs });
    if (found.length === 0) equal += 1;
    for (const difference of found) differences.push(roots.place(pair, difference));
  }
  return {
    schema_version: "divergence/1",
    run_left: left.runId,
    run_right: right.runId,
    aligned_by: alignedBy,
    latency_ms: latencyMs,
    steps_compared: pairs.length,
    steps_equal: equal,
    only_left: leftOnly,
    only_right: rightOnly,
    causes: causes.map((cause) => ({
      cause,
      began: differences.filter((one) => one.cause === cause && one.follows === null).length,
      followed: differences.filter((one) => one.cause === cause && one.follows !== null).length,
    })),
    differences,
  };
}

type Roots = Readonly<{ place: (pair: StepPair, difference: Difference) => PlacedDifference }>;

/**
 * What follows from an earlier difference has its cause: of the same agent where its own state
 * differs, of anybody where the colony does.
 */
function createRoots(): Roots {
  const lastByAgent = new Map<string, PlacedDifference>();
  let first: PlacedDifference | null = null;
  return {
    place(pair, difference): PlacedDifference {
      const { left, right, geneId } = pair;
      const inherits = difference.cause === null;
      const before = inherits ? (lastByAgent.get(left.agentId) ?? first) : null;
      const root = before?.follows ?? before;
      const placed: PlacedDifference = {
        tick_left: left.tick,
        tick_right: right.tick,
        agent_left: left.agentId,
        agent_right: right.agentId,
        gene_id: geneId,
        what: difference.what,
        fill_index: difference.fillIndex,
        left: difference.leftText,
        right: difference.rightText,
        // Another state that nothing recorded explains was another state from the beginning.
        cause: difference.cause ?? before?.cause ?? "decision",
        follows: root === null ? null : { tick_left: root.tick_left, agent_left: root.agent_left },
        detail: difference.detail,
      };
      lastByAgent.set(left.agentId, placed);
      first ??= placed;
      return placed;
    },
  };
}
