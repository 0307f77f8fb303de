import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { assert, createStream } from "#base";
import { keysPlace, loadRunTrust, makeDevelopmentKeys, type RunTrust, verifyRun } from "#evidence";
import type { AcceptedOrder } from "#simulator";
import { makeGenomes } from "./genomes.ts";
import {
  type FilesSeen,
  judgeGrowth,
  judgeKilled,
  judgeVenue,
  ordersOf,
  outcomesMissing,
  prefixOf,
  seeFiles,
} from "./judge.ts";
import { endKillPoint, type KillPoint, killPoint, pointText } from "./kill-point.ts";
import { campaignOptions, type RunnerJob } from "./runner-job.ts";
import { runJob, type Went } from "./runner-process.ts";
import { add, emptyTally, type Tally } from "./tally.ts";
import { startVenue, type VenueProcess } from "./venue-process.ts";

export type CampaignOptions = Readonly<{
  /** Where roots are made. */
  folder: string;
  /** Number of the first story, from 1, and how many are told. */
  first: number;
  points: number;
  seed: number;
  /** Of the venue, as `assay venue --clock` takes it. */
  clock: string;
  /** So many points share a venue, an account and a root. */
  batch: number;
  /** A line on each point, for whoever waits. */
  tell: (line: string) => void;
}>;

/** Kills run after run at points that are a function of the seed, and judges what is left. */
export async function runKillCampaign(
  options: CampaignOptions,
  tally: Tally = emptyTally(),
): Promise<Tally> {
  const end = options.first - 1 + options.points;
  for (let from = options.first - 1; from < end; from += options.batch) {
    const to = Math.min(from + options.batch, end);
    const root = join(options.folder, `root-${from}`);
    const place = await openPlace(root, options, from);
    try {
      for (let point = from; point < to && tally.wrong.length < enough; point += 1) {
        await onePoint(place, point, tally);
      }
    } finally {
      await place.venue.stop();
      rmSync(root, { recursive: true, force: true });
    }
  }
  return tally;
}

/** More wrongs than these tell nothing new. */
const enough = 25;

type Place = Readonly<{
  options: CampaignOptions;
  venue: VenueProcess;
  job: RunnerJob;
  /** A run on the same account that belongs to another root, which knows nothing of this one. */
  strangersJob: RunnerJob;
  trust: RunTrust;
}>;

async function openPlace(root: string, options: CampaignOptions, from: number): Promise<Place> {
  mkdirSync(root, { recursive: true });
  const switchFile = join(root, "EXECUTION_HALTED");
  writeFileSync(switchFile, "off\n");
  const snapshotId = makeGenomes(root);
  const sealingKeys = join(options.folder, "keys");
  const trust = trustIn(sealingKeys, root);
  const seed = String(options.seed + from);
  const venue = await startVenue(root, ["--clock", options.clock, "--seed", seed]);
  // Books with little at each level: orders fill in parts, rest, and are cancelled.
  await venue.fault({ id: "thin", match: {}, fault: { kind: "partial_fill", max_sz: "2" } });
  const { restUrl, keysPath } = venue;
  const place = { root, restUrl, keysPath, switchFile, snapshotId, sealingKeys };
  const job = { ...place, directory: null, options: campaignOptions };
  const elsewhere = join(root, "elsewhere");
  mkdirSync(elsewhere);
  makeGenomes(elsewhere);
  return { options, venue, trust, job, strangersJob: { ...job, root: elsewhere } };
}

/** Keys that seal every run of the campaign, and the policy that trusts them. */
function trustIn(keys: string, root: string): RunTrust {
  const ring = keysPlace(keys, root);
  assert(ring.ok, "the keys have a place");
  const made = makeDevelopmentKeys(ring.value, Date.now());
  assert(made.ok, "there are keys");
  const trust = loadRunTrust({ ring: ring.value, policyFile: null, root });
  assert(trust.ok, "they are trusted");
  return trust.value;
}

/** A run that was killed, and what its files said then. */
type Killed = Readonly<{ directory: string; files: FilesSeen; text: string }>;

/** How a story goes on after the first kill. */
const stories = ["end", "end", "end", "next", "stranger", "two_dead"] as const;

async function onePoint(place: Place, point: number, tally: Tally): Promise<void> {
  const { options } = place;
  const draw = createStream({ seed: options.seed, stream: "latency", id: point });
  const story = stories[draw.below(stories.length)] ?? "end";
  const endKills = draw.below(4) === 0 ? 1 + draw.below(2) : 0;
  const wrongBefore = tally.wrong.length;
  const stakeBefore = tally.ordersAtStake;
  const acceptedBefore = (await place.venue.counters()).orders_accepted;
  const first = await killOne(place, point * 8, tally);
  if (first === null) return;
  switch (story) {
    case "end":
      await endOne(place, first, { endKills, number: point * 8 }, tally);
      break;
    case "next":
    case "stranger":
      await nextRun(place, first, story === "next" ? place.job : place.strangersJob, tally);
      await endOne(place, first, { endKills, number: point * 8 }, tally);
      break;
    case "two_dead": {
      const second = await killOne(place, point * 8 + 4, tally);
      for (const killed of [second, first]) {
        if (killed !== null) {
          await endOne(place, killed, { endKills, number: point * 8 + 4 }, tally);
        }
      }
    }
  }
  tally.stories += 1;
  // After each story, so that who interrupts the campaign is told of what there was.
  tally.orders += (await place.venue.counters()).orders_accepted - acceptedBefore;
  const stake = tally.ordersAtStake - stakeBefore;
  if (stake > 0) tally.atStake += 1;
  const fresh = tally.wrong.slice(wrongBefore).join("; ");
  options.tell(`story ${point + 1}, ${story}, ${first.text}: ${stake} at stake, ${fresh || "ok"}`);
}

