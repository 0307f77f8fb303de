/** What fires an algo order, and what it then sends. */
export type Leg = Readonly<{
  name: "take_profit" | "stop_loss" | "trigger";
  triggerTicks: number;
  /** Watches the mark price, else the last. */
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
  readonly algoType: "conditional" | "oco" | "trigger";
  readonly side: number;
  readonly mode: number;
  readonly positionSide: number;
  readonly reduceOnly: boolean;
  /** Null: the whole position when it fires. */
  lots: number | null;
  legs: readonly Leg[];
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

function watchOf(open: readonly Algo[]): Watch {
  const watch = { lastUp: Infinity, lastDown: -1, markUp: Infinity, markDown: -1 };
  for (const { legs } of open) {
    for (const { triggerTicks, onMark, isUp } of legs) {
      if (onMark && isUp) watch.markUp = Math.min(watch.markUp, triggerTicks);
      else if (onMark) watch.markDown = Math.max(watch.markDown, triggerTicks);
      else if (isUp) watch.lastUp = Math.min(watch.lastUp, triggerTicks);
      else watch.lastDown = Math.max(watch.lastDown, triggerTicks);
    }
  }
  return watch;
}
