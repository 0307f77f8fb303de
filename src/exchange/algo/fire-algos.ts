import { rowFields } from "../accounts/row-fields.ts";
import { rejectCodes } from "../api/reject.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { placeOrder } from "../matching/place.ts";
import { rowFor } from "../matching/position-row.ts";
import { type Algo, isMet, type Leg } from "./algo-board.ts";
import { reportAlgo } from "./report-algo.ts";

const { rowLots, rowNumbers } = rowFields;
const { orderAlgo, orderNumbers } = orderFields;
const { originAlgo, typeLimit, typeMarket } = codes;
const {
  commandAccount,
  commandLots,
  commandMarket,
  commandMode,
  commandPositionSide,
  commandReduceOnly,
  commandSide,
  commandStp,
  commandTag,
  commandTicks,
  commandType,
  commandWidth,
} = commandFields;

/**
 * Sends what is due. What an algo order sends may move the price and make others due; each fires
 * once, so this ends.
 */
export function fireAlgos(engine: Engine): void {
  for (let fired = true; fired; ) {
    fired = false;
    for (const market of engine.markets) {
      if (!engine.algos.isDue(market.index, market.lastTicks, market.markTicks)) continue;
      engine.algos.follow(market.index, market.lastTicks);
      fired = fireFirst(engine, market) || fired;
    }
  }
}

/** The oldest that is due; one at a time, since it may change what the others see. */
function fireFirst(engine: Engine, market: Market): boolean {
  for (const algo of engine.algos.openOf(market.index)) {
    const leg = algo.legs.find((each) => isMet(each, market.lastTicks, market.markTicks));
    if (leg === undefined) continue;
    fire(engine, market, algo, leg);
    return true;
  }
  return false;
}

function fire(engine: Engine, market: Market, algo: Algo, leg: Leg): void {
  algo.fired = leg.name;
  algo.triggeredMs = engine.nowMs;
  algo.updatedMs = engine.nowMs;
  algo.state = "effective";
  engine.algos.update(algo);
  const asked = engine.resultOrderId;
  engine.resultOrderId = 0;
  const code = send(engine, market, algo, leg);
  if (code === 0) {
    algo.orderId = engine.resultOrderId;
    const slot = engine.orders.slotOf(algo.orderId);
    engine.orders.numbers[slot * orderNumbers + orderAlgo] = algo.id;
  } else {
    algo.state = "order_failed";
    algo.failCode = code;
  }
  engine.resultOrderId = asked;
  reportAlgo(engine, algo);
}

function send(engine: Engine, market: Market, algo: Algo, leg: Leg): number {
  const c = new Float64Array(commandWidth);
  c[commandAccount] = algo.account;
  c[commandMarket] = algo.market;
  c[commandSide] = algo.side;
  c[commandType] = leg.orderTicks === null ? typeMarket : typeLimit;
  c[commandTicks] = leg.orderTicks ?? 0;
  c[commandMode] = algo.mode;
  c[commandPositionSide] = algo.positionSide;
  c[commandReduceOnly] = algo.reduceOnly ? 1 : 0;
  c[commandStp] = -1;
  c[commandTag] = algo.tag;
  if (algo.lots === null) {
    const held = engine.rows.numbers[rowFor(engine, c, 0) * rowNumbers + rowLots];
    if (held === 0) return rejectCodes.no_position;
    c[commandLots] = Math.min(Math.abs(held), market.spec.maxMarketLots);
  } else c[commandLots] = algo.lots;
  return placeOrder(engine, c, 0, originAlgo);
}
