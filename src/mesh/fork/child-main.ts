import { confine } from "./confine.ts";
import { beatMs, type FromRuntime, type ToRuntime } from "./messages.ts";
import type { SandboxedRuntime } from "./sandboxed.ts";

// The main of a forked runtime: `forkRuntime` starts it with the path of the file to load. It has
// no one to talk to but its parent, and does not outlive it.

process.on("disconnect", () => end(0));
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
  process.on("message", (message: ToRuntime) => void receive(runtime, message));
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
  if (stopping && underWay === 0) process.disconnect?.();
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

function say(message: FromRuntime): void {
  if (process.connected) process.send?.(message);
}

function end(code: number): never {
  // oxlint-disable-next-line unicorn/no-process-exit -- a strategy does not outlive its parent
  process.exit(process.exitCode === undefined ? code : Number(process.exitCode));
}
