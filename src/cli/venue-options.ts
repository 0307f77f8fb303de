import { readFileSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, millisFromIso, ok, parseJson, type Result } from "#base";
import { type Dataset, openDataset } from "#datasets";
import {
  type ClockMode,
  emptyPlan,
  type FaultPlan,
  openRosterFile,
  parseFaultPlan,
  type VenueEnvironment,
  type VenueOptions,
} from "#simulator";
import { parseCount } from "./quantities.ts";

/** The options of `assay venue serve` as they were typed. */
export type ServeOptions = Readonly<{
  host: string;
  port: string;
  adminPort?: string | undefined;
  seed: string;
  clock: string;
  from?: string | undefined;
  dataset?: readonly string[] | undefined;
  feed?: readonly string[] | undefined;
  play: string;
  steps: string;
  queue: string;
  faults?: string | undefined;
  keys?: string | undefined;
  environment: string;
  rateLimits?: string | undefined;
  journal?: string | undefined;
  root: string;
  json: boolean;
}>;

/** What to serve, and where. */
export type ServePlan = Readonly<{
  venue: VenueOptions;
  host: string;
  port: number;
  adminPort: number | null;
  keysPath: string;
  keysMade: boolean;
}>;

/** Reads every option before anything is opened. Faults name the option that is wrong. */
export function planServe(options: ServeOptions, root: string): Result<ServePlan, Fault> {
  const numbers = readNumbers(options);
  if (!numbers.ok) return numbers;
  const clock = readClock(options.clock);
  if (!clock.ok) return clock;
  const words = readWords(options);
  if (!words.ok) return words;
  const startMs = readFrom(options.from);
  if (!startMs.ok) return startMs;
  const faults = readFaults(options.faults);
  if (!faults.ok) return faults;
  const datasets = openDatasets(options.dataset ?? [], root);
  if (!datasets.ok) return datasets;
  const { environment, queueModel, play, rateLimits } = words.value;
  const keysPath = options.keys ?? join(root, "venue", "keys.json");
  const keys = openRosterFile(keysPath, environment);
  if (!keys.ok) return keys;
  const { port, adminPort, seed, steps } = numbers.value;
  const venue: VenueOptions = {
    roster: keys.value.roster,
    seed,
    clock: clock.value,
    datasets: datasets.value,
    recordings: options.feed ?? [],
    play,
    stepsPerBar: steps,
    queueModel,
    faults: faults.value,
    journal: options.journal ?? null,
    ...(startMs.value === null ? {} : { startMs: startMs.value }),
    ...(rateLimits === null ? {} : { rateLimits }),
  };
  return ok({ venue, host: options.host, port, adminPort, keysPath, keysMade: keys.value.made });
}

const ports = { min: 0, max: 65_535 };

type Numbers = Readonly<{ port: number; adminPort: number | null; seed: number; steps: number }>;

function readNumbers(options: ServeOptions): Result<Numbers, Fault> {
  const port = named("--port", parseCount(options.port, ports));
  if (!port.ok) return port;
  const admin = options.adminPort;
  const adminPort =
    admin === undefined ? ok(null) : named("--admin-port", parseCount(admin, ports));
  if (!adminPort.ok) return adminPort;
  const seed = named("--seed", parseCount(options.seed, { min: 0, max: 2 ** 31 - 1 }));
  if (!seed.ok) return seed;
  const steps = named("--steps", parseCount(options.steps, { min: 4, max: 3600 }));
  if (!steps.ok) return steps;
  return ok({
    port: port.value,
    adminPort: adminPort.value,
    seed: seed.value,
    steps: steps.value,
  });
}

/** `real`, `x60`, `stepped`. */
function readClock(text: string): Result<ClockMode, Fault> {
  if (text === "real" || text === "stepped") return ok({ kind: text });
  const factor = /^x(\d{1,6})$/.exec(text)?.[1];
  if (factor !== undefined && Number(factor) >= 1 && Number(factor) <= 100_000) {
    return ok({ kind: "accelerated", factor: Number(factor) });
  }
  return refuse("--clock", `expected real, stepped or a factor like x60, got "${text}"`);
}

type Words = Readonly<{
  environment: VenueEnvironment;
  queueModel: NonNullable<VenueOptions["queueModel"]>;
  play: NonNullable<VenueOptions["play"]>;
  rateLimits: boolean | null;
}>;

function readWords(options: ServeOptions): Result<Words, Fault> {
  const environment = oneOf("--environment", options.environment, ["demo", "live"]);
  if (!environment.ok) return environment;
  const queue = oneOf("--queue", options.queue, ["front", "back", "proportional"]);
  if (!queue.ok) return queue;
  const play = oneOf("--play", options.play, [
    "walk",
    "open_high_low_close",
    "open_low_high_close",
    "seeded",
  ]);
  if (!play.ok) return play;
  const limits = oneOf("--rate-limits", options.rateLimits ?? "", ["", "on", "off"]);
  if (!limits.ok) return limits;
  return ok({
    environment: environment.value,
    queueModel: queue.value,
    play: play.value,
    rateLimits: limits.value === "" ? null : limits.value === "on",
  });
}

function oneOf<Word extends string>(
  option: string,
  text: string,
  words: readonly Word[],
): Result<Word, Fault> {
  const found = words.find((word) => word === text);
  if (found !== undefined) return ok(found);
  const named = words.filter((word) => word !== "").join(", ");
  return refuse(option, `expected one of ${named}, got "${text}"`);
}

function readFrom(text: string | undefined): Result<number | null, Fault> {
  if (text === undefined) return ok(null);
  const from = millisFromIso(text);
  return from.ok ? ok(from.value) : err({ ...from.fault, at: "--from" });
}

function readFaults(path: string | undefined): Result<FaultPlan, Fault> {
  if (path === undefined) return ok(emptyPlan);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return err({ code: "file_unreadable", message: "cannot read the fault plan", at: path });
  }
  const json = parseJson(text);
  if (!json.ok) return err({ ...json.fault, at: `${path}, ${json.fault.at ?? ""}` });
  return parseFaultPlan(json.value, path);
}

/** Opened for as long as the process lives. */
function openDatasets(refs: readonly string[], root: string): Result<readonly Dataset[], Fault> {
  const opened: Dataset[] = [];
  for (const ref of refs) {
    const dataset = openDataset(root, ref);
    if (!dataset.ok) {
      for (const each of opened) each.close();
      return dataset;
    }
    opened.push(dataset.value);
  }
  return ok(opened);
}

function named<T>(option: string, result: Result<T, Fault>): Result<T, Fault> {
  return result.ok ? result : err({ ...result.fault, at: option });
}

function refuse(option: string, message: string): Result<never, Fault> {
  return err({ code: "option_malformed", message, at: option });
}
