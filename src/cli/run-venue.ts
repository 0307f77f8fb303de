import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import {
  type AccountKeys,
  openVenueClock,
  type RunClock,
  readAccountKeys,
  type VenueRunConfig,
} from "#execution";
import { createSendGate, type HaltWatch, openVenue, type Venue, type VenueAccess } from "#venues";
import type { ExitCode } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { planRun, type RunSeat, runOnSeat, type SeatOptions } from "./run-seat.ts";
import { parseSeconds } from "./run-venue-options.ts";
import type { Shell } from "./verb.ts";

export type VenueRunOptions = Omit<SeatOptions, "genomes"> &
  Readonly<{
    genomes?: string | undefined;
    venue?: string | undefined;
    venueKeys?: string | undefined;
    account?: string | undefined;
    timeout: string;
  }>;

/** Runs at a venue and prints what came of it; a fault means that there was no run. */
export async function runAtVenue(
  options: VenueRunOptions & Readonly<{ genomes: string }>,
  root: string,
  shell: Shell,
  output: Output,
): Promise<Result<ExitCode, Fault>> {
  const planned = planRun(options, root);
  if (!planned.ok) return planned;
  const doors = readDoors(options, root);
  if (!doors.ok) return doors;
  const { library } = planned.value.config;
  return runOnSeat(planned.value, (halt) => takeSeat({ ...doors.value, library }, halt), {
    ...{ options, root, shell, output },
  });
}

async function takeSeat(doors: Doors, halt: HaltWatch): Promise<Result<RunSeat, Fault>> {
  const opened = await openVenues(doors, halt);
  if (!opened.ok) return opened;
  const { address, keys } = doors;
  return ok({
    ...opened.value,
    address,
    secrets: keys.secrets,
    nonce: randomBytes(4).toString("hex"),
    close: async () => undefined,
  });
}

/** Everything about the way to the venue that can be wrong on this side. */
function readDoors(options: VenueRunOptions, root: string): Result<Omit<Doors, "library">, Fault> {
  const timeout = parseSeconds(options.timeout);
  if (!timeout.ok) return err({ ...timeout.fault, at: "--timeout" });
  const address = readAddress(options.venue ?? localVenue);
  if (!address.ok) return address;
  const keysPath = options.venueKeys ?? join(root, "venue", "keys.json");
  const keys = readAccountKeys(keysPath, options.account ?? null);
  if (!keys.ok) return keys;
  return ok({ keys: keys.value, address: address.value, timeoutMs: timeout.value });
}

const okxAddress = "https://www.okx.com";
export const localVenue = "http://127.0.0.1:8765";

/** Credentials in an address would land in the manifest. */
export function readAddress(text: string): Result<string, Fault> {
  if (text === "okx") return ok(okxAddress);
  const url = URL.parse(text);
  const isPlain = url !== null && url.username === "" && url.password === "" && url.search === "";
  if (isPlain && (url.protocol === "http:" || url.protocol === "https:")) return ok(url.origin);
  // What was typed may hold a password, so it is not said again.
  const message = "expected an address like http://127.0.0.1:8765, without credentials, or okx";
  return err({ code: "option_malformed", message, at: "--venue" });
}

function wayTo(fault: Fault, address: string): Fault {
  if (fault.code !== "venue_unreachable") return fault;
  if (/\bbad port\b/.test(fault.message)) {
    const port = `port ${URL.parse(address)?.port} is one that HTTP clients never ask`;
    const message = `${port}; start assay venue with another --port, and say it with --venue`;
    return { code: "option_malformed", message, at: "--venue" };
  }
  const message = `${fault.message}; start it with assay venue, or say with --venue where it is`;
  return { ...fault, message };
}

type Venues = Readonly<{ trader: Venue; auditor: Venue; clock: RunClock }>;
type Doors = Readonly<{ keys: AccountKeys; address: string; timeoutMs: number }> &
  Pick<VenueRunConfig, "library">;

/** Requests are signed by the venue's own time, which a question without a key tells first. */
export async function openVenues(
  { library, keys, address, timeoutMs }: Doors,
  halt: HaltWatch,
): Promise<Result<Venues, Fault>> {
  const gate = createSendGate(halt.look);
  const access = { baseUrl: address, streamUrl: null, demo: true, timeoutMs, gate };
  const timekeeper: VenueAccess = { ...access, key: null, nowMs: Date.now };
  const clock = await openVenueClock(await openVenue("direct", timekeeper));
  if (!clock.ok) return err(wayTo(clock.fault, address));
  const nowMs = clock.value.nowMillis;
  const trader = await openVenue(library, { ...access, key: keys.trader, nowMs });
  const auditor = await openVenue(library, { ...access, key: keys.auditor, nowMs });
  return ok({ trader, auditor, clock: clock.value });
}
