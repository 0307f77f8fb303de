import { err, type Fault, type Json, type Result } from "#base";
import { createHealthReader, type ServiceDeps } from "#mesh";
import { switchReadingOf } from "#protocol";
import type { HaltReading, VenueMode } from "#safety";
import type { AgentArming } from "../arm/open-arming.ts";
import type { ExecutionAgentConfig } from "../config.ts";
import type { RequestBook } from "../requests/request-book.ts";
import type { Seat } from "../seat.ts";
import type { VenueDesk } from "../venue/open-venue-desk.ts";
import { createDataWatch, type DataWatch } from "./data-watch.ts";
import {
  createExecutionDesk,
  type ExecutionDesk,
  type HaltFacts,
  haltedBy,
} from "./execution-desk.ts";
import { createGateKeeper } from "./gate-keeper.ts";

type Deps = ServiceDeps<ExecutionAgentConfig>;

/** What the gates look at and what is opened only behind them. */
export type Held = { venue: VenueDesk | null; arming: Result<AgentArming, Fault> };

export type Gates = Readonly<{
  desk: ExecutionDesk;
  data: DataWatch;
  /** Into the change log; a log that cannot be written is told of, and disarms. */
  note: (type: string, body: Json) => Promise<void>;
}>;

/** The gates of the agent, closed as at every boot. */
export function openGates(
  { identity, clock, config, log, switches }: Deps,
  seat: Seat | null,
  book: RequestBook,
  held: Held,
): Gates {
  const data = createDataWatch(
    createHealthReader({
      url: config.healthUrl,
      maxAgeSeconds: config.maxAgeSeconds,
      timeoutMs: config.healthTimeoutSeconds * 1000,
      nowMs: clock.nowMs,
    }),
    clock,
    config.maxAgeSeconds * 1000,
  );

  async function note(type: string, body: Json): Promise<void> {
    const noted = await book.note(type, body);
    if (noted.ok) return;
    const { code, message } = noted.fault;
    log.error("execution.unrecorded", { reason_code: code, msg: message, outcome: "failed" });
    if (held.arming.ok) held.arming.value.live.end("storage_failed");
  }

  const keeper = createGateKeeper(clock.nowMs(), (transition) => {
    log.info("agent.state_transition", { ...transition });
    void note("state_transition", transition);
  });
  /** Without a venue nothing may leave anyway: looking is enough, and latches nothing. */
  const view = (): HaltFacts => {
    const { reading, latch } = switches.look();
    return { reading, latch, halted: haltedBy(reading, latch, null) };
  };
  const desk = createExecutionDesk({
    ...{ identity, clock, keeper, data, venue: seat?.mode ?? null },
    halts: () => (seat === null ? view() : factsOf(seat.halt.look(), seat.mode)),
    haltsAnew() {
      if (seat === null) return { facts: view(), forget: () => undefined };
      const found = seat.halt.found();
      const facts = factsOf(seat.halt.lookAnew(), seat.mode);
      return { facts, forget: () => seat.halt.forget(found) };
    },
    arming: () => (held.arming.ok ? held.arming.value.live : null),
    isFrozen: () => held.venue !== null && held.venue.broker.frozen() !== null,
    draw: Math.random,
    modeChanged(mode, why) {
      log.info("agent.mode_changed", { mode, reason_code: why });
      void note("mode_changed", { mode, reason: why });
    },
  });
  return { desk, data, note };
}

export const noArming: Result<never, Fault> = err({
  code: "venue_not_live",
  message: "only live trading (--venue okx_live) is armed by two people",
});

function factsOf({ verdict, latch }: HaltReading, mode: VenueMode): HaltFacts {
  const reading = switchReadingOf(verdict);
  return { reading, latch, halted: haltedBy(reading, latch, mode) };
}
