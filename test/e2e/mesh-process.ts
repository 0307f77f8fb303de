import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { startAssay } from "./assay.ts";

/** One line of the log of a mesh, as far as tests look at it. */
export type LogLine = Readonly<
  Record<"event" | "service" | "boot_id" | "level", string> & { [field: string]: unknown }
>;

/** A process that hosts one service or all, and everything that it said. */
export type MeshProcess = Readonly<{
  pid: number;
  log: readonly LogLine[];
  urlOf: (service: string) => string;
  services: readonly string[];
  /** What it said when it was ready; null for a single service. */
  ready: Readonly<{ ready: boolean; took_ms: number; agents: readonly AgentLine[] }> | null;
  /** Asks it to end; the code and how long that took. */
  stop: (signal?: NodeJS.Signals) => Promise<Readonly<{ code: number | null; tookMs: number }>>;
  /** SIGKILL. */
  kill: () => Promise<void>;
}>;

export type AgentLine = Readonly<{
  name: string;
  address: string;
  mode: string;
  state: string;
  reason_codes: readonly string[];
}>;

type Settings = Readonly<Record<string, string>>;

/** Settings of a mesh for tests: nothing of the machine's own switch. */
const quiet: Settings = { EXECUTION_HALTED: "" };

/** `assay up --json` on free ports; resolves when it says that it is ready. */
export function startUp(
  root: string,
  env: Settings = {},
  more: readonly string[] = [],
): Promise<MeshProcess> {
  const args = ["up", "--root", root, "--ports", "free", "--json", ...more];
  return meshOf(startAssay(args, { env: { ...quiet, ...env } }));
}

/** `assay service NAME` on a free port; resolves when it listens. */
export function startService(name: string, root: string, env: Settings = {}): Promise<MeshProcess> {
  const args = ["service", name, "--root", root, "--ports", "free", "--json"];
  return meshOf(startAssay(args, { env: { ...quiet, ...env } }));
}

async function meshOf(child: ChildProcess): Promise<MeshProcess> {
  assert.ok(child.stdout !== null && child.stderr !== null && child.pid !== undefined);
  const log: LogLine[] = [];
  let rest = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.startsWith("{")) log.push(JSON.parse(line) as LogLine);
    else rest += `${line}\n`;
  });
  const exited = once(child, "exit");
  // A test that fails leaves no mesh behind.
  const quit = (): void => void child.kill("SIGKILL");
  process.once("exit", quit);
  void exited.then(() => process.removeListener("exit", quit));
  const said = await firstLine(child);
  assert.ok(said !== null, `it ended without a word: ${rest} ${JSON.stringify(log.slice(-3))}`);
  // Our own command, held to by what follows.
  const first = JSON.parse(said) as { type: string; service: string; url: string } & NonNullable<
    MeshProcess["ready"]
  >;
  const urls = new Map(
    first.type === "mesh_ready"
      ? first.agents.flatMap(({ name, address }) => (address === "-" ? [] : [[name, address]]))
      : [[first.service, first.url]],
  );
  return {
    pid: child.pid,
    log,
    services: [...urls.keys()],
    ready: first.type === "mesh_ready" ? first : null,
    urlOf(service) {
      const url = urls.get(service);
      assert.ok(url !== undefined, `${service} is not hosted: ${said}`);
      return url;
    },
    async stop(signal = "SIGTERM") {
      const fromMs = performance.now();
      child.kill(signal);
      await exited;
      return { code: child.exitCode, tookMs: performance.now() - fromMs };
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string | null> {
  assert.ok(child.stdout !== null);
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    // What it says later is not waited for, and must not block it.
    child.stdout.resume();
    return line;
  }
  return null;
}

/** Tries until it holds; what it gave last is in the message otherwise. */
export async function until<T>(
  look: () => T | Promise<T>,
  holds: (value: T) => boolean,
  patienceMs = 60_000,
): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    assert.ok(performance.now() < end, `never came to it: ${JSON.stringify(value)}`);
    await sleep(25);
  }
}

export type Asked = Readonly<{ status: number; body: unknown }>;

/** One request; a body that is no JSON is given as text. */
export async function ask(url: string, init: RequestInit = {}): Promise<Asked> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") === true;
  return { status: answer.status, body: isJson && text !== "" ? JSON.parse(text) : text };
}

/** Whether a process works; one that has ended and that nobody has asked about does not. */
export function isRunning(pid: number): boolean {
  if (existsSync("/proc/self/stat")) {
    try {
      return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      return false;
    }
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Pids of the strategy processes that this mesh has started. */
export function strategyPids({ log }: MeshProcess): readonly number[] {
  const started = log.filter(({ event }) => event === "strategy.started");
  return started.map(({ pid }) => Number(pid));
}
