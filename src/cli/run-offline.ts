import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { assert, err, type Fault, isoFromMillis, millisFromIso, ok, type Result } from "#base";
import { type Dataset, openDataset } from "#datasets";
import { barInterval, type RunClock, type VenueRunConfig } from "#execution";
import { makeRoster, openVenue, type SimulatedVenue, type VenueRoster } from "#simulator";
import { createSendGate, type HaltWatch, openDirectVenue, type Venue } from "#venues";
import type { ExitCode } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { parseCount } from "./quantities.ts";
import { planRun, type RunSeat, runOnSeat } from "./run-seat.ts";
import type { VenueRunOptions } from "./run-venue.ts";
import type { VenueConfigDefaults } from "./run-venue-options.ts";
import type { Shell } from "./verb.ts";

export type OfflineOptions = VenueRunOptions &
  Readonly<{ dataset?: string | undefined; from?: string | undefined; seed?: string | undefined }>;

type Stated = OfflineOptions & Readonly<{ genomes: string }>;

/**
 * The run of `okx_demo` at a venue of this process: OKX's language as a function, recorded bars as
 * its market, time that stands still until the run waits. Nothing leaves the process, and what
 * happens is a function of the command: only names and the machine's latencies differ.
 */
export async function runOffline(
  options: Stated,
  root: string,
  shell: Shell,
  output: Output,
): Promise<Result<ExitCode, Fault>> {
  const unfit = unfitOption(options);
  if (unfit !== null) return err(unfit);
  const seed = parseCount(options.seed ?? "1", { min: 0, max: 2 ** 31 - 1 });
  if (!seed.ok) return err({ ...seed.fault, at: "--seed" });
  const from = options.from === undefined ? ok(null) : millisFromIso(options.from);
  if (!from.ok) return err({ ...from.fault, at: "--from" });
  const found = openDataset(root, options.dataset ?? "");
  if (!found.ok) return found;
  using dataset = found.value;
  const planned = planRun(options, root, defaultsOf(dataset));
  if (!planned.ok) return planned;
  const { config } = planned.value;
  const market = { dataset, seed: seed.value, fromMs: from.value };
  // Awaited here, for the dataset is open as long as this runs.
  return await runOnSeat(planned.value, async (halt) => takeSeat(market, config, halt), {
    ...{ options, root, shell, output },
  });
}

/** What only a venue elsewhere can have, and what an offline run cannot be without. */
function unfitOption(options: Stated): Fault | null {
  const { dataset, library, venue, venueKeys, account } = options;
  if (dataset === undefined) {
    const message = "an offline run trades on recorded bars: name them with --dataset";
    return { code: "option_missing", message, at: "--dataset" };
  }
  if (library !== "direct") {
    const message = "client libraries need a socket, and an offline run has none: use direct";
    return { code: "option_unfit", message, at: "--library" };
  }
  const elsewhere = { "--venue": venue, "--venue-keys": venueKeys, "--account": account };
  const given = Object.entries(elsewhere).find(([, value]) => value !== undefined);
  if (given === undefined) return null;
  const message = "an offline run brings its own venue and its own keys: leave this out";
  return { code: "option_unfit", message, at: given[0] };
}

/** Bars as they were recorded, and a look at resting orders twenty times in their life. */
function defaultsOf({ intervalMs }: Dataset): VenueConfigDefaults {
  const isOwn = (name: string): boolean => {
    const length = barInterval(name);
    return length.ok && length.value === intervalMs;
  };
  return {
    bar: barNames.find(isOwn) ?? "1m",
    pollMs: (lifetimeMs) => Math.max(1000, Math.floor(lifetimeMs / 20)),
  };
}

const barNames = ["1m", "3m", "5m", "15m", "30m", "1H", "2H", "4H", "6Hutc", "12Hutc", "1Dutc"];

type Market = Readonly<{ dataset: Dataset; seed: number; fromMs: number | null }>;

