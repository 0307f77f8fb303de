import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { err, type Fault, type Json, ok, type Result } from "#base";
import { fromRuntime, type ToRuntime } from "./messages.ts";
import type { ForkedRuntime, RuntimeEnd } from "./sandboxed.ts";

export type ForkOptions = Readonly<{
  /** For messages: `gamma-strategy`. */
  name: string;
  /** How long an answer may take before the child is killed. */
  answerMs?: number;
  /** Npm packages that the runtime's imports need; none may load a broker's library. */
  packages?: readonly string[];
  /** Its memory. */
  heapMiB?: number;
}>;

const defaults = { answerMs: 10_000, packages: ["zod"], heapMiB: 256 } as const;

/** From the fork to the first word. */
const readyMs = 20_000;

/** No sign of life for so long: hung, or gone in a way that nobody was told of. */
const silenceMs = 10_000;

/** As many questions may wait for an answer. */
const maxUnderWay = 64;

const sourceRoot = fileURLToPath(new URL("../..", import.meta.url));
const checkout = dirname(sourceRoot);
const childMain = fileURLToPath(new URL("child-main.ts", import.meta.url));

/**
 * Starts the file as a process that can compute and answer, and nothing else (see
 * SandboxedRuntime). Faults: runtime_missing, runtime_not_confined, runtime_invalid,
 * runtime_ended, runtime_timed_out.
 */
export async function forkRuntime(
  file: URL,
  options: ForkOptions,
): Promise<Result<ForkedRuntime, Fault>> {
  const path = fileURLToPath(file);
  if (!existsSync(path)) {
    const message = `there is no runtime ${options.name}: its file is missing`;
    return err({ code: "runtime_missing", message, at: path });
  }
  const runtime = new Runtime(path, { ...defaults, ...options });
  const unfit = await runtime.ready();
  return unfit === null ? ok(runtime) : err(unfit);
}

/** The flags that confine a child; the environment is empty beside them. */
export function confinementFlags(packages: readonly string[], heapMiB: number): readonly string[] {
  const folders = packages.map((name) => join(checkout, "node_modules", name));
  const readable = [sourceRoot, join(checkout, "package.json"), ...folders];
  return [
    "--permission",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    // The database module opens files without asking the permission model.
    "--no-experimental-sqlite",
    "--disallow-code-generation-from-strings",
    "--no-warnings",
    `--max-old-space-size=${heapMiB}`,
  ];
}

type Waiting = Readonly<{
  settle: (answer: Result<Json, Fault>) => void;
  timer: NodeJS.Timeout;
}>;

class Runtime implements ForkedRuntime {
  readonly pid: number;
  readonly ended: Promise<RuntimeEnd>;
  readonly #options: Required<ForkOptions>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #readiness = Promise.withResolvers<Fault | null>();
  #asked = 0;
  #stopping = false;
  #said = "";
  /** Why the child is about to be gone, when this side decided it. */
  #verdict: Fault | null = null;
  #silence: NodeJS.Timeout;

  constructor(path: string, options: Required<ForkOptions>) {
    const { packages, heapMiB } = options;
    this.#options = options;
    this.#child = fork(childMain, [path], {
      execArgv: [...confinementFlags(packages, heapMiB)],
      env: {},
      cwd: sourceRoot,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "json",
    });
    this.pid = this.#child.pid ?? -1;
    this.#silence = this.#expectSign(readyMs);
    this.ended = new Promise((resolve) => {
      this.#child.once("error", (cause) => this.#fail("runtime_ended", cause.message));
      this.#child.once("exit", (code, signal) => resolve(this.#gone(code, signal)));
    });
    this.#child.on("message", (message) => this.#hear(message));
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#said = `${this.#said}${chunk.toString("utf8")}`.slice(-4096);
    });
  }

  /** Null when it is ready; otherwise it is gone. */
  ready(): Promise<Fault | null> {
    return this.#readiness.promise;
  }

  ask(request: Json): Promise<Result<Json, Fault>> {
    const { name, answerMs } = this.#options;
    if (!this.#child.connected || this.#stopping || this.#verdict !== null) {
      return Promise.resolve(err(this.#verdict ?? endedFault(name)));
    }
    if (this.#waiting.size >= maxUnderWay) {
      const message = `${name} has ${maxUnderWay} questions to answer already`;
      return Promise.resolve(err({ code: "runtime_overloaded", message }));
    }
    this.#asked += 1;
    const id = this.#asked;
    const { promise, resolve } = Promise.withResolvers<Result<Json, Fault>>();
    const timer = setTimeout(() => {
      this.#fail("runtime_timed_out", `${name} gave no answer within ${answerMs} ms`);
    }, answerMs);
    this.#waiting.set(id, { settle: resolve, timer });
    this.#say({ type: "ask", id, request });
    return promise;
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    if (this.#child.connected) this.#say({ type: "stop" });
    const late = setTimeout(() => this.#child.kill("SIGKILL"), deadlineMs);
    await this.ended;
    clearTimeout(late);
  }

  #say(message: ToRuntime): void {
    // A channel that breaks meanwhile is followed by the exit, which tells whoever waits.
    this.#child.send(message, () => {});
  }

  #hear(message: unknown): void {
    const read = fromRuntime.safeParse(message);
    if (!read.success) return this.#fail("runtime_invalid", "it said what no runtime says");
    clearTimeout(this.#silence);
    this.#silence = this.#expectSign(silenceMs);
    switch (read.data.type) {
      case "ready":
        return this.#readiness.resolve(null);
      case "beat":
        return;
      case "unfit":
        return this.#fail(read.data.code, read.data.message);
      case "answer": {
        const { id, answer } = read.data;
        const waiting = this.#waiting.get(id);
        if (waiting === undefined) return;
        this.#waiting.delete(id);
        clearTimeout(waiting.timer);
        return waiting.settle(ok(answer));
      }
    }
  }

  #expectSign(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      // If this process was the one that hung, the signs are waiting to be read: read them first.
      this.#silence = setTimeout(() => {
        this.#fail("runtime_timed_out", `${this.#options.name} shows no sign of life`);
      }, 250);
    }, ms);
  }

  #fail(code: string, message: string): void {
    this.#verdict ??= { code, message };
    this.#child.kill("SIGKILL");
  }

  #gone(code: number | null, signal: NodeJS.Signals | null): RuntimeEnd {
    clearTimeout(this.#silence);
    const { name } = this.#options;
    const fault = this.#verdict ?? endedFault(name, lastWords(this.#said, code, signal));
    this.#readiness.resolve(fault);
    for (const { settle, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      settle(err(fault));
    }
    this.#waiting.clear();
    const asAsked = this.#stopping && this.#verdict === null;
    return asAsked ? { outcome: "stopped" } : { outcome: "failed", fault };
  }
}

function endedFault(name: string, why = "it has ended"): Fault {
  return { code: "runtime_ended", message: `${name} is not there: ${why}` };
}

/** The line of a crash that names the error. */
function lastWords(said: string, code: number | null, signal: NodeJS.Signals | null): string {
  const lines = said.split("\n").map((line) => line.trim());
  const error = lines.find((line) => /^[A-Za-z]*(Error|Defect)\b.*:/.test(line));
  const how = signal === null ? `exit ${String(code)}` : signal;
  return error === undefined ? how : `${error.slice(0, 300)} (${how})`;
}
