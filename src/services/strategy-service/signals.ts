import type { Proposal, Refusal } from "#protocol";

/** What the strategies said on the bus since this service began, by strategy name. */
export type Signals = Readonly<{
  proposed: (proposal: Proposal) => void;
  refused: (refusal: Refusal) => void;
  of: (strategy: string) => Readonly<{ proposals: number; refusals: Record<string, number> }>;
}>;

const maxStrategies = 1000;

type Counts = { proposals: number; refusals: Map<string, number> };

export function createSignals(): Signals {
  const byStrategy = new Map<string, Counts>();
  const countsOf = (strategy: string): Counts | null => {
    const known = byStrategy.get(strategy);
    if (known !== undefined || byStrategy.size >= maxStrategies) return known ?? null;
    const fresh: Counts = { proposals: 0, refusals: new Map() };
    byStrategy.set(strategy, fresh);
    return fresh;
  };
  return {
    proposed({ strategy_name }) {
      const counts = countsOf(strategy_name);
      if (counts !== null) counts.proposals += 1;
    },
    refused({ strategy_name, reason_code }) {
      const counts = countsOf(strategy_name);
      counts?.refusals.set(reason_code, (counts.refusals.get(reason_code) ?? 0) + 1);
    },
    of(strategy) {
      const counts = byStrategy.get(strategy);
      const refusals = [...(counts?.refusals ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      return { proposals: counts?.proposals ?? 0, refusals: Object.fromEntries(refusals) };
    },
  };
}
