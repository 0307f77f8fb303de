import { Defect } from "#base";
import { foundColony, split } from "../life/births.ts";
import { closeAtCost } from "../life/close.ts";
import {
  capitalTriplet,
  carryOver,
  collectLivingCost,
  countFence,
  lifeRecord,
} from "../life/colony.ts";
import { buryTheDead } from "../life/deaths.ts";
import { census, review } from "../life/review.ts";
import { censusTicks, chunkBars } from "../world/layout.ts";
import { founderCapitalMicro } from "../world/rules.ts";
import { meta, num, status } from "../world/words.ts";
import type { LedgerEvent, Moment } from "./events.ts";
import type { RunOutcome } from "./outcome.ts";
import { reboot } from "./reboot.ts";
import { beginRun, type Run, type RunInputs, type RunProgress } from "./run.ts";
import type { Season } from "./seasons.ts";
import { ledgerTotals, summarise } from "./summarise.ts";

/**
 * Lives one run from its first season to its end. Everything that follows is a function of
 * (config, instrument, bars, window, seed); the kernel and the control change nothing in it but
 * where it stops.
 */
export function runWorld(inputs: RunInputs): RunOutcome {
  const run = beginRun(inputs);
  for (const [index, season] of run.seasons.entries()) {
    run.season = index;
    liveSeason(run, season);
    if (run.end !== null) break;
  }
  run.end ??= "window_end";
  const { at, colony } = run;
  const mark = colony.world.num[num.prevClose];
  ledger(run, "end", at);
  for (const slot of colony.agents.keys()) {
    colony.listen({ type: "survivor", at, life: lifeRecord(colony, slot, at, mark) });
  }
  return summarise(run, at);
}

function liveSeason(run: Run, season: Season): void {
  const { colony, inputs, frames } = run;
  for (let offset = 0; offset < season.bars && run.end === null; offset += chunkBars) {
    const bars = Math.min(chunkBars, season.bars - offset);
    run.chunkStart = season.start + offset;
    frames.fill(run.chunkStart, bars);
    if (offset === 0) openSeason(run, season);
    liveChunk(run, { bars, last: offset + bars === season.bars });
    inputs.control.progress(progress(run));
  }
  colony.listen({
    type: "season",
    edge: "end",
    at: run.at,
    start_index: season.start,
    bars: season.bars,
    alive_agents: colony.agents.length,
    capital_triplet: capitalTriplet(colony),
  });
}

function openSeason(run: Run, season: Season): void {
  const { colony, frames, inputs } = run;
  const at = moment(run, 0);
  colony.world.num[num.prevClose] = frames.columns.open[0];
  if (run.tick === 0) {
    const { population } = inputs.config;
    const capital = founderCapitalMicro(inputs.config);
    foundColony(colony, { founders: population, capital, origin: "founder" }, at);
    // Founders exist before the first bar, so they decide in it.
    colony.world.sleep.fill(0);
    ledger(run, "start", at);
  } else {
    carryOver(colony);
  }
  colony.listen({
    type: "season",
    edge: "start",
    at,
    start_index: season.start,
    bars: season.bars,
    alive_agents: colony.agents.length,
    capital_triplet: capitalTriplet(colony),
  });
}

type Chunk = Readonly<{ bars: number; last: boolean }>;

/** Rows of one chunk: the kernel runs until life needs a hand, a rule is due, or the rows end. */
function liveChunk(run: Run, chunk: Chunk): void {
  const { kernel } = run.inputs;
  let row = 0;
  let resume = false;
  for (;;) {
    const first = resume ? row + 1 : row;
    const until = Math.min(chunk.bars, first + ticksToNextRule(run));
    const paused = kernel.run(row, until, resume);
    // Without a bar ahead the kernel only decided the one it was given.
    if (first >= chunk.bars) return;
    countBars(run, first, paused);
    run.tick += paused - first + 1;
    assertSound(run, paused);
    const seasonEnds = chunk.last && paused === chunk.bars - 1;
    lifecycle(run, paused, seasonEnds);
    // A stop leaves positions open and the bar undecided, so a replay can stop in the same place.
    if (run.end === null && mustStop(run, paused === chunk.bars - 1)) run.end = "stopped";
    if (seasonEnds || run.end !== null) return;
    row = paused;
    resume = true;
  }
}

function mustStop(run: Run, chunkEnds: boolean): boolean {
  const { stopAfterTick, stopRequested } = run.inputs.control;
  // After the last tick there is nothing left to stop: the run is whole.
  if (run.tick === run.ticksTotal) return false;
  return run.tick === stopAfterTick || (chunkEnds && stopRequested());
}

