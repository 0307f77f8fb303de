import type { TriggerSource } from "../api/command.ts";
import { codes } from "../engine/codes.ts";
import { followTrail, type TrailState, trailLegs } from "./trail.ts";

const { buy } = codes;

/** What fires an algo order, and what it then sends. */
export type Leg = Readonly<{
  name: "take_profit" | "stop_loss" | "trigger" | "trail";
  triggerTicks: number;
  /** What was asked for; `onMark` is what it comes to: the mark price, else the last. */
  source: TriggerSource;
  onMark: boolean;
  /** Fires at or above the trigger, else at or below. */
  isUp: boolean;
  /** Null: at market. */
  orderTicks: number | null;
}>;

export type AlgoState = "live" | "effective" | "canceled" | "order_failed";

/** An algo order waiting or done. The board owns it; others see copies. */
export type Algo = {
  readonly id: number;
  readonly account: number;
  readonly market: number;
  readonly clientKey: number;
  readonly tag: number;
  readonly algoType: "conditional" | "oco" | "trigger" | "move_order_stop";
  readonly side: number;
  readonly mode: number;
  readonly positionSide: number;
  readonly reduceOnly: boolean;
  /** Null: the whole position when it fires. */
  lots: number | null;
  legs: readonly Leg[];
  trail: TrailState | null;
  state: AlgoState;
  fired: Leg["name"] | null;
  orderId: number;
  failCode: number;
  readonly createdMs: number;
  updatedMs: number;
  triggeredMs: number;
};

/** The prices at which something of one market would fire. */
type Watch = { lastUp: number; lastDown: number; markUp: number; markDown: number };

/** All algo orders; open ones by market in the order of their ids. */
export class AlgoBoard {
  /** Waiting algo orders of all accounts. */
  openCount = 0;
  /** Copies made for the events of the current command. */
  readonly reports: Algo[] = [];
  readonly #algos: Algo[] = [];
  readonly #openByMarket: Algo[][];
  readonly #watches: Watch[];

  constructor(markets: number) {
    this.#openByMarket = Array.from({ length: markets }, () => []);
    this.#watches = this.#openByMarket.map(watchOf);
  }

  get nextId(): number {
    return this.#algos.length + 1;
  }

  add(algo: Algo): void {
    this.#algos.push(algo);
    this.#openByMarket[algo.market].push(algo);
    this.openCount += 1;
    this.#watches[algo.market] = watchOf(this.#openByMarket[algo.market]);
  }

  find(id: number): Algo | null {
    return this.#algos[id - 1] ?? null;
  }

  /** Call when an algo order has ended, or its legs have changed. */
  update(algo: Algo): void {
    const list = this.#openByMarket[algo.market];
    const place = list.indexOf(algo);
    if (algo.state !== "live" && place >= 0) {
      list.splice(place, 1);
      this.openCount -= 1;
    }
    this.#watches[algo.market] = watchOf(list);
  }

  openOf(market: number): readonly Algo[] {
    return this.#openByMarket[market];
  }

  all(): readonly Algo[] {
    return this.#algos;
  }

  hasOpen(account: number): boolean {
    return this.#openByMarket.some((list) => list.some((algo) => algo.account === account));
  }

  /** Whether something already waits to close the whole of this position. */
  closesWhole(account: number, market: number, mode: number, positionSide: number): boolean {
    return this.#openByMarket[market].some(
      (algo) =>
        algo.lots === null &&
        algo.account === account &&
        algo.mode === mode &&
        algo.positionSide === positionSide,
    );
  }

  /** Moves the trails of this market to its last price. */
  follow(market: number, lastTicks: number): void {
    const list = this.#openByMarket[market];
    let moved = false;
    for (const algo of list) {
      if (algo.trail === null) continue;
      const trail = followTrail(algo.trail, algo.side, lastTicks);
      if (trail === algo.trail) continue;
      algo.trail = trail;
      algo.legs = trailLegs(trail, algo.side);
      moved = true;
    }
    if (moved) this.#watches[market] = watchOf(list);
  }

  countOpen(account: number, market: number): number {
    return this.#openByMarket[market].filter((algo) => algo.account === account).length;
  }

  /** Whether any leg of this market is met at these prices. */
  isDue(market: number, lastTicks: number, markTicks: number): boolean {
    const { lastUp, lastDown, markUp, markDown } = this.#watches[market];
    return (
      (lastTicks !== 0 && (lastTicks >= lastUp || lastTicks <= lastDown)) ||
      (markTicks !== 0 && (markTicks >= markUp || markTicks <= markDown))
    );
  }
}

export function isMet(leg: Leg, lastTicks: number, markTicks: number): boolean {
  const ticks = leg.onMark ? markTicks : lastTicks;
  if (ticks === 0) return false;
  return leg.isUp ? ticks >= leg.triggerTicks : ticks <= leg.triggerTicks;
}

/** A trail has to hear of its first price, and of each that is better than its best. */
function watchTrail(watch: Watch, { activeTicks, extremeTicks }: TrailState, isBuy: boolean): void {
  const waits = extremeTicks === 0 ? activeTicks : null;
  if (isBuy) watch.lastDown = Math.max(watch.lastDown, waits ?? extremeTicks - 1);
  else watch.lastUp = Math.min(watch.lastUp, waits ?? extremeTicks + 1);
}

function watchOf(open: readonly Algo[]): Watch {
  const watch = { lastUp: Infinity, lastDown: -1, markUp: Infinity, markDown: -1 };
  for (const { legs, trail, side } of open) {
    if (trail !== null) watchTrail(watch, trail, side === buy);
    for (const { triggerTicks, onMark, isUp } of legs) {
      if (onMark && isUp) watch.markUp = Math.min(watch.markUp, triggerTicks);
      else if (onMark) watch.markDown = Math.max(watch.markDown, triggerTicks);
      else if (isUp) watch.lastUp = Math.min(watch.lastUp, triggerTicks);
      else watch.lastDown = Math.max(watch.lastDown, triggerTicks);
    }
  }
  return watch;
}
