import { randomBytes } from "node:crypto";
import { basename, join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { openSnapshot, readVenueOverview, type Snapshot } from "#evidence";
import {
  type AccountKeys,
  openVenueClock,
  type RunClock,
  readAccountKeys,
  runVenue,
  type VenueRunConfig,
  type VenueRunOutcome,
  type VenueRunRequest,
} from "#execution";
import { readCheckoutFacts, readFrozenCore } from "#lab";
import {
  createSendGate,
  type HaltPlaces,
  type HaltWatch,
  haltPlaces,
  haltPosture,
  openHaltWatch,
  openVenue,
  type Venue,
  type VenueAccess,
} from "#venues";
import { type ExitCode, exitCodes, faultToExit } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { poolTrustOf } from "./pool-keys.ts";
import { rootHint } from "./root.ts";
import { resolveRun } from "./run-argument.ts";
import { keysHint, openSealer, type SealerOptions } from "./run-keys.ts";
import { parseSeconds, readVenueConfig, type VenueConfigOptions } from "./run-venue-options.ts";
import { stopAtVenue } from "./run-venue-stop.ts";
import { showVenueRun } from "./run-venue-view.ts";
import { venueLines } from "./show-venue.ts";
import type { Shell } from "./verb.ts";

export type VenueRunOptions = VenueConfigOptions &
  SealerOptions &
  Readonly<{
    genomes?: string | undefined;
    venue?: string | undefined;
    venueKeys?: string | undefined;
    account?: string | undefined;
    counterfactual?: string | undefined;
    timeout: string;
    policy?: string;
    root: string;
    json: boolean;
  }>;

/** Runs at a venue and prints what came of it; a fault means that there was no run. */
export async function runAtVenue(
  options: VenueRunOptions & Readonly<{ genomes: string }>,
  root: string,
  shell: Shell,
  output: Output,
): Promise<Result<ExitCode, Fault>> {
  const planned = plan(options, root);
  if (!planned.ok) return planned;
  const places = haltPlaces(root, shell.switches);
  const allowed = whetherAllowed(places);
  if (!allowed.ok) return allowed;
  const halt = openHaltWatch(places);
  const core = readFrozenCore();
  if (!core.ok) return core;
  const sealer = openSealer(options, root, output);
  if (!sealer.ok) return sealer;
  const { library } = planned.value.config;
  const opened = await openVenues({ ...planned.value, library }, halt);
  if (!opened.ok) return opened;
  const { trader, auditor, clock } = opened.value;
  const { config, snapshot, keys, address, counterfactualRunId } = planned.value;
  using view = showVenueRun(config, output);
  using stop = stopAtVenue(halt, (what) => {
    view.clear();
    output.note(`${what}: stopping at the next tick boundary; Ctrl-C leaves at once`);
  });
  const request: VenueRunRequest = {
    ...{ root, config, snapshot, halt, clock, address, counterfactualRunId },
    mode: "okx_demo",
    host: { ...readCheckoutFacts(shell.image), kernel: referenceKernel },
    coreHash: core.value.core_hash,
    venue: trader,
    auditor,
    secrets: keys.secrets,
    nonce: randomBytes(4).toString("hex"),
    sealer: sealer.value,
    stopRequested: stop.reading,
    signal: stop.signal,
    progress: view.update,
  };
  const outcome = await runVenue(request);
  view[Symbol.dispose]();
  await Promise.all([trader.close(), auditor.close()]);
  if (!outcome.ok) return outcome;
  return ok(report(outcome.value, { root, options, output }));
}

/**
 * Asked once before anything is opened, and without latching: who has not yet set the switch up
 * has halted nothing. From then on every look counts.
 */
function whetherAllowed(places: HaltPlaces): Result<void, Fault> {
  const { verdict, latch } = haltPosture(places);
  if (!verdict.allowed) {
    const where = verdict.source ?? places.file;
    const message =
      `execution is halted by ${where} (${verdict.reason}); whoever may run writes off into that ` +
      "file, or names another with EXECUTION_HALTED_FILE";
    return err({ code: "execution_halted", message, at: places.file });
  }
  if (latch.state !== "latched") return ok(undefined);
  const message = `execution was halted by ${latch.source} (${latch.reason}); release it first`;
  return err({ code: "execution_halted", message, at: places.latchFile });
}

/** The decisions of a venue run are those of the reference kernel, whose source is in core_hash. */
const referenceKernel = {
  id: "reference",
  wasm_sha256: null,
  wasm_sha256_reason: "source_is_part_of_core_hash",
} as const;

type Plan = Readonly<{
  config: VenueRunConfig;
  snapshot: Snapshot;
  keys: AccountKeys;
  address: string;
  timeoutMs: number;
  counterfactualRunId: string | null;
}>;

/** Everything that can be wrong on this side, before the venue hears of it. */
function plan(
  options: VenueRunOptions & Readonly<{ genomes: string }>,
  root: string,
): Result<Plan, Fault> {
  const config = readVenueConfig(options);
  if (!config.ok) return config;
  const timeout = parseSeconds(options.timeout);
  if (!timeout.ok) return err({ ...timeout.fault, at: "--timeout" });
  const address = readAddress(options.venue ?? localVenue);
  if (!address.ok) return address;
  const other =
    options.counterfactual === undefined ? null : resolveRun(options.counterfactual, root);
  if (other?.ok === false) return other;
  const trust = poolTrustOf(options, root);
  if (!trust.ok) return trust;
  const snapshot = openSnapshot(root, options.genomes, { policy: trust.value.policy });
  if (!snapshot.ok) return snapshot;
  const keysPath = options.venueKeys ?? join(root, "venue", "keys.json");
  const keys = readAccountKeys(keysPath, options.account ?? null);
  if (!keys.ok) return keys;
  return ok({
    config: config.value,
    snapshot: snapshot.value,
    keys: keys.value,
    address: address.value,
    timeoutMs: timeout.value,
    counterfactualRunId: other === null ? null : basename(other.value.directory),
  });
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

type Venues = Readonly<{ trader: Venue; auditor: Venue; clock: RunClock }>;
type Doors = Pick<Plan, "keys" | "address" | "timeoutMs"> & Pick<VenueRunConfig, "library">;

/** Requests are signed by the venue's own time, which a question without a key tells first. */
export async function openVenues(
  { library, keys, address, timeoutMs }: Doors,
  halt: HaltWatch,
): Promise<Result<Venues, Fault>> {
  const gate = createSendGate(halt.look);
  const access = { baseUrl: address, streamUrl: null, demo: true, timeoutMs, gate };
  const timekeeper: VenueAccess = { ...access, key: null, nowMs: Date.now };
  const clock = await openVenueClock(await openVenue("direct", timekeeper));
  if (!clock.ok) return clock;
  const nowMs = clock.value.nowMillis;
  const trader = await openVenue(library, { ...access, key: keys.trader, nowMs });
  const auditor = await openVenue(library, { ...access, key: keys.auditor, nowMs });
  return ok({ trader, auditor, clock: clock.value });
}

type Reporting = Readonly<{ root: string; options: VenueRunOptions; output: Output }>;

function report(outcome: VenueRunOutcome, { root, options, output }: Reporting): ExitCode {
  const { runId, directory, end, status, detail, verdict, reasons, signed } = outcome;
  const said = { run_id: runId, directory, end, status, detail, verdict, reasons, signed };
  output.record({ type: "venue_run", ...said });
  const overview = readVenueOverview(directory);
  if (overview.ok) for (const line of venueLines(overview.value)) output.line(line);
  const hints = `${rootHint(root)}${keysHint(options.keys)}`;
  output.line("");
  output.line(`next       assay verify ${runId}${hints}`);
  return exitOf(outcome);
}

/** What ended a run outweighs what its evidence is worth. */
function exitOf({ end, stop, detail, verdict }: VenueRunOutcome): ExitCode {
  if (end === "stopped") return stop === "stop_file" ? exitCodes.refused : exitCodes.interrupted;
  if (end === "halted") return exitCodes.refused;
  if (end === "preflight_failed") return faultToExit({ code: detail, message: detail });
  return exitByVerdict[verdict];
}

export const exitByVerdict: Readonly<Record<VenueRunOutcome["verdict"], ExitCode>> = {
  PASS: exitCodes.ok,
  FAIL: exitCodes.finding,
  NOT_MEASURABLE: exitCodes.not_measurable,
};
