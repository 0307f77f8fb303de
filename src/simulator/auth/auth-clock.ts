import type { VenueClock } from "../clock/venue-clock.ts";

/** OKX refuses a signature whose time is further off than this. */
const signatureWindowMs = 30_000;

/**
 * Whether a signature made at `signedMs` is of now. In real time there is one clock; where venue
 * time runs faster or stands still, unmodified clients still sign by their machine's clock, so its
 * time is as good as the venue's.
 */
export type SignatureAge = (signedMs: number) => boolean;

export function createSignatureAge(
  clock: VenueClock,
  machineMs: () => number,
  skewMs: () => number,
): SignatureAge {
  const isReal = clock.mode.kind === "real";
  return (signedMs) => {
    if (isNear(signedMs, clock.nowMs() + skewMs())) return true;
    return !isReal && isNear(signedMs, machineMs() + skewMs());
  };
}

function isNear(signedMs: number, nowMs: number): boolean {
  return Math.abs(signedMs - nowMs) <= signatureWindowMs;
}
