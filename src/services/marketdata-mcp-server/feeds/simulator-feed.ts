import type { BareTick } from "./bare-tick.ts";
import { type Failure, type FailureKind, failuresAt } from "./failure-plan.ts";
import type { Chance, Feed, FeedTime } from "./feed.ts";
import { type ConnectionEnd, keepConnected } from "./keep-connected.ts";
import { createSimulatedMarket, type SimulatedMarket } from "./simulated-market.ts";

export type SimulatorOptions = Readonly<{
  seed: number;
  symbols: readonly string[];
  /** Between two steps of the market. */
  stepMs: number;
  failures: readonly Failure[];
  time: FeedTime;
  chance: Chance;
}>;

/** A market out of nothing but a seed, with failures by plan. It says `simulator` on every tick. */
export function createSimulatorFeed(options: SimulatorOptions): Feed {
  const { seed, symbols, failures, time, chance } = options;
  return {
    name: `simulator:${seed}`,
    sequences: "contiguous",
    async start(onTick, onState, signal): Promise<void> {
      const session: Session = {
        market: createSimulatedMarket(seed, symbols),
        startedMs: time.nowMs(),
        startedAt: time.monotonicMs(),
        history: [],
        held: [],
        dropped: new Set(),
      };
      const emit = (tick: BareTick): void => {
        onTick({ ...tick, received_ts_ms: Math.floor(time.nowMs()), source: "simulator" });
      };
      const connect = async (stop: AbortSignal): Promise<ConnectionEnd> => {
        if (failuresAt(failures, elapsed(session, time)).has("closed")) return closedEnd(false);
        onState({ state: "live", reason: null });
        return runConnection(options, session, emit, stop);
      };
      await keepConnected({ connect, time, chance, onState }, signal);
    },
  };
}

type Session = {
  market: SimulatedMarket;
  startedMs: number;
  startedAt: number;
  /** Ticks of the past, to be replayed; bounded. */
  history: readonly BareTick[];
  /** A step that waits to come after its successor. */
  held: readonly BareTick[];
  /** Failures that dropped the connection already. */
  dropped: Set<Failure>;
};

const historySize = 200;

function elapsed(session: Session, time: FeedTime): number {
  return time.monotonicMs() - session.startedAt;
}

function closedEnd(wasLive: boolean): ConnectionEnd {
  return { refused: false, reason: "the upstream is closed", wasLive };
}

async function runConnection(
  { failures, stepMs, time }: SimulatorOptions,
  session: Session,
  emit: (tick: BareTick) => void,
  signal: AbortSignal,
): Promise<ConnectionEnd> {
  for (;;) {
    const active = failuresAt(failures, elapsed(session, time));
    if (active.has("closed")) return closedEnd(true);
    const drop = active.get("reconnect");
    if (drop !== undefined && !session.dropped.has(drop)) {
      session.dropped.add(drop);
      return { refused: false, reason: "the connection dropped", wasLive: true };
    }
    for (const tick of nextTicks(session, active, elapsed(session, time))) emit(tick);
    if (!(await time.sleep(stepMs, signal))) {
      return { refused: false, reason: "stopped", wasLive: true };
    }
  }
}

function nextTicks(
  session: Session,
  active: ReadonlyMap<FailureKind, Failure>,
  elapsedMs: number,
): readonly BareTick[] {
  if (active.has("stall")) return [];
  // The exchange's clock is its own: it does not step when ours is set.
  const exchangeMs = Math.floor(session.startedMs + elapsedMs + (active.get("skew")?.by_ms ?? 0));
  if (active.has("replay_old")) return replayed(session);
  const fresh = session.market.step(exchangeMs, active.has("frozen"));
  session.history = [...session.history, ...fresh].slice(-historySize);
  if (active.has("duplicate")) return fresh.flatMap((tick) => [tick, tick]);
  if (!active.has("out_of_order")) return fresh;
  if (session.held.length === 0) {
    session.held = fresh;
    return [];
  }
  const late = session.held;
  session.held = [];
  return [...fresh, ...late];
}

/** Old ticks again, numbered as if they were new. */
function replayed(session: Session): readonly BareTick[] {
  const numbers = session.history.map(({ sequence }) => sequence ?? 0);
  const above = Math.max(0, ...numbers);
  return session.history.slice(0, replayedPerStep).map((tick, index) => {
    return { ...tick, sequence: above + index + 1 };
  });
}

const replayedPerStep = 4;
