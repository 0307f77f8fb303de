import type { Fault, Json, Result } from "#base";

/**
 * What a file for `forkRuntime` exports under the name `runtime`. It runs in a child process that
 * can read the source tree and talk to its parent, and nothing else: no network, no file to write,
 * no process, no database, no environment. So it imports pure layers and codecs only, and types of
 * #mesh; time comes in with the request.
 */
export type SandboxedRuntime = Readonly<{
  /** One request in, one answer out, both JSON. What it throws ends the child as a crash. */
  handle: (request: Json) => Json | Promise<Json>;
}>;

/** A child at work. */
export type ForkedRuntime = Readonly<{
  pid: number;
  /**
   * Sends a request and waits for its answer; several may be under way. Faults: runtime_ended,
   * runtime_timed_out (the child is killed: what it is doing cannot be known), runtime_overloaded
   * (too many under way).
   */
  ask: (request: Json) => Promise<Result<Json, Fault>>;
  /** Settles once, with why the child is gone. */
  ended: Promise<RuntimeEnd>;
  /** Lets it finish what is under way for so long, then kills it. */
  stop: (deadlineMs: number) => Promise<void>;
}>;

export type RuntimeEnd =
  | Readonly<{ outcome: "stopped" }>
  | Readonly<{ outcome: "failed"; fault: Fault }>;
