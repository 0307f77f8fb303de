import type { WorldConfig } from "#core";
import type { LiveProgress } from "../workers/shared-control.ts";

/** A campaign at one moment, for eyes. */
export type CampaignProgress = Readonly<{
  runs_total: number;
  runs_done: number;
  running: readonly LiveProgress[];
  /** Over finished and running runs. */
  agent_bars: number;
  ticks_done: number;
  /** As planned; a run that dies out lives fewer. */
  ticks_total: number;
  births: number;
  deaths: number;
  alive: number;
  elapsed_seconds: number;
}>;

/** Ticks of one run if nothing ends it early. */
export function plannedTicks(config: WorldConfig, windowBars: number): number {
  const { seasons } = config;
  return seasons.kind === "drawn" ? seasons.count * seasons.bars : windowBars;
}

/** Sums what finished runs left behind; skipped and failed ones count as done. */
export type ProgressLedger = Readonly<{
  settle: (facts: Readonly<{ agent_bars: number; births: number; deaths: number }> | null) => void;
  read: (running: readonly LiveProgress[]) => CampaignProgress;
}>;

export function createProgressLedger(
  plan: Readonly<{ runs: number; ticks_each: number }>,
  nowMillis: () => number,
): ProgressLedger {
  const started = nowMillis();
  const done = { runs: 0, agent_bars: 0, births: 0, deaths: 0 };
  return {
    settle(facts): void {
      done.runs += 1;
      done.agent_bars += facts?.agent_bars ?? 0;
      done.births += facts?.births ?? 0;
      done.deaths += facts?.deaths ?? 0;
    },
    read(running): CampaignProgress {
      const sum = (pick: (now: LiveProgress) => number): number =>
        running.reduce((total, now) => total + pick(now), 0);
      return {
        runs_total: plan.runs,
        runs_done: done.runs,
        running,
        agent_bars: done.agent_bars + sum((now) => now.agent_bars),
        ticks_done: done.runs * plan.ticks_each + sum((now) => now.tick),
        ticks_total: plan.runs * plan.ticks_each,
        births: done.births + sum((now) => now.births),
        deaths: done.deaths + sum((now) => now.deaths),
        alive: sum((now) => now.alive),
        elapsed_seconds: (nowMillis() - started) / 1000,
      };
    },
  };
}
