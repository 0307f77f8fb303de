import type { ServiceEnd } from "../service.ts";

/** For a service that works until it is stopped, and for its failures in between. */
export type Ending = Readonly<{
  ended: Promise<ServiceEnd>;
  /** The first call decides. */
  end: (end: ServiceEnd) => void;
}>;

/** The `ended` of a RunningService and the hand that settles it. */
export function createEnding(): Ending {
  const { promise, resolve } = Promise.withResolvers<ServiceEnd>();
  return { ended: promise, end: resolve };
}
