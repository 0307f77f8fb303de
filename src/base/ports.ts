import type { Millis } from "./time.ts";

/** Wall time as an argument: pure layers never ask the machine for it. */
export type Clock = Readonly<{ nowMillis: () => Millis }>;
