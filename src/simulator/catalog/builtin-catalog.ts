import { Defect, type Fault, ok, type Result } from "#base";
import { type SpecText, specFromText } from "#exchange";
import {
  type Catalog,
  createCatalog,
  createListing,
  type InstrumentRow,
  type Listing,
} from "./listing.ts";

/** A row of the venue's table: what the engine needs and what clients are told besides. */
type Listed = Readonly<{ text: SpecText; instIdCode: number; listTime: string; maxLever: string }>;

/**
 * BTC and ETH linear swaps and BTC spot, as OKX lists them, and an inverse swap that is shown but
 * does not trade. `instIds` picks some of them; the order is that of this table.
 */
export function builtinCatalog(): Catalog {
  const made = catalogFrom(listed);
  if (!made.ok) throw new Defect(`the table of instruments is wrong: ${made.fault.message}`);
  return made.value;
}

function catalogFrom(rows: readonly Listed[]): Result<Catalog, Fault> {
  const listings: Listing[] = [];
  for (const row of rows) {
    const spec = specFromText(row.text);
    if (!spec.ok) return spec;
    listings.push(createListing(listings.length, spec.value, instrumentRow(row)));
  }
  return ok(createCatalog(listings, [inverseSwap]));
}

/** GET /api/v5/public/position-tiers: size in contracts, maintenance, initial, leverage. */
function tiers(
  rows: readonly (readonly [maxSize: string, mmrPpm: number, imrPpm: number, leverage: number])[],
): SpecText["tiers"] {
  return rows.map(([maxSize, mmrPpm, imrPpm, leverage]) => ({
    maxSize,
    mmrPpm,
    imrPpm,
    maxLeverageCenti: leverage * 100,
  }));
}

const swap = {
  kind: "swap",
  quote: "USDT",
  lotSize: "0.01",
  minSize: "0.01",
  maxLimitSize: "100000000",
  // Regular users of level 1: 0.05 % taker, 0.02 % maker.
  takerFeePpm: 500,
  makerFeePpm: 200,
  priceBandPpm: 50_000,
} as const;

const listed: readonly Listed[] = [
  {
    text: {
      ...swap,
      id: "BTC-USDT-SWAP",
      base: "BTC",
      tickSize: "0.1",
      maxMarketSize: "35000",
      contractValue: "0.01",
      tiers: tiers([
        ["1000", 4000, 10_000, 100],
        ["5000", 5000, 20_000, 50],
        ["10000", 10_000, 25_000, 40],
        ["20000", 15_000, 40_000, 25],
        ["50000", 40_000, 100_000, 10],
        ["500000", 100_000, 200_000, 5],
      ]),
    },
    instIdCode: 10_459,
    listTime: "1573557408000",
    maxLever: "100",
  },
  {
    text: {
      ...swap,
      id: "ETH-USDT-SWAP",
      base: "ETH",
      tickSize: "0.01",
      maxMarketSize: "20000",
      contractValue: "0.1",
      tiers: tiers([
        ["5000", 4000, 10_000, 100],
        ["10000", 5000, 20_000, 50],
        ["20000", 10_000, 25_000, 40],
        ["50000", 40_000, 100_000, 10],
        ["500000", 100_000, 200_000, 5],
      ]),
    },
    instIdCode: 10_461,
    listTime: "1573557408000",
    maxLever: "100",
  },
  {
    text: {
      kind: "spot",
      id: "BTC-USDT",
      base: "BTC",
      quote: "USDT",
      tickSize: "0.1",
      lotSize: "0.00000001",
      minSize: "0.00001",
      maxLimitSize: "9999",
      maxMarketSize: "1000",
      contractValue: "1",
      takerFeePpm: 1000,
      makerFeePpm: 800,
      priceBandPpm: 50_000,
      tiers: [],
    },
    instIdCode: 10_001,
    listTime: "1548133413000",
    maxLever: "",
  },
];

function instrumentRow({ text, instIdCode, listTime, maxLever }: Listed): InstrumentRow {
  const isSwap = text.kind === "swap";
  const family = `${text.base}-${text.quote}`;
  return {
    ...emptyRow,
    instType: isSwap ? "SWAP" : "SPOT",
    instId: text.id,
    instFamily: isSwap ? family : "",
    uly: isSwap ? family : "",
    baseCcy: isSwap ? "" : text.base,
    quoteCcy: isSwap ? "" : text.quote,
    settleCcy: isSwap ? text.quote : "",
    ctVal: isSwap ? text.contractValue : "",
    ctMult: isSwap ? "1" : "",
    ctValCcy: isSwap ? text.base : "",
    ctType: isSwap ? "linear" : "",
    listTime,
    lever: maxLever,
    tickSz: text.tickSize,
    lotSz: text.lotSize,
    minSz: text.minSize,
    maxLmtSz: text.maxLimitSize,
    maxMktSz: text.maxMarketSize,
    maxTwapSz: text.maxLimitSize,
    maxIcebergSz: text.maxLimitSize,
    maxTriggerSz: text.maxLimitSize,
    maxStopSz: text.maxMarketSize,
    maxMktAmt: isSwap ? "" : "1000000",
    instIdCode,
    tradeQuoteCcyList: isSwap ? [] : [text.quote],
  };
}

const emptyRow: InstrumentRow = {
  instType: "SWAP",
  instId: "",
  instFamily: "",
  uly: "",
  category: "1",
  baseCcy: "",
  quoteCcy: "",
  settleCcy: "",
  ctVal: "",
  ctMult: "",
  ctValCcy: "",
  ctType: "",
  optType: "",
  stk: "",
  listTime: "",
  expTime: "",
  lever: "",
  tickSz: "",
  lotSz: "",
  minSz: "",
  alias: "",
  state: "live",
  ruleType: "normal",
  auctionEndTime: "",
  contTdSwTime: "",
  openType: "",
  maxLmtSz: "",
  maxMktSz: "",
  maxTwapSz: "",
  maxIcebergSz: "",
  maxTriggerSz: "",
  maxStopSz: "",
  maxLmtAmt: "20000000",
  maxMktAmt: "",
  futureSettlement: false,
  instIdCode: 0,
  posLmtAmt: "",
  posLmtPct: "",
  maxPlatOILmt: "",
  tradeQuoteCcyList: [],
};

/** Margined in the base currency: clients must be able to read it, nobody can trade it here. */
const inverseSwap: InstrumentRow = {
  ...emptyRow,
  instId: "BTC-USD-SWAP",
  instFamily: "BTC-USD",
  uly: "BTC-USD",
  settleCcy: "BTC",
  ctVal: "100",
  ctMult: "1",
  ctValCcy: "USD",
  ctType: "inverse",
  listTime: "1535424203000",
  lever: "100",
  tickSz: "0.1",
  lotSz: "1",
  minSz: "1",
  state: "suspend",
  maxLmtSz: "100000000",
  maxMktSz: "30000",
  maxTwapSz: "100000000",
  maxIcebergSz: "100000000",
  maxTriggerSz: "100000000",
  maxStopSz: "30000",
  instIdCode: 10_458,
};
