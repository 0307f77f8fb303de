import { err, type Fault, type Json, ok, type Result } from "#base";
import { exactProduct, exactQuotient, parseExactDecimal } from "./decimal.ts";
import { type FaultSlot, type FieldReader, openFields } from "./field-reader.ts";
import type { CalendarId, Instrument, InstrumentKind, MarginTier } from "./instrument.ts";

/**
 * Checks a JSON record against everything the engine relies on: known keys only, whole numbers,
 * an exact micro_per_lot_tick, ascending tiers. Fault: instrument_invalid, naming the field.
 */
export function parseInstrument(json: Json): Result<Instrument, Fault> {
  const slot: FaultSlot = { fault: null };
  const fields = openFields(json, instrumentKeys, slot, "instrument");
  const instrument: Instrument = {
    id: fields.text("id", nameForm),
    venue: fields.text("venue", nameForm),
    kind: fields.choice("kind", kinds) ?? "spot",
    quote_currency: fields.text("quote_currency", currencyForm),
    tick_size: fields.text("tick_size", decimalForm),
    lot_size: fields.text("lot_size", decimalForm),
    contract_value: fields.text("contract_value", decimalForm),
    micro_per_lot_tick: fields.whole("micro_per_lot_tick", { min: 1, max: 1e12 }),
    taker_fee_ppm: fields.whole("taker_fee_ppm", { min: 0, max: 100_000 }),
    maker_fee_ppm: fields.whole("maker_fee_ppm", { min: -1000, max: 100_000 }),
    half_spread_ppm: fields.whole("half_spread_ppm", { min: 0, max: 100_000 }),
    margin_tiers: readTiers(fields),
    funding: readFunding(fields.record("funding", ["interval_ms", "source"])),
    calendar: fields.choice("calendar", calendars) ?? "24x7",
  };
  if (slot.fault === null) checkSizes(instrument, fields);
  if (slot.fault === null) checkTiers(instrument, fields);
  return slot.fault === null ? ok(instrument) : err(slot.fault);
}

const kinds: readonly InstrumentKind[] = ["swap", "spot", "index"];
const calendars: readonly CalendarId[] = ["24x7", "nyse"];

const instrumentKeys: readonly (keyof Instrument)[] = [
  "id",
  "venue",
  "kind",
  "quote_currency",
  "tick_size",
  "lot_size",
  "contract_value",
  "micro_per_lot_tick",
  "taker_fee_ppm",
  "maker_fee_ppm",
  "half_spread_ppm",
  "margin_tiers",
  "funding",
  "calendar",
];

const tierKeys: readonly (keyof MarginTier)[] = ["max_lots", "mmr_ppm", "imr_ppm", "max_leverage"];

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
const currencyForm = /^[A-Z0-9]{2,10}$/;
/** One spelling per value, so that equal instruments hash alike. */
const decimalForm = /^(?:0|[1-9]\d{0,11})(?:\.\d{0,11}[1-9])?$/;

function readTiers(fields: FieldReader): readonly MarginTier[] {
  return fields.list("margin_tiers", tierKeys).map((tier) => ({
    max_lots: tier.whole("max_lots", { min: 1, max: Number.MAX_SAFE_INTEGER }),
    mmr_ppm: tier.whole("mmr_ppm", { min: 0, max: 1_000_000 }),
    imr_ppm: tier.whole("imr_ppm", { min: 1, max: 1_000_000 }),
    max_leverage: tier.whole("max_leverage", { min: 1, max: 1000 }),
  }));
}

function readFunding(fields: FieldReader): Instrument["funding"] {
  return {
    interval_ms: fields.wholeOrNull("interval_ms", { min: 60_000, max: 7 * 86_400_000 }),
    source: fields.text("source", /^[a-z0-9_]{1,40}$/),
  };
}

function checkSizes(instrument: Instrument, fields: FieldReader): void {
  const tick = parseExactDecimal(instrument.tick_size);
  const lot = parseExactDecimal(instrument.lot_size);
  const contract = parseExactDecimal(instrument.contract_value);
  if (tick === null || tick.mantissa === 0n) return fields.refuse("tick_size", "must be positive");
  if (lot === null || lot.mantissa === 0n) return fields.refuse("lot_size", "must be positive");
  if (contract === null || contract.mantissa === 0n) {
    return fields.refuse("contract_value", "must be positive");
  }

  const micro = exactProduct(tick, lot, 6);
  if (micro === null) {
    const product = `${instrument.tick_size} * ${instrument.lot_size}`;
    return fields.refuse("lot_size", `tick * lot = ${product} is no whole number of millionths`);
  }
  if (micro !== BigInt(instrument.micro_per_lot_tick)) {
    return fields.refuse("micro_per_lot_tick", `tick * lot says ${micro}`);
  }
  if (exactQuotient(contract, lot) === null) {
    fields.refuse("contract_value", "must be a whole number of lots");
  }
}

function checkTiers({ margin_tiers: tiers }: Instrument, fields: FieldReader): void {
  tiers.forEach((tier, index) => {
    const at = `margin_tiers[${index}]`;
    const before = tiers[index - 1];
    if (tier.mmr_ppm >= tier.imr_ppm) fields.refuse(at, "mmr_ppm must be below imr_ppm");
    if (tier.imr_ppm * tier.max_leverage > 1_000_000) {
      fields.refuse(at, "imr_ppm * max_leverage must not exceed 1000000");
    }
    if (before === undefined) return;
    if (tier.max_lots <= before.max_lots) fields.refuse(at, "max_lots must ascend");
    if (tier.mmr_ppm < before.mmr_ppm || tier.imr_ppm < before.imr_ppm) {
      fields.refuse(at, "margins must not fall as positions grow");
    }
  });
}
