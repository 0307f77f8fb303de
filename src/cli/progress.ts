import { durationText } from "#base";
import { shortNumber } from "./table.ts";

/** What a progress display needs to know about where it speaks and what it counts. */
export type ProgressOptions = Readonly<{
  /** Standard error, or whatever takes text for people. */
  stream: Readonly<{ write: (text: string) => unknown }>;
  /** Whether a line may be redrawn in place. */
  isTty: boolean;
  /** JSON lines instead of words. */
  json: boolean;
  /** What is going on: `import`, `fetch candles`. */
  label: string;
  /** What is counted: `bars`, `B`. */
  unit: string;
  columns?: (() => number) | undefined;
  /** Monotonic milliseconds; the machine's by default. */
  nowMs?: (() => number) | undefined;
}>;

/** Words beside the numbers, in order: `{ alive: 180, births: 12 }`. */
type ProgressExtra = Readonly<Record<string, string | number>>;

export type Progress = Readonly<{
  /** `total` null where the end is not known. Call it as often as you like. */
  update: (done: number, total: number | null, extra?: ProgressExtra) => void;
  /** Clears a redrawn line; no update may follow. */
  end: () => void;
}>;

/**
 * Progress on standard error: a bar redrawn ten times a second on a terminal, a plain line each
 * ten seconds elsewhere, a JSON line each second for a machine. Short work says nothing but on a
 * terminal.
 */
export function createProgress(options: ProgressOptions): Progress {
  const now = options.nowMs ?? ((): number => performance.now());
  const period = options.isTty && !options.json ? 100 : options.json ? 1000 : 10_000;
  const started = now();
  const rates = createRate(started);
  let next = options.isTty && !options.json ? started : started + period;
  let drawn = false;

  return {
    update(done, total, extra = {}): void {
      const at = now();
      const rate = rates.observe(at, done);
      if (at < next) return;
      next = at + period;
      const state: State = { done, total, rate, eta: etaMs(done, total, rate), extra };
      if (options.json) {
        options.stream.write(`${JSON.stringify(record(options, state))}\n`);
      } else if (options.isTty) {
        const width = (options.columns?.() ?? 80) - 1;
        options.stream.write(`\r\u001B[2K${barText(options, state).slice(0, width)}`);
        drawn = true;
      } else {
        options.stream.write(`${lineText(options, state)}\n`);
      }
    },
    end(): void {
      if (drawn) options.stream.write("\r\u001B[2K");
      drawn = false;
    },
  };
}

type State = Readonly<{
  done: number;
  total: number | null;
  /** Units per second, null before anything can be said. */
  rate: number | null;
  eta: number | null;
  extra: ProgressExtra;
}>;

/** Half of the weight lies in the last ten seconds, so a rate follows without jumping. */
const halfLifeMs = 10_000;
const barWidth = 24;

type Rate = Readonly<{ observe: (at: number, done: number) => number | null }>;

/** Decaying sums of work and time; what was done before the first call does not count. */
function createRate(started: number): Rate {
  let last: { at: number; done: number } | null = null;
  let work = 0;
  let time = 0;
  return {
    observe(at, done): number | null {
      if (last === null) {
        last = { at: started, done };
        return null;
      }
      const elapsed = at - last.at;
      const keep = 0.5 ** (elapsed / halfLifeMs);
      work = work * keep + (done - last.done);
      time = time * keep + elapsed;
      last = { at, done };
      return time > 0 && work > 0 ? (work / time) * 1000 : null;
    },
  };
}

function etaMs(done: number, total: number | null, rate: number | null): number | null {
  if (total === null || rate === null || total < done) return null;
  return Math.round(((total - done) / rate) * 1000);
}

function share(done: number, total: number | null): number | null {
  return total === null || total <= 0 ? null : Math.min(1, done / total);
}

function barText(options: ProgressOptions, state: State): string {
  const part = share(state.done, state.total);
  const filled = Math.floor((part ?? 0) * barWidth);
  const bar = `[${"#".repeat(filled)}${"-".repeat(barWidth - filled)}]`;
  const percent = part === null ? "" : ` ${Math.floor(part * 100)} %`;
  return [`${options.label} ${bar}${percent}`, ...facts(options, state)].join("  ");
}

function lineText(options: ProgressOptions, state: State): string {
  const part = share(state.done, state.total);
  const percent = part === null ? "" : ` ${Math.floor(part * 100)} %`;
  const of = state.total === null ? "" : ` of ${shortNumber(state.total)}`;
  const done = `${shortNumber(state.done)}${of} ${options.unit}`;
  return [`${options.label}${percent}`, done, ...facts(options, state)].join(", ");
}

function facts(options: ProgressOptions, { rate, eta, extra }: State): readonly string[] {
  return [
    ...(rate === null ? [] : [`${shortNumber(rate)} ${options.unit}/s`]),
    ...(eta === null ? [] : [`ETA ${durationText(eta)}`]),
    ...Object.entries(extra).map(([name, value]) => `${name} ${value}`),
  ];
}

function record(options: ProgressOptions, { done, total, rate, eta, extra }: State): object {
  const { label, unit } = options;
  const perSecond = rate === null ? null : Number(rate.toPrecision(6));
  const counts = { label, unit, done, total, rate_per_s: perSecond, eta_ms: eta };
  return { type: "progress", ...counts, ...extra };
}
