import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type KillPoint, reachPoint } from "./kill-point.ts";
import { argumentsOf, type RunnerJob, type RunnerWord, wordOf } from "./runner-job.ts";
import type { VenueProcess } from "./venue-process.ts";

/** How a process of the campaign went: killed, with what it had begun, or ended by itself. */
export type Went = Readonly<{
  killed: boolean;
  directory: string | null;
  /** Null of a process that was killed. */
  word: RunnerWord | null;
}>;

const main = join(import.meta.dirname, "../../src/cli/main.ts");

/** Runs a job to its end, or to the point where it is killed with no chance to say a word. */
export async function runJob(
  job: RunnerJob,
  venue: VenueProcess,
  point: KillPoint | null,
): Promise<Went> {
  const runs = join(job.root, "runs");
  const before = new Set(namesIn(runs));
  const asked = point?.type === "request" ? await requestsOf(venue) : 0;
  const child = spawn(process.execPath, [main, ...argumentsOf(job)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, EXECUTION_HALTED_FILE: job.switchFile },
  });
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    text.out += String(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    text.err += String(chunk);
  });
  let ended = false;
  const end = new Promise<void>((resolve) => {
    child.on("close", () => {
      ended = true;
      resolve();
    });
  });
  const directory = (): string | null => {
    if (job.directory !== null) return job.directory;
    const made = namesIn(runs).find((name) => !before.has(name));
    return made === undefined ? null : join(runs, made);
  };
  let killed = false;
  if (point !== null) {
    const requests = async (): Promise<number> => (await requestsOf(venue)) - asked;
    const reached = await reachPoint(point, { directory, requests, hasEnded: () => ended });
    if (reached) killed = child.kill("SIGKILL");
  }
  await end;
  // The signal may have come when it was over.
  const exit = child.exitCode;
  const word = exit === null ? null : wordOf(exit, text.out, text.err);
  return { killed: killed && word === null, directory: directory(), word };
}

async function requestsOf(venue: VenueProcess): Promise<number> {
  const { counters } = await venue.counters();
  return Object.values(counters.requests).reduce((sum, count) => sum + count, 0);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith("AUDIT_"));
  } catch {
    return [];
  }
}
