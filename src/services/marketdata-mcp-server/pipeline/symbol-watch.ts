import { type Tick, tickCodec } from "#protocol";
import { type Moment, maxFutureMs, noTicks, observeTick, type TickWatch } from "#safety";
import { compareDecimals } from "./decimal-order.ts";

/**
 * What sequence numbers of a source mean: `contiguous` ones go up by one, so a hole is a loss;
 * `increasing` ones only go up; `none` says nothing.
 */
export type SequenceRule = "contiguous" | "increasing" | "none";

/** Why a tick was not taken. Each has a counter, and none of them makes anything fresher. */
export type TickRefusal =
  | "tick_duplicate"
  | "tick_out_of_order"
  | "tick_replayed"
  | "tick_in_future"
  | "tick_crossed"
  | "tick_malformed";

export type SymbolCounts = Readonly<
  Record<TickRefusal, number> & {
    accepted: number;
    locked: number;
    /** Holes in a contiguous sequence, and how many numbers were in them. */
    sequence_gaps: number;
    sequence_missing: number;
  }
>;

/** All that is known of one symbol. Only `stepSymbol` makes a new one. */
export type SymbolWatch = Readonly<{
  symbol: string;
  quote: Tick | null;
  trade: Tick | null;
  /** Ticks that were taken. */
  ticks: TickWatch;
  /** Of these, the ones that said something else than the one before: a live price moves. */
  moves: TickWatch;
  counts: SymbolCounts;
  /** What came at the newest exchange time of each kind, to know a repeat within it. */
  seen: Readonly<{ quote: readonly string[]; trade: readonly string[] }>;
  sequences: Readonly<{ quote: number | null; trade: number | null }>;
}>;

export type SymbolStep = Readonly<{
  watch: SymbolWatch;
  /** Null when the tick was taken. */
  refusal: TickRefusal | null;
  /** It was taken and differs from the one before. */
  moved: boolean;
}>;

export function unwatched(symbol: string): SymbolWatch {
  return {
    symbol,
    quote: null,
    trade: null,
    ticks: noTicks,
    moves: noTicks,
    counts: noCounts,
    seen: { quote: [], trade: [] },
    sequences: { quote: null, trade: null },
  };
}

/** Takes in one tick of this symbol that was received now. */
export function stepSymbol(
  watch: SymbolWatch,
  tick: Tick,
  now: Moment,
  rule: SequenceRule,
): SymbolStep {
  const refusal = refusalOf(watch, tick, now, rule);
  if (refusal !== null) {
    // A tick from the future also says that no clock can be trusted until a sound one comes.
    const ticks =
      refusal === "tick_in_future"
        ? observeTick(watch.ticks, tick.exchange_ts_ms, now)
        : watch.ticks;
    const counts = { ...watch.counts, [refusal]: watch.counts[refusal] + 1 };
    return { watch: { ...watch, ticks, counts }, refusal, moved: false };
  }
  const before = watch[tick.kind];
  const moved = before === null || contentOf(before) !== contentOf(tick);
  const ticks = observeTick(watch.ticks, tick.exchange_ts_ms, now);
  const moves = moved ? observeTick(watch.moves, tick.exchange_ts_ms, now) : watch.moves;
  const taken = { ...watch, ticks, moves, counts: countTaken(watch, tick, rule) };
  return {
    watch: {
      ...taken,
      [tick.kind]: tick,
      seen: { ...watch.seen, [tick.kind]: seenAfter(watch, tick) },
      sequences: { ...watch.sequences, [tick.kind]: tick.sequence ?? watch.sequences[tick.kind] },
    },
    refusal: null,
    moved,
  };
}

/** A new connection may count from anywhere; the exchange's time still orders the ticks. */
export function forgetSequences(watch: SymbolWatch): SymbolWatch {
  return { ...watch, sequences: { quote: null, trade: null } };
}

/** Further back than this is no reordering on the way but old data in a new wrapper. */
const reorderMs = 5000;

/** Repeats are looked for among this many ticks of the same exchange time. */
const seenPerTime = 64;

const noCounts: SymbolCounts = {
  accepted: 0,
  locked: 0,
  sequence_gaps: 0,
  sequence_missing: 0,
  tick_duplicate: 0,
  tick_out_of_order: 0,
  tick_replayed: 0,
  tick_in_future: 0,
  tick_crossed: 0,
  tick_malformed: 0,
};

function refusalOf(
  watch: SymbolWatch,
  tick: Tick,
  now: Moment,
  rule: SequenceRule,
): TickRefusal | null {
  if (!tickCodec.read(tick).ok) return "tick_malformed";
  if (tick.exchange_ts_ms > now.wallMs + maxFutureMs) return "tick_in_future";
  const last = watch[tick.kind];
  const lastSequence = watch.sequences[tick.kind];
  if (last !== null) {
    if (tick.exchange_ts_ms === last.exchange_ts_ms) {
      if (watch.seen[tick.kind].includes(keyOf(tick, rule))) return "tick_duplicate";
    }
    const behindMs = last.exchange_ts_ms - tick.exchange_ts_ms;
    if (behindMs > reorderMs) return "tick_replayed";
    if (behindMs > 0) return "tick_out_of_order";
  }
  if (rule !== "none" && tick.sequence !== null && lastSequence !== null) {
    if (tick.sequence === lastSequence) return "tick_duplicate";
    if (tick.sequence < lastSequence) return "tick_replayed";
  }
  return isCrossed(tick) ? "tick_crossed" : null;
}

function isCrossed({ bid, ask }: Tick): boolean {
  return bid !== null && ask !== null && compareDecimals(bid, ask) === 1;
}

function isLocked({ bid, ask }: Tick): boolean {
  return bid !== null && ask !== null && compareDecimals(bid, ask) === 0;
}

function contentOf(tick: Tick): string {
  const { bid, ask, bid_size, ask_size, price, size } = tick;
  return JSON.stringify([bid, ask, bid_size, ask_size, price, size]);
}

/** Two trades of one size at one price in one millisecond are told apart by their numbers. */
function keyOf(tick: Tick, rule: SequenceRule): string {
  const numbered = rule !== "none" && tick.sequence !== null;
  return numbered ? `#${tick.sequence}` : contentOf(tick);
}

function seenAfter(watch: SymbolWatch, tick: Tick): readonly string[] {
  const last = watch[tick.kind];
  const keys = [contentOf(tick), ...(tick.sequence === null ? [] : [`#${tick.sequence}`])];
  const earlier = last?.exchange_ts_ms === tick.exchange_ts_ms ? watch.seen[tick.kind] : [];
  return [...keys, ...earlier].slice(0, seenPerTime);
}

function countTaken(watch: SymbolWatch, tick: Tick, rule: SequenceRule): SymbolCounts {
  const { counts } = watch;
  const last = watch.sequences[tick.kind];
  const isHole = rule === "contiguous" && last !== null && tick.sequence !== null;
  const missing = isHole && tick.sequence !== null ? tick.sequence - last - 1 : 0;
  return {
    ...counts,
    accepted: counts.accepted + 1,
    locked: counts.locked + (isLocked(tick) ? 1 : 0),
    sequence_gaps: counts.sequence_gaps + (missing > 0 ? 1 : 0),
    sequence_missing: counts.sequence_missing + missing,
  };
}
