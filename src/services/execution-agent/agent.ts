import { err, type Fault, isoFromMillis, type Json, ok, type Result } from "#base";
import { createHealthReader, momentOf, type ServiceDeps } from "#mesh";
import { switchReadingOf } from "#protocol";
import type { HaltReading, VenueMode } from "#safety";
import { engageHalt, type HaltPlaces, haltPlaces } from "#venues";
import { type AgentArming, openArming } from "./arm/open-arming.ts";
import type { ExecutionAgentConfig } from "./config.ts";
import { createDataWatch, type DataWatch } from "./gates/data-watch.ts";
import {
  createExecutionDesk,
  type ExecutionDesk,
  type HaltFacts,
  haltedBy,
} from "./gates/execution-desk.ts";
import { createGateKeeper } from "./gates/gate-keeper.ts";
import { type HaltDesk, openHaltDesk } from "./halt/halt-desk.ts";
import { startWatchdog, type Watchdog } from "./halt/start-watchdog.ts";
import type { WatchdogWord } from "./halt/watchdog-job.ts";
import { leastKeyLength } from "./http/authorise.ts";
import { createExecutor, type Executor } from "./requests/executor.ts";
import { createRequestBook } from "./requests/request-book.ts";
import { type ExecutionTables, migrations } from "./requests/tables.ts";
import {
  folderOf,
  openVenueDesk,
  type VenueDesk,
  venueTimeoutMs,
} from "./venue/open-venue-desk.ts";

type Deps = ServiceDeps<ExecutionAgentConfig>;

/** Everything that the agent is made of, opened. */
export type Agent = Readonly<{
  desk: ExecutionDesk;
  data: DataWatch;
  executor: Executor;
  venue: VenueDesk | null;
  arming: () => Result<AgentArming, Fault>;
  acts: AgentActs;
  lastTurnMs: () => number;
  /** Waits for what is under way, then closes all. */
  close: (deadlineMs: number) => Promise<void>;
}>;

export type AgentActs = Readonly<{
  /** Null when it was granted. */
  recover: (by: string) => Promise<string | null>;
  halt: (by: string, why: string) => Result<void, Fault>;
  cancelAll: (() => Promise<Readonly<{ clear: boolean; cancelled: number }>>) | null;
  /** Into the change log; a log that cannot be written is told of, and disarms. */
  note: (type: string, body: Json) => Promise<void>;
}>;

/**
 * Faults: config_missing and config_invalid where a venue is named and its settings are not, those
 * of the store, of the watchdog and of openVenueDesk.
 */
export async function openAgent(deps: Deps, mode: VenueMode | null): Promise<Result<Agent, Fault>> {
  const tables = await deps.store.open<ExecutionTables>(migrations);
  if (!tables.ok) return tables;
  const book = createRequestBook(tables.value);
  const places = placesOf(deps);
  const seat = mode === null ? ok(null) : await openSeat(deps, mode, places);
  if (!seat.ok) return seat;
  return assemble(deps, mode, places, seat.value, book);
}

/** What there is only with a venue. */
type Seat = Readonly<{
  halt: HaltDesk;
  watchdog: Watchdog;
  /** Opened once the gates are there that it asks. */
  openDesk: (
    safety: Parameters<typeof openVenueDesk>[0]["safety"],
  ) => ReturnType<typeof openVenueDesk>;
}>;

async function openSeat(
  deps: Deps,
  mode: VenueMode,
  places: HaltPlaces,
): Promise<Result<Seat, Fault>> {
  const { config, clock, log, root } = deps;
  const settings = settingsOf(config);
  if (!settings.ok) return settings;
  const { baseUrl, key } = settings.value;
  const instIds = config.instruments;
  const account = { baseUrl, key, instIds, timeoutMs: venueTimeoutMs, demo: mode !== "okx_live" };
  const heard = (word: WatchdogWord): void => {
    const { type, ...facts } = word;
    if (type === "watching" || type === "allowed") log.info(`watchdog.${type}`, facts);
    else log.warn(`watchdog.${type}`, facts);
  };
  const watchdog = await startWatchdog(places, account, heard);
  if (!watchdog.ok) return watchdog;
  return ok({
    halt: openHaltDesk(places, watchdog.value, () => momentOf(clock)),
    watchdog: watchdog.value,
    openDesk: async (safety) =>
      openVenueDesk({
        ...{ baseUrl, key, instIds, safety, nowMs: clock.nowMs },
        folder: folderOf(root),
        currency: config.currency,
        limitsFile: config.limitsFile,
      }),
  });
}