/** Kills a run; where runs end before their points, the next of the four numbers is tried. */
async function killOne(place: Place, number: number, tally: Tally): Promise<Killed | null> {
  for (let again = 0; again < 4; again += 1) {
    const point = killPoint(place.options.seed, number + again);
    const went = await runJob(place.job, place.venue, point);
    const taken = await place.venue.orders(0);
    if (!went.killed) {
      tally.survived += 1;
      await judgeEnded(went, taken, tally);
      continue;
    }
    tally.kills += 1;
    add(tally.points, point.type === "line" || point.type === "file" ? point.file : point.type);
    if (went.directory === null) {
      tally.nameless += 1;
      continue;
    }
    const { directory } = went;
    blame(tally, point, directory, [
      ...judgeKilled(directory, taken),
      ...judgeVenue(directory, taken),
    ]);
    const files = seeFiles(directory);
    tally.inFlight += outcomesMissing(files);
    tally.ordersAtStake += ordersOf(directory, taken);
    return { directory, files, text: pointText(point) };
  }
  return null;
}

/** What a refused end is allowed to say; all else is a failure of the campaign. */
const soundRefusals: ReadonlySet<string> = new Set(["run_never_began", "run_overtaken"]);

type Ending = Readonly<{ endKills: number; number: number }>;

async function endOne(
  place: Place,
  { directory, files, text }: Killed,
  { endKills, number }: Ending,
  tally: Tally,
): Promise<void> {
  const job = { ...place.job, directory };
  for (let kill = 0; kill < endKills; kill += 1) {
    const point = endKillPoint(place.options.seed, number + kill);
    const went = await runJob(job, place.venue, point);
    if (went.killed) tally.endsKilled += 1;
  }
  const { word } = await runJob(job, place.venue, null);
  const say = (what: string): void =>
    void tally.wrong.push(`${basename(directory)} (${text}): ${what}`);
  const taken = await place.venue.orders(0);
  for (const what of [...judgeVenue(directory, taken), ...judgeGrowth(files, directory)]) say(what);
  if (word === null || word.code !== null) {
    const code = word?.code ?? "no_word";
    add(tally.refusals, code);
    if (!soundRefusals.has(code)) say(`its end is refused: ${code} ${word?.message}`);
    return;
  }
  if (word.overtaken) tally.overtaken += 1;
  const verdict = verifyRun(directory, { root: place.job.root, trust: place.trust });
  const said = verdict.ok ? verdict.value.verdict : verdict.fault.code;
  add(tally.verdicts, said);
  if (!verdict.ok) return say(`it cannot be verified: ${verdict.fault.code}`);
  const { claims } = verdict.value;
  for (const claim of claims) {
    if (claim.verdict === "FAIL") say(`${claim.id}: ${JSON.stringify(claim).slice(0, 400)}`);
    if (claim.verdict === "NOT_MEASURABLE") add(tally.reasons, `${claim.id}: ${claim.reason}`);
  }
  if (said !== word.verdict) say(`the process said ${word.verdict}, the verifier ${said}`);
}

/** A run that begins where a killed one lies settles it, empties the account, and is its own. */
async function nextRun(
  { venue }: Place,
  killed: Killed,
  job: RunnerJob,
  tally: Tally,
): Promise<void> {
  const went = await runJob(job, venue, null);
  const taken = await venue.orders(0);
  await judgeEnded(went, taken, tally);
  if (went.directory === null) return;
  const prefix = prefixOf(killed.directory);
  const own = seeFiles(went.directory);
  for (const name of ["order_attempts.jsonl", "order_status_samples.jsonl"]) {
    const foreign = (own.get(name) ?? []).some((line) => line.includes(`"${prefix}`));
    if (foreign) tally.wrong.push(`${basename(went.directory)}: ${name} holds orders of the dead`);
  }
}

async function judgeEnded(
  went: Went,
  taken: readonly AcceptedOrder[],
  tally: Tally,
): Promise<void> {
  const { word, directory } = went;
  if (word === null || directory === null || word.code !== null) {
    add(tally.nextRuns, word?.code ?? "no_word");
    tally.wrong.push(`a run that was left alone is refused: ${word?.code} ${word?.message}`);
    return;
  }
  add(tally.nextRuns, word.verdict ?? "none");
  const name = basename(directory);
  if (word.verdict !== "PASS") {
    tally.wrong.push(`${name}, left alone, is ${word.verdict}: ${word.reasons.join(", ")}`);
  }
  for (const what of judgeVenue(directory, taken)) tally.wrong.push(`${name}: ${what}`);
}

function blame(tally: Tally, point: KillPoint, directory: string, wrong: readonly string[]): void {
  for (const what of wrong) {
    tally.wrong.push(`${basename(directory)} (${pointText(point)}): ${what}`);
  }
}
