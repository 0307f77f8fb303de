import {
  billSubtypeNames,
  billTypeNames,
  codes,
  liquidityNames,
  marginModeNames,
  positionSideNames,
  sideNames,
} from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { billFields, fillFields, tradeFields } from "../ledger/history-fields.ts";
import type { ClientIds } from "./client-ids.ts";
import type { BillView, FillView, TradeView } from "./view.ts";

const f = fillFields;
const b = billFields;
const t = tradeFields;

/** The fill that begins at `at` of the ring. */
export function fillView(engine: Engine, ids: ClientIds, id: number, at: number): FillView {
  const fill = engine.fills.numbers;
  const meta = fill[at + f.fillMeta];
  const market = engine.markets[meta >> 8];
  const side = meta & 1;
  return {
    id,
    tradeId: fill[at + f.fillTrade],
    billId: fill[at + f.fillBill],
    orderId: fill[at + f.fillOrder],
    clientId: ids.nameOf(fill[at + f.fillClientKey]),
    tag: fill[at + f.fillTag],
    account: fill[at + f.fillAccount],
    instrument: market.index,
    side: sideNames[side],
    positionSide: positionSideNames[(meta >> 1) & 3],
    marginMode: marginModeNames[(meta >> 3) & 3],
    liquidity: liquidityNames[(meta >> 5) & 1],
    priceTicks: fill[at + f.fillTicks],
    lots: fill[at + f.fillLots],
    feeUnits: 0 - fill[at + f.fillFee],
    feeCurrency:
      engine.currencies[market.isSpot && side === codes.buy ? market.base : market.quote],
    pnlUnits: fill[at + f.fillPnl],
    timeMs: fill[at + f.fillTimeMs],
  };
}

/** The bill that begins at `at` of the ring. */
export function billView(engine: Engine, ids: ClientIds, id: number, at: number): BillView {
  const bill = engine.bills.numbers;
  const who = bill[at + b.billWho];
  const account = Math.floor(who / 65_536);
  const rest = who - account * 65_536;
  const meta = bill[at + b.billMeta];
  const order = bill[at + b.billOrder];
  return {
    id,
    timeMs: bill[at + b.billTimeMs],
    account,
    currency: engine.currencies[rest >> 8],
    type: billTypeNames[(rest >> 5) & 7],
    subtype: billSubtypeNames[rest & 31],
    changeUnits: bill[at + b.billChange],
    balanceUnits: bill[at + b.billBalance],
    positionChangeUnits: bill[at + b.billPositionChange],
    positionBalanceUnits: bill[at + b.billPositionBalance],
    pnlUnits: bill[at + b.billPnl],
    feeUnits: 0 - bill[at + b.billFee],
    instrument: meta < 0 ? null : meta >> 4,
    marginMode: meta < 0 ? null : marginModeNames[(meta >> 1) & 3],
    orderId: order === 0 ? null : order,
    clientId: ids.nameOf(bill[at + b.billClientKey]),
    tag: bill[at + b.billTag],
    tradeId: order === 0 ? null : bill[at + b.billTrade],
    priceTicks: bill[at + b.billTicks] === 0 ? null : bill[at + b.billTicks],
    lots: bill[at + b.billLots] === 0 ? null : bill[at + b.billLots],
    liquidity: order === 0 ? null : liquidityNames[meta & 1],
  };
}

/** The public trade that begins at `at` of the ring. */
export function tradeView(engine: Engine, id: number, at: number): TradeView {
  const trade = engine.trades.numbers;
  return {
    id,
    instrument: trade[at + t.tradeMarket],
    priceTicks: trade[at + t.tradeTicks],
    lots: trade[at + t.tradeLots],
    side: sideNames[trade[at + t.tradeSide]],
    timeMs: trade[at + t.tradeTimeMs],
  };
}
