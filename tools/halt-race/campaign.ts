import { execFile } from "node:child_process";
import { renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { assert, createStream, type Stream } from "#base";
import type { SimulatedVenue } from "#simulator";
import { engageHalt, releaseHalt } from "#venues";
import { type Found, machineMs, type TraderSeat } from "./messages.ts";
import { emptyTally, type Tally } from "./tally.ts";
import { openTrack, type Track, type Trader } from "./track.ts";

export type RaceOptions = Readonly<{
  races: number;
  seed: number;
  /** Every so manieth race blocks the event loop of the agent. */
  blockEvery: number;
  /** Every so manieth race halts by the command itself, in a process of its own. */
  commandEvery: number;
  tell: (line: string) => void;
}>;

/** Halts an agent under load again and again, and judges by what the venue took. */
export async function runHaltRaces(
  options: RaceOptions,
  tally: Tally = emptyTally(),
): Promise<Tally> {
  const throughAgent = Math.min(options.races, Math.ceil(options.races / agentShare));
  const rest = options.races - throughAgent;
  await raceOn("broker", { first: 0, end: rest }, options, tally);
  await raceOn("agent", { first: rest, end: options.races }, options, tally);
  return tally;
}

/** One race of so many is run through the whole agent, whose requests take longer than orders. */
const agentShare = 10;

async function raceOn(
  through: TraderSeat["through"],
  { first, end }: Readonly<{ first: number; end: number }>,
  options: RaceOptions,
  tally: Tally,
): Promise<void> {
  if (first >= end) return;
  const track = await openTrack(through, options.seed);
  const draw = createStream({ seed: options.seed, stream: "latency", id: first });
  try {
    for (let race = first; race < end && tally.wrong.length < enough; race += 1) {
      const blocked = race % options.blockEvery === options.blockEvery - 1;
      const byCommand = race % options.commandEvery === options.commandEvery - 1;
      const way = byCommand ? "command" : (ways[draw.below(ways.length)] ?? "file");
      await runRace(track, { race, blocked, way, draw, options }, tally);
    }
  } finally {
    await track.close();
  }
}

/** More wrongs than these tell nothing new. */
const enough = 10;

/**
 * - file: another word in the file of the switch.
 * - swap: the file is replaced, as a mounted ConfigMap does it.
 * - removed: the file is taken away.
 * - latch: what `assay halt` writes, by its own function.
 * - command: `assay halt` in a process of its own; its moment is not known well enough for figures.
 */
const ways = ["file", "swap", "removed", "latch"] as const;
type Way = (typeof ways)[number] | "command";

type Race = Readonly<{
  race: number;
  blocked: boolean;
  way: Way;
  draw: Stream;
  options: RaceOptions;
}>;

async function runRace(track: Track, race: Race, tally: Tally): Promise<void> {
  const { venue, trader, takenMs } = track;
  const { blocked, way, draw } = race;
  const from = venue.oracle.acceptedCount();
  if (!(await begin(track, blocked, tally))) {
    tally.wrong.push(`race ${race.race + 1}: no order leaves although nothing halts`);
    return;
  }
  // Long enough for the watchdog to have seen that the switch was off.
  await sleep(30 + draw.below(120));
  const beforeMs = machineMs();
  await engage(track, way);
  const haltedMs = machineMs();
  await sleep(blocked ? 320 : 90);
  const report = await trader.ask({ type: "report" }, "sends");
  const orders = venue.oracle.accepted().slice(from);
  const sends = new Map(report.sends.map((send) => [send.clOrdId, send]));
  const say = (what: string): void => {
    tally.wrong.push(`race ${race.race + 1} (${way}${blocked ? ", blocked" : ""}): ${what}`);
  };
  for (const { cl_ord_id } of orders) {
    const send = sends.get(cl_ord_id ?? "");
    if (send === undefined) say(`${cl_ord_id} was taken, and nobody saw it leave`);
    else if (!send.beside) say(`${cl_ord_id} was written without a look beside it`);
    else if (!(send.beganMs <= haltedMs)) {
      say(`${cl_ord_id} was sent ${(send.beganMs - haltedMs).toFixed(3)} ms behind the halt`);
    }
  }
  const times = takenMs.slice(from, from + orders.length);
  tally.races += 1;
  tally.orders += orders.length;
  tally.refused += report.refused;
  tally.ordersOnTheirWay += times.filter((ms) => ms > haltedMs).length;
  tally.byWay[way] = (tally.byWay[way] ?? 0) + 1;
  if (blocked) tally.blockedRaces += 1;
  const reaction = Math.max(0, (times.at(-1) ?? 0) - beforeMs);
  const isClear = await waitFor(() => openOrders(venue) === 0, 5000);
  if (!isClear) say(`${openOrders(venue)} orders rest 5 s behind the halt`);
  const words = await wordsOf(trader);
  const at = (event: string): number | null =>
    words.find((word) => word.event === event)?.atMs ?? null;
  const [seen, cleared] = [at("watchdog.halted"), at("watchdog.cancelled")];
  if (seen === null || cleared === null) say(`the watchdog told ${JSON.stringify(words)}`);
  if (way !== "command") {
    (blocked ? tally.reactionBlockedMs : tally.reactionMs).push(reaction);
    if (seen !== null) {
      (blocked ? tally.watchdogBlockedMs : tally.watchdogMs).push(Math.max(0, seen - beforeMs));
    }
    if (cleared !== null) {
      (blocked ? tally.clearBlockedMs : tally.clearMs).push(Math.max(0, cleared - beforeMs));
    }
  }
  race.options.tell(
    `race ${race.race + 1} ${way}: ${orders.length} orders, ${reaction.toFixed(1)} ms`,
  );
  release(track);
}

/**
 * A look that began before the switch was turned off may latch behind the release: then nothing
 * leaves, as it should be, and somebody lets go of it again.
 */
async function begin(track: Track, blocked: boolean, tally: Tally): Promise<boolean> {
  const { venue, trader } = track;
  const from = venue.oracle.acceptedCount();
  for (let tries = 0; tries < 3; tries += 1) {
    const { ready } = await trader.ask({ type: "go", blocked }, "going");
    if (ready && (await waitFor(() => venue.oracle.acceptedCount() > from, 3000))) return true;
    tally.latchedAgain += 1;
    await trader.ask({ type: "report" }, "sends");
    release(track);
  }
  return false;
}

/** The watchdog tells of its all-clear when the venue has confirmed it. */
async function wordsOf(trader: Trader): Promise<readonly Found[]> {
  for (let tries = 0; ; tries += 1) {
    const { words } = await trader.ask({ type: "report" }, "sends");
    if (tries === 50 || words.some(({ event }) => event === "watchdog.cancelled")) return words;
    await sleep(20);
  }
}

async function engage({ places, root }: Track, way: Way): Promise<void> {
  switch (way) {
    case "file":
      return writeFileSync(places.file, "1\n");
    case "swap":
      writeFileSync(`${places.file}.new`, "1\n");
      return renameSync(`${places.file}.new`, places.file);
    case "removed":
      return unlinkSync(places.file);
    case "latch":
      assert(engageHalt(places, "campaign").ok, "the latch is written");
      return;
    case "command":
      await promisify(execFile)(process.execPath, [main, "halt", "--root", root], {
        env: { ...process.env, EXECUTION_HALTED_FILE: places.file },
      });
  }
}

const main = join(import.meta.dirname, "../../src/cli/main.ts");

function release({ places }: Track): void {
  writeFileSync(`${places.file}.new`, "off\n");
  renameSync(`${places.file}.new`, places.file);
  // The agent may halt once more for what it saw before; then the next one lets go of it.
  releaseHalt(places, "campaign");
}

function openOrders(venue: SimulatedVenue): number {
  return venue.accounts.reduce((sum, _, account) => {
    return sum + venue.floor.exchange.openOrders(account).length;
  }, 0);
}

async function waitFor(holds: () => boolean, forMs: number): Promise<boolean> {
  const endMs = machineMs() + forMs;
  while (!holds()) {
    if (machineMs() > endMs) return false;
    await sleep(2);
  }
  return true;
}
