import { requestStop, type SharedControl } from "#lab";
import { exitCodes } from "./exit-codes.ts";

/**
 * The first Ctrl-C or SIGTERM asks the work to stop at a tick boundary; a second one leaves at
 * once. `onFirst` may tell the user so. Disposing gives the signals back to the runtime.
 */
export function stopOnSignals(control: SharedControl, onFirst: () => void = () => {}): Disposable {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) leaveAtOnce();
    asked = true;
    onFirst();
    requestStop(control, signal === "SIGINT" ? "interrupt" : "terminate");
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    [Symbol.dispose]: () => {
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    },
  };
}

/** What was being written stays unsealed, and unsealed means never finished. */
function leaveAtOnce(): never {
  process.exit(exitCodes.interrupted); // oxlint-disable-line unicorn/no-process-exit -- asked for
}
