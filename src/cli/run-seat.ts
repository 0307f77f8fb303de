import { basename } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { openSnapshot, readVenueOverview, type Snapshot, type VenueOverview } from "#evidence";
import {
  type RunClock,
  runVenue,
  type VenueRunConfig,
  type VenueRunOutcome,
  type VenueRunRequest,
} from "#execution";
import { readCheckoutFacts, readFrozenCore } from "#lab";
import {
  type HaltPlaces,
  type HaltWatch,
  haltPlaces,
  haltPosture,
  openHaltWatch,
  type Venue,
} from "#venues";
import { type ExitCode, exitCodes, faultToExit } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { poolTrustOf } from "./pool-keys.ts";
import { rootHint } from "./root.ts";
import { resolveRun } from "./run-argument.ts";
import { keysHint, openSealer, type SealerOptions } from "./run-keys.ts";
import {
  networkDefaults,
  readVenueConfig,
  type VenueConfigDefaults,
  type VenueConfigOptions,
} from "./run-venue-options.ts";
import { stopAtVenue } from "./run-venue-stop.ts";
import { showVenueRun } from "./run-venue-view.ts";
import { venueLines } from "./show-venue.ts";
import type { Shell } from "./verb.ts";

/** What a run takes wherever it trades, as it was typed. */
export type SeatOptions = VenueConfigOptions &
  SealerOptions &
  Readonly<{
    genomes: string;
    counterfactual?: string | undefined;
    policy?: string;
    root: string;
    json: boolean;
  }>;

/** Everything of a run but the venue. */
export type RunPlan = Readonly<{
  config: VenueRunConfig;
  snapshot: Snapshot;
  counterfactualRunId: string | null;
}>;

/** Where a run trades: clients of one venue, its clock, and what evidence calls it. */
export type RunSeat = Readonly<{
  trader: Venue;
  auditor: Venue;
  clock: RunClock;
  address: string;
  /** What must never land. */
  secrets: readonly string[];
  /** 8 hex digits in the name of the run. */
  nonce: string;
  close: () => Promise<unknown>;
}>;

/** Asked for when everything else is in order, with the switch that its clients read. */
export type OpenSeat = (halt: HaltWatch) => Promise<Result<RunSeat, Fault>>;

export type SeatPlace = Readonly<{
  options: SeatOptions;
  root: string;
  shell: Shell;
  output: Output;
}>;

/** Reads what a run is told, before any venue hears of it. */
export function planRun(
  options: SeatOptions,
  root: string,
  defaults: VenueConfigDefaults = networkDefaults,
): Result<RunPlan, Fault> {
  const config = readVenueConfig(options, defaults);
  if (!config.ok) return config;
  const other =
    options.counterfactual === undefined ? null : resolveRun(options.counterfactual, root);
  if (other?.ok === false) return other;
  const trust = poolTrustOf(options, root);
  if (!trust.ok) return trust;
  const snapshot = openSnapshot(root, options.genomes, { policy: trust.value.policy });
  if (!snapshot.ok) return snapshot;
  return ok({
    config: config.value,
    snapshot: snapshot.value,
    counterfactualRunId: other === null ? null : basename(other.value.directory),
  });
}

/** Runs and prints what came of it; a fault means that there was no run. */
export async function runOnSeat(
  { config, snapshot, counterfactualRunId }: RunPlan,
  openSeat: OpenSeat,
  { options, root, shell, output }: SeatPlace,
): Promise<Result<ExitCode, Fault>> {
  const places = haltPlaces(root, shell.switches);
  const allowed = whetherAllowed(places);
  if (!allowed.ok) return allowed;
  const halt = openHaltWatch(places);
  const core = readFrozenCore();
  if (!core.ok) return core;
  const sealer = openSealer(options, root, output);
  if (!sealer.ok) return sealer;
  const opened = await openSeat(halt);
  if (!opened.ok) return opened;
  const { trader, auditor, clock, address, secrets, nonce } = opened.value;
  using view = showVenueRun(config, output);
  using stop = stopAtVenue(halt, (what) => {
    view.clear();
    output.note(`${what}: stopping at the next tick boundary; Ctrl-C leaves at once`);
  });
  const request: VenueRunRequest = {
    ...{ root, config, snapshot, halt, clock, address, secrets, nonce, counterfactualRunId },
    mode: "okx_demo",
    host: { ...readCheckoutFacts(shell.image), kernel: referenceKernel },
    coreHash: core.value.core_hash,
    venue: trader,
    auditor,
    sealer: sealer.value,
    stopRequested: stop.reading,
    signal: stop.signal,
    progress: view.update,
  };
  const outcome = await runVenue(request);
  view[Symbol.dispose]();
  await Promise.all([trader.close(), auditor.close()]);
  await opened.value.close();
  if (!outcome.ok) return outcome;
  return ok(report(outcome.value, { root, options, output }));
}

