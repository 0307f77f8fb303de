import { assert } from "#base";
import { appendRunsToPool, takeSnapshot } from "#evidence";
import { landRun, syntheticMarket } from "#support";

/** Lands an offline run, and takes a snapshot of its genomes; gives the id of the snapshot. */
export function makeGenomes(root: string): string {
  const market = syntheticMarket({ bars: 120, seed: 5, volatility: 60 });
  const config = { population: 30, max_agents: 40 };
  const { directory } = landRun(root, { market, seed: 3, config });
  const pooled = appendRunsToPool(root, [directory]);
  assert(pooled.ok, "the run enters the pool");
  const trust = { policy: null, key: null, memory: null };
  const taken = takeSnapshot(root, { rule: [], note: null, trust, nowMs: 0 });
  assert(taken.ok && taken.value.state !== "refused", "a snapshot is taken");
  return taken.value.id;
}
