import { createStream, type Stream } from "#base";
import type { Cause } from "./attribute.ts";
import type { FillTrail, OrderTrail, RunTrail, StepTrail, TickTrail } from "./trail.ts";
import { stepKey } from "./trail.ts";

/** For tests: pairs of runs in a toy market, one of them with a single fault at a known place. */
export type Planted = Readonly<{
  cause: Cause;
  tick: number;
  agentId: string;
  left: RunTrail;
  right: RunTrail;
}>;

const agents = 6;
const ticks = 8;
/** The toy exchange in numbers: prices in cents, sizes in lots, time in milliseconds. */
const feePpm = { T: 500, M: 200 } as const;

/** What happens to one step in one run. */
type Conditions = Readonly<{
  midShift: number;
  delayMs: number;
  feeFactor: number;
  refused: boolean;
  barShift: number;
  flipped: boolean;
  queueAhead: number;
}>;

const calm: Conditions = {
  midShift: 0,
  delayMs: 0,
  feeFactor: 1,
  refused: false,
  barShift: 0,
  flipped: false,
  queueAhead: 0,
};

/** One pair of runs with a fault of this cause; equal seeds make equal pairs. */
export function plant(cause: Cause, seed: number): Planted {
  const stream = createStream({ seed, stream: "founders", id: seed });
  const scene = sceneOf(stream);
  const place = chooseStep(scene, cause, stream);
  const fault = { ...place, ...conditionsOf(cause, stream) };
  const left = liveScene(scene, "left", null);
  const right = liveScene(scene, "right", fault);
  return { cause, tick: place.tick, agentId: nameOf(place.agent), left, right };
}

type Fault = Conditions & Readonly<{ agent: number; tick: number }>;

function conditionsOf(cause: Cause, stream: Stream): Conditions {
  const some = 1 + stream.below(5);
  switch (cause) {
    case "data":
      return { ...calm, barShift: some, flipped: true };
    case "decision":
      return { ...calm, flipped: true };
    case "reject":
      return { ...calm, refused: true };
    case "fee":
      return { ...calm, feeFactor: 2 };
    case "price":
      return { ...calm, midShift: 3 * some };
    case "latency":
      return { ...calm, delayMs: 200 * some };
    case "queue":
      return { ...calm, queueAhead: 1_000_000 };
  }
}

/** What both runs share: the path of the price and what each agent wants. */
type Scene = Readonly<{
  mids: readonly number[];
  /** Cents that the price moves in each 100 ms of a tick; never zero. */
  drifts: readonly number[];
  wishes: readonly (readonly Wish[])[];
}>;

type Wish = Readonly<{
  action: "open_long" | "open_short" | "close_to_flat" | "hold";
  lots: number;
  passive: boolean;
  arrivalMs: number;
  tradedAtPrice: number;
}>;

function sceneOf(stream: Stream): Scene {
  const mids: number[] = [4_200_000];
  for (let tick = 1; tick < ticks; tick += 1) {
    mids.push((mids.at(-1) ?? 0) + stream.below(2001) - 1000);
  }
  const drifts = mids.map(() => (stream.below(2) === 0 ? 1 : -1) * (1 + stream.below(4)));
  const wishes = mids.map(() =>
    Array.from({ length: agents }, (): Wish => {
      const action = (["open_long", "open_short", "close_to_flat", "hold"] as const)[
        stream.below(4)
      ];
      const lots = 1 + stream.below(40);
      return {
        action: action ?? "hold",
        lots,
        passive: stream.below(2) === 0,
        arrivalMs: 5 + stream.below(20),
        tradedAtPrice: lots + stream.below(50),
      };
    }),
  );
  return { mids, drifts, wishes };
}

/** A step in which a fault of this kind can show: a decision to flip, an order to fill. */
function chooseStep(
  { wishes }: Scene,
  cause: Cause,
  stream: Stream,
): Readonly<{ agent: number; tick: number }> {
  const fits = (wish: Wish): boolean => {
    if (cause === "data" || cause === "decision") return true;
    if (wish.action === "hold") return false;
    if (cause === "queue") return wish.passive;
    return cause === "latency" ? !wish.passive : true;
  };
  const places = wishes.flatMap((row, tick) =>
    row.flatMap((wish, agent) => (fits(wish) ? [{ agent, tick: tick + 1 }] : [])),
  );
  const place = places[stream.below(Math.max(places.length, 1))];
  return place ?? { agent: 0, tick: 1 };
}

