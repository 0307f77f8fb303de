import type { HaltReading } from "#safety";
import { algoKinds, createSendGate, openVenue, type Venue } from "#venues";
import { machineMs } from "./halt-signal.ts";
import type { WatchdogAccount, WatchdogWord } from "./watchdog-job.ts";

/** Cancels whatever rests for as long as a halt lasts. */
export type Canceller = Readonly<{ begin: () => void; rest: () => void }>;

/** While the venue still has something, or does not answer. */
const busyPauseMs = 50;
/** When nothing is left: an order that was on its way may still arrive, most likely soon. */
const quietPauseMs = 100;
const laterPauseMs = 1000;
const soonMs = 10_000;
/** Longer than this without an all-clear is worth telling. */
const escalateMs = 5000;

/**
 * Orders, algo orders, and again until the venue lists none. `look` is for the gate of a connection
 * that places nothing.
 */
export async function openCanceller(
  account: WatchdogAccount,
  look: () => HaltReading,
  tell: (word: WatchdogWord) => void,
): Promise<Canceller> {
  const { baseUrl, key, demo, timeoutMs, instIds } = account;
  const venue = await openVenue("direct", {
    ...{ baseUrl, key, demo, timeoutMs },
    streamUrl: null,
    gate: createSendGate(look),
    nowMs: () => Date.now(),
  });
  let halt = 0;
  let isOn = false;

  async function work(mine: number): Promise<void> {
    const fromMs = machineMs();
    let cancelled = 0;
    let rounds = 0;
    let isClear = false;
    let toldAtMs = fromMs;
    while (isOn && halt === mine) {
      const round = await cancelRound(venue, instIds);
      rounds += 1;
      cancelled += round.cancelled;
      if (round.clear && !isClear) {
        const atMs = machineMs();
        tell({ type: "cancelled", cancelled, took_ms: atMs - fromMs, rounds, at_ms: atMs });
      }
      isClear = round.clear;
      if (!isClear && machineMs() - toldAtMs > escalateMs) {
        toldAtMs = machineMs();
        tell({ type: "not_clear", for_ms: toldAtMs - fromMs, why: round.why });
      }
      const isSoon = machineMs() - fromMs < soonMs;
      await pause(isClear ? (isSoon ? quietPauseMs : laterPauseMs) : busyPauseMs);
    }
  }

  return {
    begin(): void {
      isOn = true;
      halt += 1;
      void work(halt);
    },
    rest(): void {
      isOn = false;
    },
  };
}

type Round = Readonly<{ clear: boolean; cancelled: number; why: string }>;

/** Clear when every list was told and was empty. */
async function cancelRound(venue: Venue, instIds: readonly string[]): Promise<Round> {
  const rounds = await Promise.all(instIds.map(async (instId) => cancelOf(venue, instId)));
  return {
    clear: rounds.every(({ clear }) => clear),
    cancelled: rounds.reduce((sum, { cancelled }) => sum + cancelled, 0),
    why: rounds.find(({ clear }) => !clear)?.why ?? "",
  };
}

async function cancelOf(venue: Venue, instId: string): Promise<Round> {
  const orders = await venue.openOrders(instId);
  if (!orders.ok) return { clear: false, cancelled: 0, why: orders.failure.code };
  const acks = await Promise.all(
    orders.value.map(async ({ ordId }) => venue.cancel(instId, { ordId })),
  );
  const algos = await Promise.all(
    algoKinds.map(async (kind) => {
      const listed = await venue.openAlgoOrders(instId, kind);
      if (!listed.ok) return null;
      await Promise.all(listed.value.map(async ({ algoId }) => venue.cancelAlgo(instId, algoId)));
      return listed.value.length;
    }),
  );
  const unknown = algos.includes(null);
  const open = orders.value.length + algos.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return {
    clear: open === 0 && !unknown,
    cancelled: acks.filter(({ ok }) => ok).length,
    why: unknown ? "algo_orders_unknown" : `${open} open`,
  };
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
