import { type Fault, isoFromMillis, ok, type Result } from "#base";
import { momentOf, type ServiceDeps } from "#mesh";
import type { VenueMode } from "#safety";
import { engageHalt, type HaltPlaces } from "#venues";
import { type AgentArming, openArming } from "./arm/open-arming.ts";
import type { ExecutionAgentConfig } from "./config.ts";
import { type Gates, type Held, noArming, openGates } from "./gates/open-gates.ts";
import { createExecutor, type Executor } from "./requests/executor.ts";
import { createRequestBook, type RequestBook } from "./requests/request-book.ts";
import { type ExecutionTables, migrations } from "./requests/tables.ts";
import { openSeat, placesOf, type Seat } from "./seat.ts";
import { folderOf, type VenueDesk } from "./venue/open-venue-desk.ts";

type Deps = ServiceDeps<ExecutionAgentConfig>;

/** Everything that the agent is made of, opened. */
export type Agent = Gates &
  Readonly<{
    executor: Executor;
    venue: VenueDesk | null;
    /** Or why this process cannot be armed. */
    arming: Result<AgentArming, Fault>;
    acts: AgentActs;
    /** Waits for what is under way, then closes all. */
    close: (deadlineMs: number) => Promise<void>;
  }>;

/** What a person does to it. */
export type AgentActs = Readonly<{
  /** Null when it was granted. */
  recover: (by: string) => Promise<string | null>;
  halt: (by: string, why: string) => Result<void, Fault>;
  /** Null where there is no venue. */
  cancelAll: (() => Promise<Readonly<{ clear: boolean; cancelled: number }>>) | null;
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
  const opened = await openBehind(deps, places, seat.value, book);
  if (!opened.ok) await seat.value?.watchdog.stop();
  return opened;
}

async function openBehind(
  deps: Deps,
  places: HaltPlaces,
  seat: Seat | null,
  book: RequestBook,
): Promise<Result<Agent, Fault>> {
  const held: Held = { venue: null, arming: noArming };
  const gates = openGates(deps, seat, book, held);
  const { desk, data, note } = gates;
  if (seat !== null) {
    const opened = await seat.openDesk({
      freshness: data.freshness,
      gate: desk.gate,
      agentMode: desk.mode,
      lease: () => (held.arming.ok ? held.arming.value.live.lease() : null),
    });
    if (!opened.ok) return opened;
    held.venue = opened.value;
    if (seat.mode === "okx_live") held.arming = openArmingAt(deps, seat, opened.value, gates);
  }
  const { venue, arming } = held;
  const executor = openExecutor(deps, gates, held, book, seat?.mode ?? null);
  const settled = await executor.settle();
  if (!settled.ok) {
    await venue?.close();
    return settled;
  }
  const acts = actsOf(deps, gates, { venue, seat, places });
  await note("booted", { boot_id: deps.identity.boot_id, venue: seat?.mode ?? null, mode: "OFF" });
  const parts = { ...gates, executor, venue, arming, acts };
  return ok({ ...parts, close: async (deadlineMs) => close(deps, parts, seat, deadlineMs) });
}

function openExecutor(
  { config, clock }: Deps,
  { desk, data }: Gates,
  { venue, arming }: Held,
  book: RequestBook,
  mode: VenueMode | null,
): Executor {
  return createExecutor({
    ...{ book, venue, nowMs: clock.nowMs, failed: desk.failed },
    place: venue === null ? "none" : `${mode}-${venue.connected.accountIdHash}`,
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
  });
}

/** Without a lease there is no change that an order could name. */
function changeIdOf(arming: Held["arming"]): string {
  const now = arming.ok ? arming.value.live.arming() : null;
  return now?.state === "armed" ? now.window.changeId : "none";
}

function openArmingAt(
  { root, identity, clock, config, log }: Deps,
  { halt }: Seat,
  venue: VenueDesk,
  { data }: Gates,
): Result<AgentArming, Fault> {
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

function actsOf(
  { clock, log }: Deps,
  { desk, note }: Gates,
  {
    venue,
    seat,
    places,
  }: Readonly<{
    venue: VenueDesk | null;
    seat: Seat | null;
    places: HaltPlaces;
  }>,
): AgentActs {
  return {
    async recover(by) {
      const refused = desk.recover(by);
      await note(refused === null ? "recovered" : "recover_refused", { by, reason: refused });
      return refused;
    },
    halt(by, why) {
      // In memory first: a disk that takes nothing must not keep anything from being halted.
      seat?.halt.engage({ source: by, reason: why === "" ? "asked_by_person" : why });
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

/** What is left of the deadline when the requests under way are waited for no longer. */
const closingMs = 1000;

async function close(
  { identity, clock, timers }: Deps,
  { executor, venue, arming, note }: Omit<Agent, "close">,
  seat: Seat | null,
  deadlineMs: number,
): Promise<void> {
  const late = timers.sleep(Math.max(0, deadlineMs - closingMs));
  await Promise.race([executor.idle(), late]);
  if (arming.ok) arming.value.live.end("disarm");
  const at_utc = isoFromMillis(Math.floor(clock.nowMs()));
  await note("stopped", { boot_id: identity.boot_id, at_utc, in_flight: executor.inFlight() });
  if (arming.ok) arming.value.target.close();
  await Promise.race([venue?.close(), late]);
  await seat?.watchdog.stop();
}
