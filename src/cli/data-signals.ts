import { exitCodes } from "./exit-codes.ts";

/** An AbortSignal that the first Ctrl-C or SIGTERM pulls; a second one leaves at once. */
export function abortOnSignals(): Disposable & Readonly<{ signal: AbortSignal }> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) leaveAtOnce();
    controller.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    },
  };
}

/** Only temporary files are lost; the next run removes or continues them. */
function leaveAtOnce(): never {
  // oxlint-disable-next-line unicorn/no-process-exit -- the user asked twice
  process.exit(exitCodes.interrupted);
}
