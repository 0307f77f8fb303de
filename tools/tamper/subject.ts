import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { keysPlace, makeDevelopmentKeys, openRunSealer } from "#evidence";
import { landVenueRun } from "#support";
import { wildMarket } from "./wild-market.ts";

/** Files by their path below a root. */
export type Files = ReadonlyMap<string, Uint8Array>;

/**
 * A small installation that the product made itself: two signed and logged runs in one root, their
 * pool, a snapshot of it, and the states that an attacker could put back.
 */
export type Subject = Readonly<{
  /** Folder of the installation's keys and policy. */
  keys: string;
  /** Keys of somebody else, for the same system. */
  strangersKeys: string;
  files: Files;
  /** The folder below the root of the run whose every file is changed. */
  run: string;
  /** That of the one before it in the log. */
  other: string;
  /** That of a run at a venue, recorded by the tests and sealed like any other. */
  venueRun: string;
  /** Runs, log and pool as they were before `run` was sealed. */
  earlier: Files;
  /** The records of `run`, sealed before, with the same keys, in another root; and its log. */
  older: Files;
}>;

/**
 * Two founders on a wild market: births by split, deaths of several kinds, an extinction with its
 * reboot and survivors, in some sixty kilobytes.
 */
const world = [
  ...["--population", "2", "--max-agents", "4", "--schema", "linear/1", "--seasons", "2x40"],
  ...["--review", "20", "--cull", "0.3", "--split", "0.03", "--living-cost", "0.001"],
  ...["--allocation", "0.5", "--leverage", "70", "--capital", "100000", "--reboots", "2"],
  ...["--dataset", "wild", "--behaviors", "--workers", "1"],
];
const [runSeed, otherSeed] = ["14", "31"];

/** Makes the subject in this folder with `assay` itself; throws when it does not come out so. */
export async function makeSubject(folder: string): Promise<Subject> {
  const [root, elsewhere] = [join(folder, "root"), join(folder, "elsewhere")];
  const [keys, strangersKeys] = [join(folder, "keys"), join(folder, "strangers-keys")];
  mkdirSync(folder, { recursive: true });
  const market = join(folder, "wild.csv");
  writeFileSync(market, wildMarket());
  const facts = ["--instrument", "BTC-USDT-SWAP", "--interval", "15m", "--name", "wild"];
  await assay(["data", "import", market, ...facts, "--root", root]);
  cpSync(root, elsewhere, { recursive: true });
  for (const each of [keys, strangersKeys]) makeKeys(each, root);
  const evolve = (seed: string, place: string): Promise<void> =>
    assay(["evolve", ...world, "--seed-list", seed, "--root", place, "--keys", keys]);
  await Promise.all([evolve(runSeed, elsewhere), evolve(otherSeed, root)]);
  const earlier = filesOf(root);
  await evolve(runSeed, root);
  const [run = ""] = runsIn(elsewhere);
  const other = runsIn(root).find((name) => name !== run) ?? "";
  const venueRun = landSealed(root, keys);
  const selection = ["--filter", `run_id=${basename(other)}`, "--note", "of the tamper campaign"];
  await assay(["pool", "snapshot", ...selection, "--root", root, "--keys", keys]);
  const [files, older] = [filesOf(root), filesOf(elsewhere)];
  const subject = { keys, strangersKeys, files, run, other, venueRun, earlier, older };
  refusePoor(subject);
  return subject;
}

/** The evidence below a root; no data sets, no records of campaigns and no locks. */
export function filesOf(root: string): Files {
  const files = new Map<string, Uint8Array>();
  for (const top of ["runs_hf", "runs", "log", "pools"]) {
    if (!existsSync(join(root, top))) continue;
    const entries = readdirSync(join(root, top), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || /\.lock\.\d+$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(path.slice(root.length + 1), readFileSync(path));
    }
  }
  return new Map([...files].sort(([one], [two]) => (one < two ? -1 : 1)));
}

/** A run in which nothing happens would leave half of the claims untried. */
function refusePoor({ files, run }: Subject): void {
  const needs: readonly (readonly [file: string, text: string])[] = [
    ["birth_events.jsonl", '"origin":"split"'],
    ["birth_events.jsonl", '"origin":"reboot_founder"'],
    ["death_events.jsonl", "\n"],
    ["survivors.jsonl", "\n"],
    ["collapse_events.jsonl", '"event":"reboot"'],
  ];
  for (const [file, text] of needs) {
    const found = Buffer.from(files.get(`${run}/${file}`) ?? []).includes(text);
    if (!found) throw new Error(`the run of seed ${runSeed} lacks ${text} in ${file}`);
  }
}

function runsIn(root: string): readonly string[] {
  return readdirSync(join(root, "runs_hf")).map((name) => `runs_hf/${name}`);
}

function landSealed(root: string, keys: string): string {
  const directory = landVenueRun(root, { tier: "tier1_hf" });
  sealWith(keys, root, directory);
  return directory.slice(root.length + 1);
}

/** What a run does last, by these keys and in the log of its root. */
export function sealWith(keys: string, root: string, directory: string): void {
  const place = keysPlace(keys, root);
  if (!place.ok) throw new Error(place.fault.message);
  const sealer = openRunSealer(place.value, root, { nowMillis: Date.now });
  if (!sealer.ok || sealer.value === null) throw new Error("the keys cannot seal");
  // Not by the act that ends a run: a forger has the key, and leaves out what it would refuse.
  const detached = existsSync(join(directory, "raw", "SHA256SUMS")) ? ["raw"] : [];
  const sealed = sealer.value.seal(directory, basename(directory), detached);
  if (!sealed.ok) throw new Error(`${sealed.fault.message} [${sealed.fault.code}]`);
}

function makeKeys(folder: string, root: string): void {
  const place = keysPlace(folder, root);
  const made = place.ok ? makeDevelopmentKeys(place.value, Date.now()) : place;
  if (!made.ok) throw new Error(made.fault.message);
}

function assay(args: readonly string[]): Promise<void> {
  const main = join(import.meta.dirname, "../../src/cli/main.ts");
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`assay ${args.slice(0, 2).join(" ")} ended with ${code}: ${errors}`));
    });
  });
}
