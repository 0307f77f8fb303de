import type { AmendAlgo, PlaceAlgo, TriggerLeg } from "../api/command.ts";
import { rejectCodes } from "../api/reject.ts";
import { codes, marginModeNames, positionSideNames, sideNames } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import type { Algo, Leg } from "./algo-board.ts";
import { reportAlgo } from "./report-algo.ts";
import { beginTrail, trailLegs } from "./trail.ts";

const { buy, modeCash, positionsNet, sideNet } = codes;

/** Waiting algo orders of one account in one instrument. OKX allows 100 to 500 by kind. */
const maxAlgos = 500;

/** Sets a trap: nothing is held for it until it fires. 0 or a reject code. */
export function placeAlgo(engine: Engine, command: PlaceAlgo, clientKey: number): number {
  const { account, instrument } = command;
  if (!(account >= 0 && account < engine.accounts.count)) return rejectCodes.unknown_account;
  const market = engine.markets[instrument];
  if (market === undefined) return rejectCodes.unknown_instrument;
  if (!market.isLive) return rejectCodes.instrument_suspended;
  const mode = marginModeNames.indexOf(command.marginMode);
  const positionSide = positionSideNames.indexOf(command.positionSide);
  if ((mode === modeCash) !== market.isSpot) return rejectCodes.margin_mode_mismatch;
  const net = market.isSpot || engine.accounts.positionMode[account] === positionsNet;
  if (net !== (positionSide === sideNet)) return rejectCodes.position_side_mismatch;
  const code = checkLots(market, command.lots);
  if (code !== 0) return code;
  if (engine.algos.countOpen(account, instrument) >= maxAlgos) return rejectCodes.algo_limit;
  const side = sideNames.indexOf(command.side);
  if (command.lots === null && engine.algos.closesWhole(account, instrument, mode, positionSide)) {
    return rejectCodes.whole_position_algo_exists;
  }
  const named = readLegs(market, side, command);
  if (typeof named === "number") return named;
  if (!legsFit(command, named)) return rejectCodes.bad_field;
  const trail = command.trail === undefined ? null : beginTrail(market, side, command.trail);
  if (typeof trail === "number") return trail;
  const legs = trail === null ? named : trailLegs(trail, side);

  const algo: Algo = {
    id: engine.algos.nextId,
    account,
    market: instrument,
    clientKey,
    tag: command.tag ?? 0,
    algoType: command.algoType,
    side,
    mode,
    positionSide,
    // What closes a whole position must never open one.
    reduceOnly: command.reduceOnly === true || (command.lots === null && !market.isSpot),
    lots: command.lots,
    legs,
    trail,
    state: "live",
    fired: null,
    orderId: 0,
    failCode: 0,
    createdMs: engine.nowMs,
    updatedMs: engine.nowMs,
    triggeredMs: 0,
  };
  engine.algos.add(algo);
  engine.resultAlgoId = algo.id;
  reportAlgo(engine, algo);
  return 0;
}

/** New size or new legs of a waiting algo order; legs that are not named stay. */
export function amendAlgo(engine: Engine, command: AmendAlgo): number {
  const algo = engine.algos.find(command.algoId);
  if (algo === null || algo.account !== command.account) return rejectCodes.algo_not_found;
  if (algo.state !== "live") return rejectCodes.algo_already_done;
  const market = engine.markets[algo.market];
  if (command.lots !== undefined) {
    const code = checkLots(market, command.lots);
    if (code !== 0) return code;
  }
  const named = readLegs(market, algo.side, command);
  if (typeof named === "number") return named;
  const names = new Set(named.map((leg) => leg.name));
  const legs = [...algo.legs.filter((leg) => !names.has(leg.name)), ...named];
  if (legs.length !== algo.legs.length) return rejectCodes.bad_field;
  if (named.length === 0 && command.lots === undefined) return rejectCodes.amend_nothing;
  if (command.lots !== undefined) algo.lots = command.lots;
  algo.legs = legs;
  algo.updatedMs = engine.nowMs;
  engine.algos.update(algo);
  engine.resultAlgoId = algo.id;
  reportAlgo(engine, algo);
  return 0;
}

function checkLots(market: Market, lots: number | null): number {
  if (lots === null) return market.isSpot ? rejectCodes.size_not_positive : 0;
  if (!(Number.isSafeInteger(lots) && lots > 0)) return rejectCodes.size_not_positive;
  if (lots < market.spec.minLots) return rejectCodes.size_below_minimum;
  return lots > market.spec.maxLimitLots ? rejectCodes.size_above_limit : 0;
}

type Legs = Readonly<{ takeProfit?: TriggerLeg; stopLoss?: TriggerLeg; trigger?: TriggerLeg }>;

function readLegs(market: Market, side: number, legs: Legs): readonly Leg[] | number {
  const read: Leg[] = [];
  for (const [name, given] of [
    ["take_profit", legs.takeProfit],
    ["stop_loss", legs.stopLoss],
    ["trigger", legs.trigger],
  ] as const) {
    if (given === undefined) continue;
    const leg = readLeg(market, side, name, given);
    if (typeof leg === "number") return leg;
    read.push(leg);
  }
  return read;
}

/** Which way the price must go: profit of a sell is above; a bare trigger lies where it lies. */
function readLeg(
  market: Market,
  side: number,
  name: Leg["name"],
  { triggerTicks, source, orderTicks }: TriggerLeg,
): Leg | number {
  for (const ticks of orderTicks === null ? [triggerTicks] : [triggerTicks, orderTicks]) {
    if (!(Number.isSafeInteger(ticks) && ticks > 0 && ticks <= market.spec.maxPriceTicks)) {
      return rejectCodes.price_out_of_range;
    }
  }
  const onMark = source === "mark" || (source === "index" && !market.isSpot);
  const now = onMark
    ? market.referenceTicks
    : market.lastTicks !== 0
      ? market.lastTicks
      : market.markTicks;
  if (now === 0) return rejectCodes.no_reference_price;
  const isUp =
    name === "trigger" ? triggerTicks > now : (name === "take_profit") !== (side === buy);
  if (isUp ? triggerTicks <= now : triggerTicks >= now) return rejectCodes.trigger_already_met;
  return { name, triggerTicks, source, onMark, isUp, orderTicks };
}

function legsFit({ algoType, trail }: PlaceAlgo, legs: readonly Leg[]): boolean {
  if ((algoType === "move_order_stop") !== (trail !== undefined)) return false;
  if (algoType === "move_order_stop") return legs.length === 0;
  const triggers = legs.filter((leg) => leg.name === "trigger").length;
  if (algoType === "trigger") return legs.length === 1 && triggers === 1;
  return triggers === 0 && legs.length === (algoType === "oco" ? 2 : 1);
}
