import type { BalanceView } from "#exchange";
import type { RowByEndpoint, Whole } from "#okx";
import { moneyText, ppmText } from "../text/decimal-text.ts";

export type BalanceRow = Whole<RowByEndpoint["balance"]>;
type DetailRow = BalanceRow["details"][number];

/** A currency's price in dollars, in units of 10^-8; null where the venue knows none. */
export type DollarPrice = (currency: string) => number | null;

/** The account as a whole; `balances` may be a selection, the totals are of what is given. */
export function balanceRow(
  balances: readonly BalanceView[],
  dollars: DollarPrice,
  nowMs: number,
): BalanceRow {
  const inDollars = (of: (balance: BalanceView) => number): string =>
    moneyText(
      balances.reduce((sum, balance) => sum + toDollars(of(balance), dollars(balance.currency)), 0),
    );
  const equity = inDollars(({ equityUnits }) => equityUnits);
  const ratios = balances.flatMap(({ marginRatioPpm }) => marginRatioPpm ?? []);
  return {
    uTime: String(nowMs),
    totalEq: equity,
    isoEq: inDollars(({ isolatedEquityUnits }) => isolatedEquityUnits),
    adjEq: equity,
    availEq: inDollars(({ availableEquityUnits }) => availableEquityUnits),
    ordFroz: inDollars(({ orderFrozenUnits }) => orderFrozenUnits),
    imr: inDollars(({ initialMarginUnits }) => initialMarginUnits),
    mmr: inDollars(({ maintenanceMarginUnits }) => maintenanceMarginUnits),
    borrowFroz: "0",
    mgnRatio: ratios.length === 0 ? "" : ppmText(Math.min(...ratios)),
    notionalUsd: "",
    notionalUsdForBorrow: "0",
    notionalUsdForSwap: "",
    notionalUsdForFutures: "0",
    notionalUsdForOption: "0",
    upl: inDollars(({ unrealizedUnits }) => unrealizedUnits),
    delta: "",
    details: balances.map((balance) => detailRow(balance, dollars(balance.currency))),
  };
}

function detailRow(balance: BalanceView, dollarPrice: number | null): DetailRow {
  const equity = moneyText(balance.equityUnits);
  const equityDollars = moneyText(toDollars(balance.equityUnits, dollarPrice));
  return {
    ...unusedDetailFields,
    ccy: balance.currency,
    eq: equity,
    cashBal: moneyText(balance.cashUnits),
    uTime: String(balance.updatedMs),
    isoEq: moneyText(balance.isolatedEquityUnits),
    availEq: moneyText(balance.availableEquityUnits),
    disEq: equityDollars,
    availBal: moneyText(balance.availableCashUnits),
    frozenBal: moneyText(balance.frozenUnits),
    ordFrozen: moneyText(balance.orderFrozenUnits),
    upl: moneyText(balance.unrealizedUnits),
    mgnRatio: balance.marginRatioPpm === null ? "" : ppmText(balance.marginRatioPpm),
    imr: moneyText(balance.initialMarginUnits),
    mmr: moneyText(balance.maintenanceMarginUnits),
    eqUsd: equityDollars,
    isoUpl: moneyText(balance.isolatedUnrealizedUnits),
    spotBal: equity,
  };
}

/** Units of a currency times its price, rounded toward zero; nothing where no price is known. */
function toDollars(units: number, price: number | null): number {
  if (price === null) return 0;
  return Number((BigInt(units) * BigInt(price)) / 100_000_000n);
}

/** Fields of borrowing and lending: there, and nothing. */
const unusedDetailFields = {
  fixedBal: "0",
  liab: "0",
  uplLiab: "0",
  crossLiab: "0",
  isoLiab: "0",
  rewardBal: "0",
  interest: "0",
  twap: "0",
  maxLoan: "0",
  borrowFroz: "0",
  notionalLever: "0",
  stgyEq: "0",
  spotInUseAmt: "0",
  clSpotInUseAmt: "0",
  maxSpotInUseAmt: "0",
  spotIsoBal: "0",
  smtSyncEq: "0",
  spotCopyTradingEq: "0",
  openAvgPx: "",
  accAvgPx: "",
  spotUpl: "",
  spotUplRatio: "",
  totalPnl: "",
  totalPnlRatio: "",
} as const;
