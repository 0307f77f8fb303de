import type { Millis } from "#base";

/**
 * One point of time on two clocks of this process: the wall, which may be set, for what people and
 * exchanges say; and one that only goes forward, for how long ago something was.
 */
export type Moment = Readonly<{ wallMs: Millis; monoMs: number }>;