/**
 * Asked once before anything is opened, and without latching: who has not yet set the switch up
 * has halted nothing. From then on every look counts.
 */
function whetherAllowed(places: HaltPlaces): Result<void, Fault> {
  const { verdict, latch, stop } = haltPosture(places);
  if (stop.stop) {
    const message =
      stop.reason === "stop_present"
        ? "the STOP file is present; remove it when runs may start again"
        : "whether there is a STOP file cannot be told, and that means stop";
    return err({ code: stop.reason, message, at: places.stopFile });
  }
  if (!verdict.allowed) {
    const where = verdict.source ?? places.file;
    const message =
      `execution is halted by ${where} (${verdict.reason}); whoever may run writes off into that ` +
      "file, or names another with EXECUTION_HALTED_FILE";
    return err({ code: "execution_halted", message, at: places.file });
  }
  if (latch.state !== "latched") return ok(undefined);
  const message =
    `execution was halted by ${latch.source} (${latch.reason}); ` +
    "assay halt --release --reason TEXT lets go of it";
  return err({ code: "execution_halted", message, at: places.latchFile });
}

/** The decisions of a venue run are those of the reference kernel, whose source is in core_hash. */
const referenceKernel = {
  id: "reference",
  wasm_sha256: null,
  wasm_sha256_reason: "source_is_part_of_core_hash",
} as const;

type Reporting = Pick<SeatPlace, "root" | "options" | "output">;

function report(outcome: VenueRunOutcome, { root, options, output }: Reporting): ExitCode {
  const { runId, directory, end, status, detail, verdict, reasons, signed } = outcome;
  const overview = readVenueOverview(directory);
  const said = { run_id: runId, directory, end, status, detail, verdict, reasons, signed };
  output.record({
    type: "venue_run",
    ...said,
    ...(overview.ok ? recordOf(overview.value) : {}),
  });
  for (const ended of outcome.endedFirst) output.note(endedText(ended));
  if (overview.ok) for (const line of venueLines(overview.value)) output.line(line);
  const hints = `${rootHint(root)}${keysHint(options.keys)}`;
  output.line("");
  output.line(`next       assay verify ${runId}${hints}`);
  return exitOf(outcome);
}

/** Where it traded, as the lines say it, and whether the flatten of the end was one. */
function recordOf({ manifest, shutdownFlattenFailed, positions }: VenueOverview): object {
  const held = positions?.snapshots.find(({ moment }) => moment === "run_end")?.positions;
  const known = positions?.positions_quality === "exchange_reported";
  const flatten = { ...shutdownFlattenFailed, holds: known ? (held ?? null) : null };
  return {
    mode: manifest.mode,
    venue_address: manifest.venue_address,
    ...(shutdownFlattenFailed === null ? {} : { flat_at_the_end: false, flatten }),
  };
}

/** A run of the past was ended before this one, and whoever looks for it should know. */
function endedText(ended: VenueRunOutcome["endedFirst"][number]): string {
  const { runId, how, orders, cancelled } = ended;
  const what = how === "ended" ? "ended, audited and sealed" : "given up, its orders settled";
  const counts = `orders ${orders}, cancelled ${cancelled}`;
  return `${runId} was left by its process: ${what} first; ${counts}`;
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
