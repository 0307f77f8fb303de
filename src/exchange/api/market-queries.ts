import { Defect } from "#base";
import { rowFields } from "../accounts/row-fields.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { moneyPurposes } from "../ledger/money-purposes.ts";
import type { Shell } from "./apply-command.ts";
import { bookView } from "./book-view.ts";
import { conservation } from "./conservation.ts";
import type { Exchange } from "./exchange.ts";
import { latestTrades } from "./pages.ts";

type MarketQueries = Pick<
  Exchange,
  | "trades"
  | "book"
  | "lastTicks"
  | "markTicks"
  | "priceBand"
  | "openInterestLots"
  | "conservation"
  | "venueBalances"
>;

/** Everything that can be asked about instruments and about the venue itself. */
export function marketQueries({ engine }: Shell): MarketQueries {
  return {
    trades: (instrument, limit) => latestTrades(engine, instrument, limit),
    book: (instrument, depth) => bookView(marketOf(engine, instrument), depth),
    lastTicks: (instrument) => orNull(marketOf(engine, instrument).lastTicks),
    markTicks: (instrument) => orNull(marketOf(engine, instrument).markTicks),
    priceBand(instrument) {
      const market = marketOf(engine, instrument);
      return market.bandHigh === 0 ? null : { low: market.bandLow, high: market.bandHigh };
    },
    openInterestLots: (instrument) => openInterest(engine, marketOf(engine, instrument)),
    conservation: () => conservation(engine),
    venueBalances(currency) {
      const index = engine.currencies.indexOf(currency);
      if (index < 0) throw new Defect(`unknown currency ${currency}`);
      return {
        fees: engine.money.exact(moneyPurposes.moneyFees, index),
        insurance: engine.money.exact(moneyPurposes.moneyInsurance, index),
        clearing: engine.money.exact(moneyPurposes.moneyClearing, index),
        outside: engine.money.exact(moneyPurposes.moneyOutside, index),
        issued: engine.money.exact(moneyPurposes.moneyIssued, index),
      };
    },
  };
}

function marketOf(engine: Engine, instrument: number): Market {
  const market = engine.markets[instrument];
  if (market === undefined) throw new Defect(`unknown instrument ${instrument}`);
  return market;
}

function orNull(ticks: number): number | null {
  return ticks === 0 ? null : ticks;
}

/** All long lots, the venue's own included; as many are short. */
function openInterest(engine: Engine, market: Market): number {
  let lots = Math.max(0, market.outsideLots) + Math.max(0, market.insuranceLots);
  for (let k = 0; k < market.activeCount; k += 1) {
    const held =
      engine.rows.numbers[market.activeRows[k] * rowFields.rowNumbers + rowFields.rowLots];
    if (held > 0) lots += held;
  }
  return lots;
}
