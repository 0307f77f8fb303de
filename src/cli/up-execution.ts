import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { err, type Fault, ok, type Result } from "#base";
import { checkoutPath } from "#lab";
import type { Environment, LogSink } from "#mesh";

/** execution-agent beside the mesh: a process of its own that dies with us and starts OFF. */
export type ExecutionProcess = Readonly<{
  pid: number;
  url: string;
  /** Its exit code, null after a signal; it is never started again. */
  ended: Promise<number | null>;
  /** Resolves when it is gone. */
  stop: () => Promise<void>;
}>;

export type ExecutionOptions = Readonly<{ root: string; env: Environment; sink: LogSink }>;

const name = "execution-agent";
const startMs = 30_000;
/** Its own drain and a little more. */
const stopMs = 9_000;

/** Faults: execution_not_started, execution_start_timed_out. */
export async function startExecution(
  options: ExecutionOptions,
): Promise<Result<ExecutionProcess, Fault>> {
  const { root, env, sink } = options;
  const main = join(checkoutPath, "src", "cli", "main.ts");
  const child = spawn(process.execPath, [main, "service", name, "--root", root, "--json"], {
    env: { ...env },
    // The channel tells it when we are gone, however we went.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Ctrl-C of a terminal reaches it through us alone.
    detached: true,
  });
  const ended = once(child, "exit").then(([code]: unknown[]) => {
    return typeof code === "number" ? code : null;
  });
  ended.catch(() => {});
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on("line", (line) => sink.write(`${line}\n`));
  }
  const said = await firstLine(child);
  const url = /"url":"(http:[^"]+)"/.exec(said)?.[1];
  if (url !== undefined) {
    return ok({ pid: child.pid ?? -1, url, ended, stop: async () => stopChild(child, ended) });
  }
  await stopChild(child, ended);
  if (said === "") {
    const message = `${name} did not start within ${startMs / 1000} s`;
    return err({ code: "execution_start_timed_out", message });
  }
  const why = /"message":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1] ?? said;
  return err({ code: "execution_not_started", message: `${name} did not start: ${why}` });
}

/** What it says first: where it answers, or its fault. Empty when it says nothing in time. */
async function firstLine(child: ChildProcess): Promise<string> {
  const late = AbortSignal.timeout(startMs);
  if (child.stdout === null) return "";
  const lines = createInterface({ input: child.stdout, signal: late });
  for await (const line of lines) return line;
  return late.aborted ? "" : "it ended without a word";
}

async function stopChild(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), stopMs);
  await ended.catch(() => {});
  clearTimeout(late);
}
