import {
  billSubtypeNames,
  billTypeNames,
  liquidityNames,
  marginModeNames,
  positionSideNames,
  sideNames,
} from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { billFields, fillFields, tradeFields } from "../ledger/history-fields.ts";
import type { ClientIds } from "./client-ids.ts";
import type { BillView, FillView, TradeView } from "./view.ts";

const b = billFields;
const t = tradeFields;

/** Where the bill of a fill begins, or -1 if history has let either go. */
export function billOfFill(engine: Engine, id: number): number {
  const at = engine.fills.find(id);
  return at < 0 ? -1 : engine.bills.find(engine.fills.numbers[at + fillFields.fillBill]);
}

/** The fill `id`, whose bill begins at `at`. */
export function fillView(engine: Engine, ids: ClientIds, id: number, at: number): FillView {
  const bill = engine.bills.numbers;
  const meta = bill[at + b.billMeta];
  const who = bill[at + b.billWho];
  const account = Math.floor(who / 65_536);
  return {
    id,
    tradeId: bill[at + b.billTrade],
    billId: engine.fills.numbers[engine.fills.find(id) + fillFields.fillBill],
    orderId: bill[at + b.billOrder],
    clientId: ids.nameOf(bill[at + b.billClientKey]),
    tag: bill[at + b.billTag],
    account,
    instrument: meta >> 8,
    side: sideNames[meta & 1],
    positionSide: positionSideNames[(meta >> 1) & 3],
    marginMode: marginModeNames[(meta >> 3) & 3],
    liquidity: liquidityNames[(meta >> 5) & 1],
    priceTicks: bill[at + b.billTicks],
    lots: bill[at + b.billLots],
    feeUnits: 0 - bill[at + b.billFee],
    feeCurrency: engine.currencies[((who - account * 65_536) >> 8) & 255],
    pnlUnits: bill[at + b.billPnl],
    timeMs: bill[at + b.billTimeMs],
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
    instrument: meta < 0 ? null : meta >> 8,
    marginMode: meta < 0 ? null : marginModeNames[(meta >> 3) & 3],
    orderId: order === 0 ? null : order,
    clientId: ids.nameOf(bill[at + b.billClientKey]),
    tag: bill[at + b.billTag],
    tradeId: order === 0 ? null : bill[at + b.billTrade],
    priceTicks: bill[at + b.billTicks] === 0 ? null : bill[at + b.billTicks],
    lots: bill[at + b.billLots] === 0 ? null : bill[at + b.billLots],
    liquidity: order === 0 ? null : liquidityNames[(meta >> 5) & 1],
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
