/** When an instrument trades. */
export type CalendarId = "24x7" | "nyse";

/** Linear instruments only: profit = lots * ticks moved * micro_per_lot_tick, in the quote. */
export type InstrumentKind = "swap" | "spot" | "index";

/** Positions up to `max_lots` may use `max_leverage`; below `mmr_ppm` of value they liquidate. */
export type MarginTier = Readonly<{
  max_lots: number;
  mmr_ppm: number;
  imr_ppm: number;
  max_leverage: number;
}>;

/**
 * The facts that turn ticks and lots into money. Recorded in every dataset and part of its id, so
 * the keys are snake_case and changing one makes another dataset.
 */
export type Instrument = Readonly<{
  id: string;
  venue: string;
  kind: InstrumentKind;
  quote_currency: string;
  /** Decimal text in the quote currency per base unit. */
  tick_size: string;
  /** Decimal text in base units: the smallest amount that trades. */
  lot_size: string;
  /** Decimal text: base units in one contract of the venue; a whole number of lots. */
  contract_value: string;
  /** Millionths of the quote currency that one lot gains per tick: tick * lot * 10^6, exactly. */
  micro_per_lot_tick: number;
  taker_fee_ppm: number;
  /** Negative where the venue pays its makers. */
  maker_fee_ppm: number;
  /** What a run assumes for half the quoted spread unless its config says otherwise. */
  half_spread_ppm: number;
  /** Ascending in max_lots; beyond the last tier no position is allowed. */
  margin_tiers: readonly MarginTier[];
  /** interval_ms: the longest step between two payments; null where nothing is ever paid. */
  funding: Readonly<{ interval_ms: number | null; source: string }>;
  calendar: CalendarId;
}>;
