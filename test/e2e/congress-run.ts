import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** What `/ingest` answers, as far as a test looks at it. */
export type IngestState = Readonly<{
  disclosures: number;
  unpublished: number;
  defects: Readonly<Record<string, number>>;
  sources: readonly Readonly<{ reason: string | null }>[];
}>;

export type CongressRun = Readonly<{
  /** Waits until a consumer took an event: seen from outside, however busy the process is. */
  untilHeard: () => Promise<void>;
  until: (holds: (state: IngestState) => boolean) => Promise<IngestState>;
  /** Ends at once, with whatever it was doing half done. */
  kill: () => Promise<void>;
  /** Asks it to stop, and gives its exit code. */
  stop: () => Promise<number | null>;
}>;

const patienceMs = 180_000;

/** Starts the service as a process of its own on these files. */
export async function startCongress(root: string, files: readonly string[]): Promise<CongressRun> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(import.meta.resolve("./congress-process.ts")), root, heardPath(root)],
    {
      env: { PATH: process.env["PATH"], ASSAY_CONGRESS_FILES: files.join(",") },
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  const url = await firstLine(child);
  const state = async (): Promise<IngestState> => {
    const answer = await fetch(`${url}/ingest`);
    // The address answers with this, and a test that misses something of it fails.
    return (await answer.json()) as IngestState;
  };
  return {
    async untilHeard() {
      const end = performance.now() + patienceMs;
      while (heardEvents(root).length === 0) {
        assert.ok(performance.now() < end, "nothing was heard");
        await sleep(2);
      }
    },
    async until(holds) {
      const end = performance.now() + patienceMs;
      for (;;) {
        const now = await state();
        if (holds(now)) return now;
        assert.ok(performance.now() < end, `never came to it: ${JSON.stringify(now)}`);
        await sleep(20);
      }
    },
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      return child.exitCode;
    },
  };
}

/** Ids of all events that consumers took, over all processes on this root, in order. */
export function heardEvents(root: string): readonly string[] {
  if (!existsSync(heardPath(root))) return [];
  return readFileSync(heardPath(root), "utf8").split("\n").slice(0, -1);
}

export function isDone({ sources, unpublished }: IngestState): boolean {
  return unpublished === 0 && sources.every(({ reason }) => reason === "ok");
}

function heardPath(root: string): string {
  return join(root, "heard.txt");
}

async function firstLine(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout !== null);
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("the process ended without an address");
}
