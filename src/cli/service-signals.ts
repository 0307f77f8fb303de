import { type ExitCode, exitCodes } from "./exit-codes.ts";

/** Ctrl-C, SIGTERM, or a parent that has gone: the first asks, the second Ctrl-C leaves at once. */
export type StopSignals = Disposable &
  Readonly<{
    signal: AbortSignal;
    /** What a process that was asked to stop ends with; null while nobody has. */
    exit: () => ExitCode | null;
  }>;

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
  const onInterrupt = (): void => {
    if (exit !== null) leaveAtOnce();
    ask(exitCodes.interrupted);
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

/** Children notice that their parent is gone; what was not written is as the disk has it. */
function leaveAtOnce(): never {
  // oxlint-disable-next-line unicorn/no-process-exit -- the user asked twice
  process.exit(exitCodes.interrupted);
}
