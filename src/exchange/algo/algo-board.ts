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
export type AlgoBoard = Readonly<{
  add: (algo: Algo) => void;
  find: (id: number) => Algo | null;
  nextId: () => number;
  /** Call when an algo order has ended, or its legs have changed. */
  update: (algo: Algo) => void;
  openOf: (market: number) => readonly Algo[];
  all: () => readonly Algo[];
  openCount: () => number;
  hasOpen: (account: number) => boolean;
  countOpen: (account: number, market: number) => number;
  /** Whether any leg of this market is met at these prices. */
  isDue: (market: number, lastTicks: number, markTicks: number) => boolean;
  /** Copies made for the events of the current command. */
  reports: Algo[];
}>;

export function createAlgoBoard(markets: number): AlgoBoard {
  const algos: Algo[] = [];
  const openByMarket: Algo[][] = Array.from({ length: markets }, () => []);
  const watches: Watch[] = openByMarket.map(watchOf);
  const reports: Algo[] = [];
  let open = 0;

  return {
    reports,
    nextId: () => algos.length + 1,
    add(algo: Algo): void {
      algos.push(algo);
      openByMarket[algo.market].push(algo);
      open += 1;
      watches[algo.market] = watchOf(openByMarket[algo.market]);
    },
    find: (id: number): Algo | null => algos[id - 1] ?? null,
    update(algo: Algo): void {
      const list = openByMarket[algo.market];
      const place = list.indexOf(algo);
      if (algo.state !== "live" && place >= 0) {
        list.splice(place, 1);
        open -= 1;
      }
      watches[algo.market] = watchOf(list);
    },
    openOf: (market: number): readonly Algo[] => openByMarket[market],
    all: (): readonly Algo[] => algos,
    openCount: () => open,
    hasOpen: (account: number): boolean =>
      openByMarket.some((list) => list.some((algo) => algo.account === account)),
    countOpen: (account: number, market: number): number =>
      openByMarket[market].filter((algo) => algo.account === account).length,
    isDue(market: number, lastTicks: number, markTicks: number): boolean {
      const { lastUp, lastDown, markUp, markDown } = watches[market];
      return (
        (lastTicks !== 0 && (lastTicks >= lastUp || lastTicks <= lastDown)) ||
        (markTicks !== 0 && (markTicks >= markUp || markTicks <= markDown))
      );
    },
  };
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