/** Step 6 of the tick; where a season ends, positions are closed at cost first. */
function lifecycle(run: Run, row: number, seasonEnds: boolean): void {
  const { colony } = run;
  const { config } = run.inputs;
  const at = moment(run, row);
  run.at = at;
  collectLivingCost(colony);
  if (seasonEnds) closeSeason(run, row);
  buryTheDead(colony, at, row);
  if (run.tick % config.review_ticks === 0) {
    review(colony, at, row);
    ledger(run, "review", at);
  }
  split(colony, at, row);
  if (run.tick % censusTicks === 0) census(colony);
  if (colony.agents.length === 0 || colony.reserve <= 0) collapse(run, at);
  if (seasonEnds && run.end === null) ledger(run, "season_end", run.at);
  if (run.end === null && isTooRich(run)) {
    countFence(colony, "fence_capital_ceiling", true);
    run.end = "capital_ceiling";
  }
}

/**
 * Money is exact below 2^53 only, so a world that grew near it ends while its books still close.
 * The kernel's own bound lies four times further out and is a Defect.
 */
function isTooRich({ colony, inputs }: Run): boolean {
  const { num: n } = colony.world;
  const leverage = inputs.config.max_leverage_ppm / 1000000;
  return n[num.allocated] * leverage * 16 >= Number.MAX_SAFE_INTEGER;
}

function closeSeason(run: Run, row: number): void {
  const { colony } = run;
  for (const slot of colony.agents.keys()) {
    if (colony.world.position[slot] !== 0) countFence(colony, "fence_season_end", true);
    closeAtCost(colony, slot, row);
  }
}

/** Extinction may be followed by a reboot; a spent reserve ends the run. */
function collapse(run: Run, at: Moment): void {
  const { colony } = run;
  const extinct = colony.agents.length === 0;
  const broke = colony.reserve <= 0;
  const reason = extinct && broke ? "both" : extinct ? "extinction" : "financial";
  colony.listen({ type: "collapse", at, reason, capital_triplet: capitalTriplet(colony) });
  const rebooted = !broke && run.segment < run.inputs.config.max_reboots && reboot(run, at);
  run.collapses.push({ at, reason, rebooted });
  if (rebooted) ledger(run, "reboot", run.at);
  else run.end = broke ? "financial_collapse" : "extinction";
}

/** Ticks until a review or a census is due; the kernel must pause there. */
function ticksToNextRule(run: Run): number {
  const { review_ticks } = run.inputs.config;
  const { stopAfterTick } = run.inputs.control;
  const stop = stopAfterTick === null ? Number.POSITIVE_INFINITY : stopAfterTick - run.tick;
  return Math.min(
    review_ticks - (run.tick % review_ticks),
    censusTicks - (run.tick % censusTicks),
    Math.max(stop, 1),
  );
}

function countBars(run: Run, first: number, last: number): void {
  for (let row = first; row <= last; row += 1) {
    const mask = run.frames.masks[row];
    for (let index = 0; index < 12; index += 1) {
      if ((mask & (1 << index)) === 0) run.maskedBars[index] += 1;
    }
    run.effectiveMin = Math.min(run.effectiveMin, 21 + run.colony.world.effective[row]);
  }
}

/** A ledger that does not add up is a bug, never a result. */
function assertSound(run: Run, row: number): void {
  const { world } = run.colony;
  const outcome = world.meta[meta.status];
  if (outcome === status.capitalMismatch) {
    throw new Defect(
      `capital not conserved at tick ${run.tick} (bar ${run.chunkStart + row}): ` +
        `${world.num[num.observed]} counted, ${world.num[num.allocated]} expected`,
    );
  }
  if (outcome === status.capitalOverflow) {
    throw new Defect(`capital left the exact range at tick ${run.tick}`);
  }
}

function ledger(run: Run, cause: LedgerEvent["cause"], at: Moment): void {
  const { colony } = run;
  colony.listen({
    type: "ledger",
    cause,
    at,
    alive_agents: colony.agents.length,
    births: colony.births,
    deaths: colony.deaths,
    capital_triplet: capitalTriplet(colony),
    totals: ledgerTotals(colony),
  });
}

/** The bar of a prepared row, as the outside names it. */
function moment(run: Run, row: number): Moment {
  return {
    tick: run.tick,
    bar_index: run.chunkStart + row,
    ts_ms: run.frames.columns.ts_ms[row],
    season: run.season,
    segment: run.segment,
  };
}

function progress(run: Run): RunProgress {
  const { colony } = run;
  return {
    tick: run.tick,
    ticks_total: run.ticksTotal,
    alive: colony.agents.length,
    births: colony.births,
    deaths: colony.deaths,
    agent_bars: colony.world.num[num.agentBars],
  };
}