/** Faults: those of openVenue, dataset_mismatch, dataset_too_short. */
function takeSeat(
  { dataset, seed, fromMs }: Market,
  config: VenueRunConfig,
  halt: HaltWatch,
): Result<RunSeat, Fault> {
  const steps = stepsPerBar(dataset.intervalMs);
  const from = fromMs === null ? "a_tenth" : isoFromMillis(fromMs);
  const address = `in-process:dataset=${dataset.id}&from=${from}&seed=${seed}&steps=${steps}`;
  const nonce = randomBytes(4).toString("hex");
  const roster = rosterOf(nonce);
  const opened = openVenue({
    roster,
    seed,
    clock: { kind: "stepped" },
    datasets: [dataset],
    stepsPerBar: steps,
    ...(fromMs === null ? {} : { startMs: fromMs }),
  });
  if (!opened.ok) return opened;
  const venue = opened.value;
  const short = shortfall(dataset, venue.openedMs, config);
  if (short !== null) return err(short);
  const client = (permission: "trade" | "read_only"): Venue =>
    openClient(venue, roster, permission, halt);
  return ok({
    trader: client("trade"),
    auditor: client("read_only"),
    clock: steppedClock(venue),
    address,
    secrets: secretsOf(roster),
    nonce,
    close: venue.close,
  });
}

/** A market that moves at least every ten seconds, as far as bars are not longer than that. */
function stepsPerBar(intervalMs: number): number {
  return Math.min(3600, Math.max(60, Math.ceil(intervalMs / 10_000)));
}

/** An account of this run alone: of runs that were killed its venue cannot know. */
function rosterOf(nonce: string): VenueRoster {
  const { accounts, ...rest } = makeRoster("demo");
  const [main] = accounts;
  assert(main !== undefined, "a roster has accounts");
  const uid = String(10 ** 12 + Number.parseInt(nonce, 16));
  return { ...rest, accounts: [{ ...main, uid }] };
}

function secretsOf({ accounts, adminToken }: VenueRoster): readonly string[] {
  const keys = accounts.flatMap((account) => account.keys);
  return [adminToken, ...keys.flatMap((key) => [key.apiKey, key.secretKey, key.passphrase])];
}

function shortfall(dataset: Dataset, openedMs: number, config: VenueRunConfig): Fault | null {
  if (dataset.instrument.id !== config.instId) {
    const message = `its bars are of ${dataset.instrument.id}, and ${config.instId} is traded`;
    return { code: "dataset_mismatch", message, at: dataset.directory };
  }
  const bar = barInterval(config.bar);
  const tickMs = config.tickSeconds === null ? (bar.ok ? bar.value : 0) : config.tickSeconds * 1000;
  const endMs = dataset.barStart(dataset.barCount - 1) + dataset.intervalMs;
  // A tick decides on a bar that is over, and its orders live in the next one.
  const ticks = Math.floor((endMs - openedMs) / tickMs) - 2;
  if (ticks >= config.ticks) return null;
  const message =
    `bars for ${Math.max(ticks, 0)} ticks are left from ${isoFromMillis(openedMs)} on, and ` +
    `${config.ticks} are asked for; begin earlier with --from, or take fewer --ticks`;
  return { code: "dataset_too_short", message, at: dataset.directory };
}

/** A client without a socket, signing as any other does, by the venue's time. */
function openClient(
  venue: SimulatedVenue,
  { accounts }: VenueRoster,
  permission: "trade" | "read_only",
  halt: HaltWatch,
): Venue {
  const key = accounts
    .flatMap(({ keys }) => keys)
    .find(({ permissions }) => permissions.includes("trade") === (permission === "trade"));
  assert(key !== undefined, `a roster has a key for ${permission}`);
  const { apiKey, secretKey: secret, passphrase } = key;
  const access = { baseUrl: "in-process:", streamUrl: null, demo: true, timeoutMs };
  const gate = createSendGate(halt.look);
  const { nowMs } = venue.clock;
  const own = { key: { apiKey, secret, passphrase }, gate, nowMs };
  return openDirectVenue({ ...access, ...own }, venue.handle);
}

/** Answers are there at once; who is asked to wait for one has found a bug. */
const timeoutMs = 10_000;

/** Time passes when the run waits for it, and not otherwise. */
function steppedClock({ clock }: SimulatedVenue): RunClock {
  return {
    nowMillis: clock.nowMs,
    takeCalls: () => [],
    async waitUntil(ms, signal) {
      // Signals and the STOP file are heard here: nothing else of a run ever waits.
      await setImmediate();
      if (!signal.aborted && ms > clock.nowMs()) clock.advanceTo(Math.ceil(ms));
    },
  };
}
