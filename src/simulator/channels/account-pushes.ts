import type { FillView, PositionView } from "#exchange";
import type { RowByChannel } from "#okx";
import { positionMarket } from "../account/position-market.ts";
import type { Caller } from "../accounts/key-ring.ts";
import type { FaultInjector } from "../faults/injector.ts";
import type { Floor } from "../floor/floor.ts";
import type { MarketView } from "../market/market-view.ts";
import { balanceRow, type DollarPrice } from "../rows/balance-row.ts";
import { entryPrice, positionRow } from "../rows/position-row.ts";
import { moneyText } from "../text/decimal-text.ts";
import type { Hub } from "./hub.ts";
import { isOfInstrument } from "./selection.ts";
import type { Subscription } from "./subscription.ts";

export type AccountPushParts = Readonly<{
  floor: Floor;
  market: MarketView;
  dollars: DollarPrice;
  faults: FaultInjector;
  hub: Hub;
}>;

/** Channel `account`: all currencies, or the one that was asked for. */
export function pushBalance(
  to: Subscription,
  { account }: Caller,
  { floor, dollars, hub }: AccountPushParts,
): void {
  const wanted = floor.exchange
    .balances(account)
    .filter(({ currency }) => to.arg["ccy"] === undefined || to.arg["ccy"] === currency);
  hub.push(to, `[${JSON.stringify(balanceRow(wanted, dollars, floor.nowMs()))}]`);
}

/**
 * Channel `positions`. `changed`: those that did, closed ones too; null: all that are held, as the
 * first message and the regular ones show them.
 */
export function pushPositions(
  to: Subscription,
  { account, name }: Caller,
  changed: readonly PositionView[] | null,
  parts: AccountPushParts,
): void {
  const { floor, faults, hub } = parts;
  const held = (changed ?? heldPositions(account, floor)).filter(({ instrument }) =>
    isOfInstrument(to, instrument, floor.catalog),
  );
  if (changed !== null && held.length === 0) return;
  const point = {
    endpoint: "push positions",
    account: name,
    channel: to.name,
    instId: null,
    clOrdIds: [],
  };
  const isHidden =
    faults.has("empty_positions") && faults.strike("empty_positions", point) !== null;
  const nowMs = floor.nowMs();
  const rows = (isHidden ? [] : held).map((position) =>
    positionRow(position, positionMarket(position.instrument, parts, nowMs), floor.texts),
  );
  hub.push(to, JSON.stringify(rows));
}

function heldPositions(account: number, { exchange }: Floor): readonly PositionView[] {
  return exchange.positions(account).filter(({ lots }) => lots !== 0);
}

/** What one burst of events changed of an account. */
export type AccountChange = Readonly<{
  positions: readonly PositionView[];
  trades: readonly FillView[];
}>;

type BothRow = RowByChannel["balance_and_position"];

/** Channel `balance_and_position`: cash and positions together, with the trades that moved them. */
export function pushBoth(
  to: Subscription,
  { account }: Caller,
  change: AccountChange | null,
  { floor, hub }: AccountPushParts,
): void {
  const { exchange, catalog, ids } = floor;
  const held = change?.positions ?? heldPositions(account, floor);
  const trades = change?.trades ?? [];
  const row: BothRow = {
    pTime: String(floor.nowMs()),
    eventType: change === null ? "snapshot" : trades.length > 0 ? "filled" : "delivered",
    balData: exchange.balances(account).map(({ currency, cashUnits, updatedMs }) => ({
      ccy: currency,
      cashBal: moneyText(cashUnits),
      uTime: String(updatedMs),
    })),
    posData: held.map((position) => positionPart(position, floor)),
    trades: trades.map(({ instrument, tradeId }) => ({
      instId: catalog.at(instrument).instId,
      tradeId: ids.text("trade", tradeId),
    })),
  };
  hub.push(to, `[${JSON.stringify(row)}]`);
}

function positionPart(position: PositionView, { catalog, ids }: Floor): BothRow["posData"][number] {
  const listing = catalog.at(position.instrument);
  return {
    posId: ids.text("position", position.id),
    tradeId: "",
    instId: listing.instId,
    instType: listing.instType,
    mgnMode: position.marginMode,
    posSide: position.positionSide,
    pos: listing.sizeText(position.lots),
    ccy: listing.spec.quote,
    posCcy: "",
    avgPx: entryPrice(position, listing),
    nonSettleAvgPx: "",
    settledPnl: "",
    uTime: String(position.updatedMs),
  };
}