type Settings = Readonly<{
  baseUrl: string;
  key: Readonly<{ apiKey: string; secret: string; passphrase: string }>;
}>;

function settingsOf(config: ExecutionAgentConfig): Result<Settings, Fault> {
  const { key, venueUrl, apiKey, apiSecret, apiPassphrase } = config;
  const missing = (at: string): Result<never, Fault> => {
    return err({ code: "config_missing", message: `${at} is not set; a venue needs it`, at });
  };
  if (key === null) return missing("ASSAY_EXECUTION_KEY");
  if (key.reveal().length < leastKeyLength) {
    const at = "ASSAY_EXECUTION_KEY";
    const message = `${at} is too short: at least ${leastKeyLength} characters`;
    return err({ code: "config_invalid", message, at });
  }
  if (venueUrl === null) return missing("ASSAY_EXECUTION_VENUE_URL");
  if (apiKey === null) return missing("ASSAY_EXECUTION_API_KEY");
  if (apiSecret === null) return missing("ASSAY_EXECUTION_API_SECRET");
  if (apiPassphrase === null) return missing("ASSAY_EXECUTION_API_PASSPHRASE");
  const [secret, passphrase] = [apiSecret.reveal(), apiPassphrase.reveal()];
  return ok({ baseUrl: venueUrl.origin, key: { apiKey: apiKey.reveal(), secret, passphrase } });
}

/** A variable that is set to nothing reads as unset, but it is an empty source, which halts. */
function placesOf({ config, switches, root }: Deps): HaltPlaces {
  const isSource = switches.look().seen.some(({ source }) => source === "EXECUTION_HALTED");
  return haltPlaces(root, {
    EXECUTION_HALTED: config.executionHalted ?? (isSource ? "" : undefined),
    EXECUTION_HALTED_FILE: config.executionHaltedFile ?? undefined,
  });
}

async function assemble(
  deps: Deps,
  mode: VenueMode | null,
  places: HaltPlaces,
  seat: Seat | null,
  book: ReturnType<typeof createRequestBook>,
): Promise<Result<Agent, Fault>> {
  const { config, clock, log, identity } = deps;
  const maxAgeMs = config.maxAgeSeconds * 1000;
  const reader = createHealthReader({
    url: config.healthUrl,
    maxAgeSeconds: config.maxAgeSeconds,
    timeoutMs: config.healthTimeoutSeconds * 1000,
    nowMs: clock.nowMs,
  });
  const data = createDataWatch(reader, clock, maxAgeMs);
  let venue: VenueDesk | null = null;
  let arming: Result<AgentArming, Fault> = err(noArming);
  let lastTurnMs = clock.nowMs();

  async function note(type: string, body: Json): Promise<void> {
    const noted = await book.note(type, body);
    if (noted.ok) return;
    const { code, message } = noted.fault;
    log.error("execution.unrecorded", { reason_code: code, msg: message, outcome: "failed" });
    if (arming.ok) arming.value.live.end("storage_failed");
  }

  const keeper = createGateKeeper(clock.nowMs(), (transition) => {
    log.info("agent.state_transition", { ...transition });
    void note("state_transition", transition);
  });
  const factsOf = (reading: HaltReading): HaltFacts => haltFacts(reading, mode);
  const desk = createExecutionDesk({
    ...{ identity, clock, keeper, data, venue: mode },
    halts: () => (seat === null ? viewFacts(deps) : factsOf(seat.halt.look())),
    haltsAnew() {
      if (seat === null) return { facts: viewFacts(deps), forget: () => undefined };
      const found = seat.halt.found();
      return { facts: factsOf(seat.halt.lookAnew()), forget: () => seat.halt.forget(found) };
    },
    arming: () => (arming.ok ? arming.value.live : null),
    isFrozen: () => venue?.broker.frozen() != null,
    draw: Math.random,
    modeChanged(now, why) {
      log.info("agent.mode_changed", { mode: now, reason_code: why });
      void note("mode_changed", { mode: now, reason: why });
    },
  });
  if (seat !== null && mode !== null) {
    const live = (): AgentArming["live"] | null => (arming.ok ? arming.value.live : null);
    const opened = await seat.openDesk({
      mode,
      halt: seat.halt.look,
      freshness: data.freshness,
      gate: desk.gate,
      agentMode: desk.mode,
      lease: () => live()?.lease() ?? null,
    });
    if (!opened.ok) {
      await seat.watchdog.stop();
      return opened;
    }
    venue = opened.value;
    if (mode === "okx_live") arming = openArmingOf(deps, seat.halt, venue, data);
  }
  const executor = createExecutor({
    ...{ book, venue, nowMs: clock.nowMs },
    rules: () => ({
      venue: mode ?? "none",
      instruments: config.instruments,
      changeId: mode === "okx_live" ? changeIdOf(arming) : null,
    }),
    async refusals() {
      await data.read();
      desk.turn();
      return desk.refusals();
    },
    failed: desk.failed,
  });
  const settled = await executor.settle();
  if (!settled.ok) return settled;
  const acts = actsOf(deps, { desk, venue, places, note });
  await note("booted", { boot_id: identity.boot_id, venue: mode, mode: "OFF" });
  return ok({
    ...{
      desk: counting(desk, () => void (lastTurnMs = clock.nowMs())),
      data,
      executor,
      venue,
      acts,
    },
    arming: () => arming,
    lastTurnMs: () => lastTurnMs,
    async close(deadlineMs) {
      const late = deps.timers.sleep(Math.max(0, deadlineMs - 1000));
      await Promise.race([executor.idle(), late]);
      const at_utc = isoFromMillis(Math.floor(clock.nowMs()));
      await note("stopped", { boot_id: identity.boot_id, at_utc, in_flight: executor.inFlight() });
      if (arming.ok) {
        arming.value.live.end("disarm");
        arming.value.target.close();
      }
      await Promise.race([venue?.close(), late]);
      await seat?.watchdog.stop();
    },
  });
}

