import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** `assay service execution-agent` as people start it. */
export type AgentProcess = Readonly<{
  url: string;
  /** Asks it to end, and gives its exit code. */
  stop: () => Promise<number | null>;
  /** Takes it away between two instructions. */
  kill: () => Promise<void>;
  /** Stops all of its threads, or lets them go on. */
  hold: (held: boolean) => void;
}>;

const main = join(import.meta.dirname, "../../src/cli/main.ts");

export async function startAgentProcess(
  root: string,
  venue: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<AgentProcess> {
  const words = ["service", "execution-agent", "--venue", venue, "--root", root];
  const child = spawn(process.execPath, [main, ...words, "--ports", "free", "--json"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
  });
  const said = await firstLine(child);
  const url = /"url":"(http:[^"]+)"/.exec(said)?.[1];
  assert.ok(url !== undefined, `the agent said ${said}`);
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  return {
    url,
    stop: async () => end("SIGTERM"),
    async kill(): Promise<void> {
      await end("SIGKILL");
    },
    hold: (held) => void child.kill(held ? "SIGSTOP" : "SIGCONT"),
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  assert.ok(stdout !== null);
  for await (const line of createInterface({ input: stdout })) return line;
  return "nothing";
}
