import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { bytesToUtf8, err, type Fault, type Json, ok, parseJson, type Result } from "#base";
import { answerFd, beatMs, type FromRuntime, fromRuntime, type ToRuntime } from "./messages.ts";
import type { ForkedRuntime, RuntimeEnd } from "./sandboxed.ts";
import { createLineSplitter } from "./split-lines.ts";

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

/** No decision with all that it found is near it; whoever says more is not listened to. */
const maxLineBytes = 16 << 20;

/** More signs of life than this for the time that it runs are no signs of life but noise. */
const spareBeats = 30;

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

const setpriv = "/usr/bin/setpriv";

type Command = readonly [program: string, ...args: string[]];

/**
 * A child that sits in a loop does not see that its pipes have ended. Linux ends it with us where
 * util-linux is there to ask for that (busybox cannot; its setpriv is a link). The process stays
 * one, since that program is replaced by ours.
 */
function diesWithUs(command: Command): Command {
  const found = lstatSync(setpriv, { throwIfNoEntry: false });
  return process.platform === "linux" && found?.isFile() === true
    ? [setpriv, "--pdeathsig", "KILL", "--", ...command]
    : command;
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
  #beats = 0;
  #said = "";
  readonly #startedMs = performance.now();
  /** Why the child is about to be gone, when this side decided it. */
  #verdict: Fault | null = null;
  #silence: NodeJS.Timeout;

  constructor(path: string, options: Required<ForkOptions>) {
    const { packages, heapMiB } = options;
    this.#options = options;
    const flags = confinementFlags(packages, heapMiB);
    const [program, ...args] = diesWithUs([process.execPath, ...flags, childMain, path]);
    this.#child = spawn(program, args, {
      env: {},
      cwd: sourceRoot,
      stdio: ["pipe", "ignore", "pipe", "pipe"],
    });
    this.pid = this.#child.pid ?? -1;
    this.#silence = this.#expectSign(readyMs);
    this.ended = new Promise((resolve) => {
      this.#child.once("error", (cause) => {
        this.#fail("runtime_ended", cause.message);
        if (this.#child.pid === undefined) resolve(this.#gone(null, null));
      });
      // Not at its exit: what it said last may not have been read by then.
      this.#child.once("close", (code, signal) => resolve(this.#gone(code, signal)));
    });
    const split = createLineSplitter(maxLineBytes, (line) => this.#hear(line));
    this.#child.stdio[answerFd]?.on("data", (piece: Buffer) => {
      if (!split(piece)) this.#fail("runtime_invalid", "it said what no runtime says");
    });
    for (const pipe of this.#child.stdio) pipe?.on("error", () => {});
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
    if (!this.#isThere() || this.#stopping || this.#verdict !== null) {
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
    if (this.#isThere()) this.#say({ type: "stop" });
    const late = setTimeout(() => this.#child.kill("SIGKILL"), deadlineMs);
    await this.ended;
    clearTimeout(late);
  }

  #isThere(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  #say(message: ToRuntime): void {
    // A pipe that breaks meanwhile is followed by the exit, which tells whoever waits.
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** False when it said what no runtime says: nothing that follows is listened to. */
  #hear(line: Buffer): boolean {
    const message = readMessage(line);
    if (message === null) return false;
    clearTimeout(this.#silence);
    this.#silence = this.#expectSign(silenceMs);
    switch (message.type) {
      case "ready":
        this.#readiness.resolve(null);
        return true;
      case "beat":
        this.#beats += 1;
        return this.#beats - spareBeats <= (performance.now() - this.#startedMs) / beatMs;
      case "unfit":
        this.#fail(message.code, message.message);
        return true;
      case "answer": {
        const { id, answer } = message;
        const waiting = this.#waiting.get(id);
        if (waiting === undefined) return false;
        this.#waiting.delete(id);
        clearTimeout(waiting.timer);
        waiting.settle(ok(answer));
        return true;
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

function readMessage(line: Buffer): FromRuntime | null {
  const text = bytesToUtf8(line);
  const json = text.ok ? parseJson(text.value) : text;
  const read = json.ok ? fromRuntime.safeParse(json.value) : null;
  return read?.success === true ? read.data : null;
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
