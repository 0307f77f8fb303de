import type { Clock } from "#base";

/** The machine's clock: for manifests and progress, never for anything a run is made of. */
export const wallClock: Clock = { nowMillis: () => Date.now() };
