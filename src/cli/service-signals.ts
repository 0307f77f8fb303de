import { performance } from "node:perf_hooks";
import { type ExitCode, exitCodes } from "./exit-codes.ts";

/** Ctrl-C, SIGTERM, or a parent that has gone: the first asks, the second Ctrl-C leaves at once. */
export type StopSignals = Disposable &
  Readonly<{
    signal: AbortSignal;
    /** What a process that was asked to stop ends with; null while nobody has. */
    exit: () => ExitCode | null;
  }>;

/** One Ctrl-C arrives twice when npm or another launcher passes it on too. */
const echoMs = 300;

/** `onFirst` may tell the user that the stop has begun. */
export function listenForStop(onFirst: () => void = () => {}): StopSignals {
  const controller = new AbortController();
  let exit: ExitCode | null = null;
  const ask = (code: ExitCode): void => {
    if (exit !== null) return;
    exit = code;
    onFirst();
    controller.abort();
  };
  let askedMs = 0;
  const onInterrupt = (): void => {
    if (exit === null) {
      askedMs = performance.now();
      ask(exitCodes.interrupted);
    } else if (performance.now() - askedMs > echoMs) leaveAtOnce();
  };
  const onTerminate = (): void => ask(exitCodes.ok);
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate).on("disconnect", onTerminate);
  // To hear of its end must not keep this process alive.
  process.channel?.unref();
  return {
    signal: controller.signal,
    exit: () => exit,
    [Symbol.dispose]: () => {
      process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
      process.off("disconnect", onTerminate);
    },
  };
}

/**
 * When everything has been closed that lets itself be closed: a service that was left behind, hung
 * in its start or its end, must not keep its process. Its children notice that we are gone.
 */
export function leaveSoon(code: ExitCode): ExitCode {
  const timer = setTimeout(() => {
    // oxlint-disable-next-line unicorn/no-process-exit -- only what was left behind still runs
    process.exit(code);
  }, leaveMs);
  timer.unref();
  return code;
}

/** For the last words to get out of a pipe. */
const leaveMs = 500;

/** Children notice that their parent is gone; what was not written is as the disk has it. */
function leaveAtOnce(): never {
  // oxlint-disable-next-line unicorn/no-process-exit -- the user asked twice
  process.exit(exitCodes.interrupted);
}
