import type { VenueRunConfig, VenueRunProgress } from "#execution";
import type { Output } from "./output.ts";
import { createProgress } from "./progress.ts";

export type VenueRunView = Disposable &
  Readonly<{
    update: (now: VenueRunProgress) => void;
    clear: () => void;
  }>;

/** A bar with rate and time left; between two ticks the clock alone moves it. */
export function showVenueRun({ ticks }: VenueRunConfig, output: Output): VenueRunView {
  const progress = createProgress({
    stream: { write: output.raw },
    isTty: output.live,
    json: output.json,
    label: "run",
    unit: "ticks",
    columns: output.columns,
  });
  return {
    update({ tick, alive, placed, filled, refused, equity }): void {
      const extra = { alive, orders: placed, filled, refused, equity: equity ?? "unknown" };
      progress.update(tick, ticks, extra);
    },
    clear: progress.end,
    [Symbol.dispose]: progress.end,
  };
}
