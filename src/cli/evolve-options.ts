import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { type Fault, type Json, ok, type Result } from "#base";
import { embeddedName } from "#datasets";
import {
  type CampaignFile,
  type CampaignRequest,
  firstSeeds,
  type KernelId,
  maxSeeds,
  readCampaignFile,
} from "#lab";
import { parseCount, parseSeedList } from "./quantities.ts";
import { defaultRoot } from "./root.ts";
import { addSealerOptions, type SealerOptions } from "./run-keys.ts";
import { addWorldFlags, readOrThrow } from "./world-flags.ts";

/** What the command line said; absent = not said. */
export type EvolveOptions = Readonly<{
  root: string;
  json: boolean;
  printConfig?: boolean;
  setAside?: boolean;
  dataset?: string;
  window?: string;
  seeds?: number;
  seedList?: readonly number[];
  workers?: number;
  kernel?: KernelId;
  behaviors?: boolean;
  name?: string;
  config?: string;
}> &
  SealerOptions;

/** Adds every option of `assay evolve`; gives the reader of the world flags. */
export function addEvolveOptions(command: Command): () => Readonly<Record<string, Json>> {
  const count = (max: number) => (text: string) =>
    readOrThrow(text, (given) => parseCount(given, { min: 1, max }));
  command
    .option("--dataset <id|name>", `market to live in (default: ${embeddedName}, embedded)`)
    .option("--window <NAME:START..END>", "slice of it by UTC time or bar index (default: all)")
    .addOption(
      new Option("--seeds <n>", "seeds 1 to n (default: 8)")
        .argParser(count(maxSeeds))
        .conflicts("seedList"),
    )
    .addOption(
      new Option("--seed-list <list>", "these seeds, like 3,5,9").argParser((text: string) =>
        readOrThrow(text, parseSeedList),
      ),
    )
    .option("--config <file.json>", "campaign file; unknown keys are refused, flags win over it")
    .option("--workers <n>", "worker threads (default: usable cores)", count(1024))
    .addOption(
      new Option("--kernel <id>", "which hot loop (default: simd); the bytes are the same").choices(
        ["simd", "reference"],
      ),
    )
    .option("--behaviors", "also land behaviors and the genome matrix of all agents")
    .option("--name <label>", "a label for the campaign")
    .option("--root <dir>", "where everything lands", defaultRoot)
    .option("--set-aside", "move unfinished records of these runs away and run them again", false)
    .option("--print-config", "print the resolved campaign as a config file and stop", false)
    .option("--json", "JSON lines: progress on standard error, results on standard output", false);
  addSealerOptions(command);
  return addWorldFlags(command);
}

/** Flag over file over default. Faults: those of the config file. */
export function resolveRequest(
  options: EvolveOptions,
  worldFlags: Readonly<Record<string, Json>>,
  root: string,
): Result<CampaignRequest, Fault> {
  const read = options.config === undefined ? ok({}) : readCampaignFile(options.config);
  if (!read.ok) return read;
  const file: CampaignFile = read.value;
  return ok({
    root,
    name: options.name ?? file.name ?? null,
    dataset: options.dataset ?? file.dataset ?? embeddedName,
    window: options.window ?? file.window ?? null,
    seeds: options.seedList ?? seedsOf(options.seeds ?? file.seeds ?? 8),
    kernel: options.kernel ?? file.kernel ?? "simd",
    behaviors: options.behaviors ?? file.behaviors ?? false,
    workers: options.workers ?? file.workers ?? availableParallelism(),
    world: { file: file.world ?? {}, flags: worldFlags },
  });
}

/** A count, or a list in whatever order the file has it. */
function seedsOf(seeds: number | readonly number[]): readonly number[] {
  if (typeof seeds === "number") return firstSeeds(seeds);
  return [...new Set(seeds)].toSorted((left, right) => left - right);
}