function counting(desk: ExecutionDesk, turned: () => void): ExecutionDesk {
  return {
    ...desk,
    turn(): void {
      desk.turn();
      turned();
    },
  };
}

const noArming: Fault = {
  code: "venue_not_live",
  message: "only live trading (--venue okx_live) is armed by two people",
};

function changeIdOf(arming: Result<AgentArming, Fault>): string | null {
  const now = arming.ok ? arming.value.live.arming() : null;
  return now?.state === "armed" ? now.window.changeId : "none";
}

function openArmingOf(
  deps: Deps,
  halt: HaltDesk,
  venue: VenueDesk,
  data: DataWatch,
): Result<AgentArming, Fault> {
  const { root, identity, clock, config, log } = deps;
  const opened = openArming({
    ...{ root, identity, clock, halt, systemId: config.systemId },
    folder: folderOf(root),
    accountHash: venue.connected.accountIdHash,
    freshness: data.freshness,
    limitsDigest: venue.limits.digest,
    skewMs: venue.skewMs,
  });
  if (!opened.ok) {
    const { code, message } = opened.fault;
    log.warn("arming.unavailable", { reason_code: code, msg: message, outcome: "degraded" });
  }
  return opened;
}

function haltFacts({ verdict, latch }: HaltReading, mode: VenueMode | null): HaltFacts {
  const reading = switchReadingOf(verdict);
  return { reading, latch, halted: haltedBy(reading, latch, mode) };
}

/** Without a venue nothing may leave anyway: looking is enough, and latches nothing. */
function viewFacts({ switches }: Deps): HaltFacts {
  const { reading, latch } = switches.look();
  return { reading, latch, halted: haltedBy(reading, latch, null) };
}

type ActParts = Readonly<{
  desk: ExecutionDesk;
  venue: VenueDesk | null;
  places: HaltPlaces;
  note: AgentActs["note"];
}>;

function actsOf({ clock, log }: Deps, { desk, venue, places, note }: ActParts): AgentActs {
  return {
    note,
    async recover(by) {
      const refused = desk.recover(by);
      await note(refused === null ? "recovered" : "recover_refused", { by, reason: refused });
      return refused;
    },
    halt(by, why) {
      const halted = engageHalt(places, by, () => momentOf(clock), why === "" ? null : why);
      log.warn("halt.engaged", { by, outcome: halted.ok ? "ok" : "failed" });
      void note("halt_engaged", { by, reason: why });
      return halted.ok ? ok(undefined) : halted;
    },
    cancelAll:
      venue === null
        ? null
        : async () => {
            const { clear, own } = await venue.cancelAll("asked_by_person");
            await note("cancelled_all", { clear, cancelled: own });
            return { clear, cancelled: own };
          },
  };
}
