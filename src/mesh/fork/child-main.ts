import { writeSync } from "node:fs";
import { confine } from "./confine.ts";
import { answerFd, beatMs, type FromRuntime, type ToRuntime } from "./messages.ts";
import type { SandboxedRuntime } from "./sandboxed.ts";
import { createLineSplitter } from "./split-lines.ts";

// The main of a forked runtime: `forkRuntime` starts it with the path of the file to load. It has
// no one to talk to but its parent, and does not outlive it.

// A terminal sends Ctrl-C to the whole group; when this process ends is for its parent to say.
process.on("SIGINT", () => {});

const open = await confine();
if (open === null) serve(process.argv[2] ?? "");
else unfit("runtime_not_confined", `a strategy must not run here: ${open}`);

function serve(path: string): void {
  // The parent names the file. What it may load in turn is for the permission model to say: this
  // process can read the sources and the packages that it was given, and nothing else.
  const load = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  const loaded: unknown = load(path);
  const runtime = runtimeOf(loaded);
  if (runtime === null) {
    unfit("runtime_invalid", "the file exports no `runtime` with a function `handle`");
    return;
  }
  // The parent writes whole lines of its own JSON; when it is gone, so is its end of the pipe.
  const split = createLineSplitter(Number.MAX_SAFE_INTEGER, (line) => {
    void receive(runtime, JSON.parse(line.toString("utf8")) as ToRuntime);
    return true;
  });
  process.stdin.on("data", split).on("end", leave).on("error", leave);
  setInterval(() => say({ type: "beat" }), beatMs);
  say({ type: "ready" });
}

/** Requests under way; a stop lets them finish. */
let underWay = 0;
let stopping = false;

/** What `handle` throws ends this process: the parent sees the exit and the words on stderr. */
async function receive(runtime: SandboxedRuntime, message: ToRuntime): Promise<void> {
  if (message.type === "stop") stopping = true;
  else {
    underWay += 1;
    const answer = await runtime.handle(message.request);
    underWay -= 1;
    say({ type: "answer", id: message.id, answer });
  }
  if (stopping && underWay === 0) leave();
}

function runtimeOf(loaded: unknown): SandboxedRuntime | null {
  if (typeof loaded !== "object" || loaded === null || !("runtime" in loaded)) return null;
  const { runtime } = loaded;
  if (typeof runtime !== "object" || runtime === null || !("handle" in runtime)) return null;
  // Its author says so by type; that it is a function is checked here.
  return typeof runtime.handle === "function" ? (runtime as SandboxedRuntime) : null;
}

function unfit(code: string, message: string): void {
  process.exitCode = 1;
  say({ type: "unfit", code, message });
}

/** A parent that does not read is waited for: it kills what it does not hear from. */
function say(message: FromRuntime): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  let at = 0;
  while (at < bytes.length) at += writeSync(answerFd, bytes, at);
}

function leave(): never {
  // oxlint-disable-next-line unicorn/no-process-exit -- a strategy does not outlive its parent
  process.exit();
}
