import type { Json } from "#base";
import {
  bootGate,
  type Freshness,
  type Gate,
  judgeFreshness,
  noTicks,
  observeTick,
  orderSubject,
  stepGate,
  type TickWatch,
} from "#safety";
import { permitFor } from "../broker/safety-gate.ts";
import { type HaltWatch, systemMoment } from "../switch/halt-watch.ts";
import { createSendGate } from "../switch/send-gate.ts";
import type { Guard } from "./relay/seen.ts";

/** Lets a request through to a venue that is not our own, or says why not. */
export type WriteGuard = Readonly<{
  guard: Guard;
  /** A tick of the venue was seen, with its own time. */
  sawTick: (tickMs: number) => void;
  /** The venue took the key as one of its demo environment. */
  provenDemo: () => void;
}>;

/**
 * Reads pass, cancels pass. A write is an order like any other: a permit is asked for exactly what
 * is about to leave, with the switch, the latch, the market and the account as they are now, and it
 * is spent at the last line before the write. `writes`: whether writes were asked for at all.
 */
export function createWriteGuard(watch: HaltWatch, writes: boolean): WriteGuard {
  const sendGate = createSendGate(watch.look);
  let ticks: TickWatch = noTicks;
  let demo = false;

  function freshness(): Freshness {
    const limits = { maxAgeMs: maxTickAgeMs, forcedStale: false };
    return judgeFreshness(ticks, limits, systemMoment());
  }

  function refusal(path: string, body: string): string | null {
    if (!writes) return "writes_not_asked_for";
    if (!orderPaths.has(path)) return "no_write_of_a_comparison";
    const { stop, reason } = watch.stop();
    if (stop) return reason;
    const subject = orderSubject("place", { path, body } satisfies Record<string, Json>);
    const permit = permitFor(subject, {
      mode: "okx_demo",
      halt: watch.look,
      freshness,
      demoAccount: () => (demo ? true : null),
      gate: () => gateOf(freshness()),
      agentMode: () => "PAPER",
      lease: () => null,
    });
    if (!permit.ok) return permit.fault.reason;
    const passed = sendGate.pass(permit.value, subject);
    return passed.ok ? null : passed.fault.code;
  }

  return {
    guard: ({ method, path, body }) => {
      return method === "GET" || cancelPaths.has(path) ? null : refusal(path, body);
    },
    sawTick: (tickMs) => {
      ticks = observeTick(ticks, tickMs, systemMoment());
    },
    provenDemo: () => {
      demo = true;
    },
  };
}

/** The market is looked at before each act, and an act takes seconds. */
const maxTickAgeMs = 30_000;

/** A comparison is no run: its gate lives for one order, and is opened by fresh data alone. */
function gateOf({ fresh, reason }: Freshness): Gate {
  const { wallMs: atMs } = systemMoment();
  return stepGate(
    bootGate(atMs),
    fresh ? { type: "data_fresh", atMs } : { type: "data_stale", atMs, reason },
  ).gate;
}

const orderPaths: ReadonlySet<string> = new Set([
  "/api/v5/trade/order",
  "/api/v5/trade/batch-orders",
  "/api/v5/trade/amend-order",
]);

const cancelPaths: ReadonlySet<string> = new Set([
  "/api/v5/trade/cancel-order",
  "/api/v5/trade/cancel-batch-orders",
  "/api/v5/trade/cancel-algos",
]);
