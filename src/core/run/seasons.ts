import { createStream } from "#base";
import type { SeasonPlan } from "../world/config.ts";

/** A stretch of bars lived without a break; positions are closed at cost at its end. */
export type Season = Readonly<{ start: number; bars: number }>;

export type Window = Readonly<{ start_index: number; end_index_exclusive: number }>;

/** The seasons of a run: drawn by the run's own stream, one draw a season, from the window. */
export function drawSeasons(plan: SeasonPlan, window: Window, seed: number): readonly Season[] {
  const length = window.end_index_exclusive - window.start_index;
  if (plan.kind === "whole_window") return [{ start: window.start_index, bars: length }];
  const seasons: Season[] = [];
  for (let index = 0; index < plan.count; index += 1) {
    const stream = createStream({ seed, stream: "season", id: index });
    const start = window.start_index + stream.below(length - plan.bars + 1);
    seasons.push({ start, bars: plan.bars });
  }
  return seasons;
}
