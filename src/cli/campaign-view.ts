import { durationText } from "#base";
import type { CampaignProgress } from "#lab";
import type { Output } from "./output.ts";
import { groupDigits, shortNumber } from "./table.ts";

/** Live numbers of a campaign on standard error, in the manner the output asks for. */
export type CampaignView = Readonly<{
  start: (read: () => CampaignProgress) => void;
  /** Takes the live line away, so that another line may be printed. */
  clear: () => void;
  end: () => void;
  [Symbol.dispose]: () => void;
}>;

/** A redrawn line on a terminal, a plain line each 10 s elsewhere, JSON lines with --json. */
export function showCampaign(output: Output): CampaignView {
  const meter = createRateMeter();
  let timer: NodeJS.Timeout | null = null;
  let drawn = false;

  function clear(): void {
    if (drawn) output.raw("\r\x1b[K");
    drawn = false;
  }

  function draw(now: CampaignProgress): void {
    const rates = meter(now);
    if (output.json) output.raw(`${JSON.stringify(progressRecord(now, rates))}\n`);
    else if (output.live) {
      clear();
      output.raw(progressText(now, rates).slice(0, output.columns() - 1));
      drawn = true;
    } else output.note(progressText(now, rates));
  }

  function end(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
    clear();
  }

  return {
    start(read): void {
      timer = setInterval(() => draw(read()), periodMillis(output));
      timer.unref();
    },
    clear,
    end,
    [Symbol.dispose]: end,
  };
}

function periodMillis(output: Output): number {
  if (output.json) return 1000;
  return output.live ? 200 : 10_000;
}

/** Agent-bars and ticks in a second, over the last few readings. */
type Rates = Readonly<{ agent_bars_per_second: number; eta_seconds: number | null }>;

/** Rates over a sliding span of about five seconds: steady enough to read, quick to follow. */
function createRateMeter(): (now: CampaignProgress) => Rates {
  const readings: CampaignProgress[] = [];
  return (now) => {
    readings.push(now);
    while (
      (readings[1]?.elapsed_seconds ?? now.elapsed_seconds) <
      now.elapsed_seconds - spanSeconds
    ) {
      readings.shift();
    }
    const first = readings.length > 1 ? readings[0] : undefined;
    const since = { seconds: first?.elapsed_seconds ?? 0, bars: first?.agent_bars ?? 0 };
    const seconds = Math.max(now.elapsed_seconds - since.seconds, 1e-3);
    const ticks = (now.ticks_done - (first?.ticks_done ?? 0)) / seconds;
    return {
      agent_bars_per_second: (now.agent_bars - since.bars) / seconds,
      eta_seconds: ticks > 0 ? (now.ticks_total - now.ticks_done) / ticks : null,
    };
  };
}

const spanSeconds = 5;

function progressText(now: CampaignProgress, rates: Rates): string {
  const share = now.ticks_total === 0 ? 1 : now.ticks_done / now.ticks_total;
  const eta = rates.eta_seconds === null ? "" : `  ETA ${durationText(rates.eta_seconds * 1000)}`;
  return [
    `${now.runs_done}/${now.runs_total} runs`,
    `${Math.floor(share * 100)} %`,
    `${shortNumber(rates.agent_bars_per_second)} agent-bars/s`,
    `alive ${groupDigits(now.alive)}`,
    `births ${groupDigits(now.births)}`,
    `deaths ${groupDigits(now.deaths)}`,
  ]
    .join("  ")
    .concat(eta);
}

function progressRecord(now: CampaignProgress, rates: Rates): object {
  const { running: _running, ...totals } = now;
  return { type: "progress", ...totals, ...rates };
}
