import { isRecord } from "./compare/read-path.ts";
import type { DirectClient } from "./direct-client.ts";
import type { SeatMarket } from "./seat.ts";

/**
 * What an act left behind at the venue, part by part, without times and without the names and tags
 * that a library gives of its own; those are kept apart.
 */
export type Effect = Readonly<{ parts: Readonly<Record<string, unknown>>; names: unknown }>;

export async function readEffect(desk: DirectClient, { instId }: SeatMarket): Promise<Effect> {
  const pending = await desk.call("orders_pending", { instType: "SWAP", instId });
  const ended = await desk.call("orders_history", { instType: "SWAP", instId, limit: "10" });
  const algos = await desk.call("algos_pending", { ordType: "conditional", instId });
  const positions = await desk.call("positions", { instId });
  const leverage = await desk.call("leverage_info", { instId, mgnMode: "cross" });
  const config = await desk.call("account_config", {});
  return {
    parts: {
      "resting orders": pending.map((row) => pick(row, orderNames)),
      "ended orders": ended.map((row) => pick(row, orderNames)),
      "stop orders": algos.map((row) => pick(row, algoNames)),
      positions: positions.map((row) => pick(row, positionNames)),
      leverage: leverage.map((row) => pick(row, ["lever", "mgnMode", "posSide"])),
      "position mode": config.map((row) => pick(row, ["posMode"])),
    },
    names: [...pending, ...ended, ...algos].map((row) => {
      return pick(row, ["clOrdId", "algoClOrdId", "tag"]);
    }),
  };
}

const orderNames = [
  ...["side", "posSide", "tdMode", "ordType", "sz", "px", "accFillSz", "avgPx", "state"],
  ...["reduceOnly", "stpMode", "cancelSource"],
];
const algoNames = ["side", "posSide", "tdMode", "ordType", "sz", "slTriggerPx", "slOrdPx", "state"];
const positionNames = ["posSide", "mgnMode", "pos", "avgPx", "lever"];

function pick(row: unknown, names: readonly string[]): unknown {
  if (!isRecord(row)) return null;
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}
