import type { Algo, Leg } from "../algo/algo-board.ts";
import { trailTicks } from "../algo/trail.ts";
import { marginModeNames, positionSideNames, sideNames } from "../engine/codes.ts";
import type { ClientIds } from "./client-ids.ts";
import type { TriggerLeg } from "./command.ts";
import { rejectReasonOf } from "./reject-reason.ts";
import type { AlgoView } from "./view.ts";

/** An algo order as this copy of it says. */
export function algoView(algo: Algo, ids: ClientIds): AlgoView {
  const leg = (name: Leg["name"]): TriggerLeg | null => {
    const found = algo.legs.find((each) => each.name === name);
    if (found === undefined) return null;
    const { triggerTicks, source, orderTicks } = found;
    return { triggerTicks, source, orderTicks };
  };
  return {
    id: algo.id,
    account: algo.account,
    instrument: algo.market,
    clientId: ids.nameOf(algo.clientKey),
    tag: algo.tag,
    algoType: algo.algoType,
    side: sideNames[algo.side],
    lots: algo.lots,
    marginMode: marginModeNames[algo.mode],
    positionSide: positionSideNames[algo.positionSide],
    reduceOnly: algo.reduceOnly,
    takeProfit: leg("take_profit"),
    stopLoss: leg("stop_loss"),
    trigger: leg("trigger"),
    trail: trailView(algo),
    state: algo.state,
    firedLeg: algo.fired,
    orderId: algo.orderId === 0 ? null : algo.orderId,
    failReason: rejectReasonOf(algo.failCode),
    createdMs: algo.createdMs,
    updatedMs: algo.updatedMs,
    triggeredMs: algo.triggeredMs === 0 ? null : algo.triggeredMs,
  };
}

function trailView({ trail, side }: Algo): AlgoView["trail"] {
  if (trail === null) return null;
  const { activeTicks, ratioPpm, spreadTicks } = trail;
  return { activeTicks, ratioPpm, spreadTicks, triggerTicks: trailTicks(trail, side) };
}
