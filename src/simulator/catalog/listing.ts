import { Defect } from "#base";
import type { InstrumentSpec } from "#exchange";
import { createUnitReader } from "#market";
import type { RowByEndpoint, Whole } from "#okx";
import { scaledText } from "../text/decimal-text.ts";

export type InstrumentRow = Whole<RowByEndpoint["instruments"]>;

/** One tradable instrument: the engine's numbers, the venue's texts, and the way between them. */
export type Listing = Readonly<{
  /** Its index in the engine. */
  index: number;
  instId: string;
  instType: "SWAP" | "SPOT";
  /** The index it follows, and its family: BTC-USDT. */
  family: string;
  spec: InstrumentSpec;
  row: InstrumentRow;
  /** Base currency in one contract, decimal text; 1 for spot. */
  contractValue: string;
  priceText: (ticks: number) => string;
  sizeText: (lots: number) => string;
  /** Whole ticks; null where the text is no positive price on the grid. */
  readPrice: (text: string) => number | null;
  /** Whole lots; null where the text is not a whole number of lots. Zero and less are null too. */
  readSize: (text: string) => number | null;
  /** Value of lots at a price, whole units of 10^-8 of the quote currency, rounded down. */
  valueUnits: (lots: number, ticks: number) => number;
}>;

export function createListing(index: number, spec: InstrumentSpec, row: InstrumentRow): Listing {
  const { tickScale, tickStep, lotScale, lotStep } = spec;
  return {
    index,
    instId: spec.id,
    instType: spec.kind === "swap" ? "SWAP" : "SPOT",
    family: `${spec.base}-${spec.quote}`,
    spec,
    row,
    contractValue: spec.kind === "swap" ? row.ctVal : "1",
    priceText: (ticks) => scaledText(ticks * tickStep, tickScale),
    sizeText: (lots) => scaledText(lots * lotStep, lotScale),
    readPrice: createExactReader(row.tickSz),
    readSize: createExactReader(row.lotSz),
    valueUnits: (lots, ticks) => valueUnits(spec, lots, ticks),
  };
}

function valueUnits(
  { valueNumerator, valueDenominator }: InstrumentSpec,
  lots: number,
  ticks: number,
): number {
  const exact = lots * ticks * valueNumerator;
  if (Number.isSafeInteger(exact)) return Math.floor(exact / valueDenominator);
  const big = BigInt(lots) * BigInt(ticks) * BigInt(valueNumerator);
  return Number(big / BigInt(valueDenominator));
}

/** Reads a positive whole number of steps; anything else is null. */
function createExactReader(step: string): (text: string) => number | null {
  const reader = createUnitReader(step);
  return (text) => {
    const units = reader.read(text);
    if (units === null || units <= 0 || reader.residue() !== 0) return null;
    return units;
  };
}

/** All that is listed: what trades, and what is only shown. */
export type Catalog = Readonly<{
  listings: readonly Listing[];
  /** Rows of `instruments`, those that do not trade here included. */
  rows: readonly InstrumentRow[];
  find: (instId: string) => Listing | null;
  findByCode: (instIdCode: number) => Listing | null;
  /** By index in the engine, which only the engine makes up. */
  at: (index: number) => Listing;
  isShown: (instId: string) => boolean;
}>;

export function createCatalog(
  listings: readonly Listing[],
  shown: readonly InstrumentRow[],
): Catalog {
  const byId = new Map(listings.map((listing) => [listing.instId, listing]));
  const byCode = new Map(listings.map((listing) => [listing.row.instIdCode, listing]));
  const rows = [...listings.map(({ row }) => row), ...shown];
  const ids = new Set(rows.map(({ instId }) => instId));
  return {
    listings,
    rows,
    find: (instId) => byId.get(instId) ?? null,
    findByCode: (code) => byCode.get(code) ?? null,
    at: (index) => {
      const listing = listings[index];
      if (listing === undefined) throw new Defect(`no instrument ${index}`);
      return listing;
    },
    isShown: (instId) => ids.has(instId),
  };
}
