import { err, type Fault, ok, type Result } from "#base";
import { momentOf, type ServiceDeps } from "#mesh";
import type { VenueMode } from "#safety";
import { type HaltPlaces, haltPlaces } from "#venues";
import type { ExecutionAgentConfig } from "./config.ts";
import { type HaltDesk, openHaltDesk } from "./halt/halt-desk.ts";
import { startWatchdog, type Watchdog } from "./halt/start-watchdog.ts";
import type { WatchdogWord } from "./halt/watchdog-job.ts";
import { leastKeyLength } from "./http/authorise.ts";
import { folderOf, openVenueDesk, venueTimeoutMs } from "./venue/open-venue-desk.ts";

type Deps = ServiceDeps<ExecutionAgentConfig>;
type VenueSafety = Parameters<typeof openVenueDesk>[0]["safety"];

/** What there is only where a venue was named. */
export type Seat = Readonly<{
  mode: VenueMode;
  halt: HaltDesk;
  watchdog: Watchdog;
  /** Opened once the gates are there that it asks. */
  openDesk: (safety: Omit<VenueSafety, "mode" | "halt">) => ReturnType<typeof openVenueDesk>;
}>;

/** Faults: config_missing, config_invalid, those of startWatchdog. */
export async function openSeat(
  deps: Deps,
  mode: VenueMode,
  places: HaltPlaces,
): Promise<Result<Seat, Fault>> {
  const { config, clock, log, root } = deps;
  const settings = settingsOf(config);
  if (!settings.ok) return settings;
  const { baseUrl, key } = settings.value;
  if (mode === "okx_live" && !isPrivate(new URL(baseUrl))) {
    const at = "ASSAY_EXECUTION_VENUE_URL";
    const message = `${at} must be https: live keys do not travel in the clear`;
    return err({ code: "config_invalid", message, at });
  }
  const instIds = config.instruments;
  const account = { baseUrl, key, instIds, timeoutMs: venueTimeoutMs, demo: mode !== "okx_live" };
  const heard = (word: WatchdogWord): void => {
    const { type, ...facts } = word;
    if (type === "watching" || type === "allowed") log.info(`watchdog.${type}`, facts);
    else log.warn(`watchdog.${type}`, facts);
  };
  const watchdog = await startWatchdog(places, account, heard);
  if (!watchdog.ok) return watchdog;
  const halt = openHaltDesk(places, watchdog.value, () => momentOf(clock));
  return ok({
    ...{ mode, halt, watchdog: watchdog.value },
    openDesk: async (safety) =>
      openVenueDesk({
        ...{ baseUrl, key, instIds, nowMs: clock.nowMs },
        safety: { ...safety, mode, halt: halt.look },
        folder: folderOf(root),
        currency: config.currency,
        limitsFile: config.limitsFile,
      }),
  });
}

/** A variable that is set to nothing reads as unset, but it is an empty source, which halts. */
export function placesOf({ config, switches, root }: Deps): HaltPlaces {
  const isSource = switches.look().seen.some(({ source }) => source === "EXECUTION_HALTED");
  return haltPlaces(root, {
    EXECUTION_HALTED: config.executionHalted ?? (isSource ? "" : undefined),
    EXECUTION_HALTED_FILE: config.executionHaltedFile ?? undefined,
  });
}

type Settings = Readonly<{
  baseUrl: string;
  key: Readonly<{ apiKey: string; secret: string; passphrase: string }>;
}>;

/** Nobody between here and there can read along. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || hostname === "127.0.0.1" || hostname === "[::1]";
}

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