function liveScene(scene: Scene, runId: string, fault: Fault | null): RunTrail {
  const tickTrails = new Map<number, TickTrail>();
  const steps = new Map<string, StepTrail>();
  for (const [index, mid] of scene.mids.entries()) {
    const tick = index + 1;
    const here = fault?.tick === tick ? fault : null;
    // A market that moved before the orders left is seen by everybody who orders in this tick.
    const shifted = mid + (here?.midShift ?? 0);
    tickTrails.set(tick, tickTrail(tick, { mid: shifted, barMid: mid + (here?.barShift ?? 0) }));
    for (const [agent, wish] of (scene.wishes[index] ?? []).entries()) {
      const own = here !== null && here.agent === agent ? here : calm;
      const step = stepOf(wish, {
        tick,
        agent,
        mid: shifted,
        drift: scene.drifts[index] ?? 1,
        own,
      });
      steps.set(stepKey(step.agentId, tick), step);
    }
  }
  const roster = Array.from({ length: agents }, (_, agent) => {
    return [nameOf(agent), { agentId: nameOf(agent), geneId: `gene${agent}` }] as const;
  });
  const agentTrails = new Map(roster);
  return { runId, mode: "okx_demo", instId: "X", agents: agentTrails, ticks: tickTrails, steps };
}

function tickTrail(
  tick: number,
  { mid, barMid }: Readonly<{ mid: number; barMid: number }>,
): TickTrail {
  return {
    tick,
    barOpenMs: tick * 60_000,
    bar: [barMid - 3, barMid + 9, barMid - 9, barMid, 1000 + tick].map(String),
    features: [barMid / 1e7, tick / 10],
    mask: 4095,
    colony: [agents, tick],
    submitMid: String(mid),
    book: [`${mid - 1} 500`, `${mid + 1} 500`],
  };
}

type Place = Readonly<{
  tick: number;
  agent: number;
  mid: number;
  drift: number;
  own: Conditions;
}>;

function stepOf(wish: Wish, place: Place): StepTrail {
  const { tick, agent, own } = place;
  const action = own.flipped ? (wish.action === "hold" ? "open_long" : "hold") : wish.action;
  return {
    agentId: nameOf(agent),
    tick,
    action,
    signal: wish.lots / 100,
    leverage: 1,
    oneshot: false,
    state: [0, 1_000_000],
    order: action === "hold" ? null : orderOf(wish, action, place),
  };
}

function orderOf(wish: Wish, action: string, place: Place): OrderTrail {
  const { tick, agent, mid, drift, own } = place;
  const side = action === "open_long" ? "buy" : "sell";
  const arrivalMs = wish.arrivalMs + own.delayMs;
  const touch = side === "buy" ? mid - 1 : mid + 1;
  const base = {
    clOrdId: `as${tick}x${agent}`,
    side,
    type: wish.passive ? "limit" : "market",
    sz: String(wish.lots),
    px: wish.passive ? String(touch) : null,
  };
  if (own.refused) {
    const reasonCode = "insufficient_balance";
    return { ...base, outcome: "rejected", reasonCode, arrivalMs: null, state: null, fills: [] };
  }
  const fills = wish.passive
    ? restingFills(wish, touch, own)
    : takingFills(wish, { side, mid: mid + Math.floor(arrivalMs / 100) * drift, own });
  return { ...base, outcome: "ok", reasonCode: null, arrivalMs, state: "filled", fills };
}

/** Whoever came first at the price is filled first; what is traded is shared in that order. */
function restingFills(wish: Wish, px: number, own: Conditions): readonly FillTrail[] {
  const left = Math.max(wish.tradedAtPrice - own.queueAhead, 0);
  const filled = Math.min(left, wish.lots);
  return filled === 0 ? [] : [fillOf({ px, lots: filled, role: "M", own })];
}

/** Walks two levels of 20 lots each, a cent apart. */
function takingFills(
  wish: Wish,
  { side, mid, own }: Readonly<{ side: string; mid: number; own: Conditions }>,
): readonly FillTrail[] {
  const step = side === "buy" ? 1 : -1;
  const first = Math.min(wish.lots, 20);
  const fills = [fillOf({ px: mid + step, lots: first, role: "T", own })];
  if (wish.lots > 20) {
    fills.push(fillOf({ px: mid + 2 * step, lots: wish.lots - 20, role: "T", own }));
  }
  return fills;
}

type Execution = Readonly<{ px: number; lots: number; role: "T" | "M"; own: Conditions }>;

function fillOf({ px, lots, role, own }: Execution): FillTrail {
  const fee = -Math.ceil((px * lots * feePpm[role] * own.feeFactor) / 1_000_000);
  const [price, size] = [String(px), String(lots)];
  return { tradeId: `t${px}${lots}`, px: price, sz: size, fee: String(fee), execType: role };
}

function nameOf(agent: number): string {
  return `a${String(agent + 1).padStart(6, "0")}`;
}
