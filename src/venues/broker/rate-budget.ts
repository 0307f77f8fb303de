/**
 * How often a family of requests may be sent: `limit` within any `windowMs`. A window that slides
 * is stricter than the venue's, whose windows may lie anywhere.
 */
export type RateRule = Readonly<{ limit: number; windowMs: number }>;

/** What OKX allows, for orders by instrument and for the account; from its API documentation. */
export type RateRules = Readonly<{
  placePerInstrument: RateRule;
  amendPerInstrument: RateRule;
  cancelPerInstrument: RateRule;
  /** New and amended orders of a sub-account together. */
  account: RateRule;
  query: RateRule;
}>;

export const okxRates: RateRules = {
  placePerInstrument: { limit: 60, windowMs: 2000 },
  amendPerInstrument: { limit: 60, windowMs: 2000 },
  cancelPerInstrument: { limit: 60, windowMs: 2000 },
  account: { limit: 1000, windowMs: 2000 },
  query: { limit: 60, windowMs: 2000 },
};

export type RateFamily = "place" | "amend" | "cancel" | "query";

export type RateBudget = Readonly<{
  /** Milliseconds until one more of this family may be sent; 0: now. */
  delayMs: (family: RateFamily, instId: string, nowMs: number) => number;
  /** Counts one that is sent now. */
  spend: (family: RateFamily, instId: string, nowMs: number) => void;
}>;

/** Memory: as many times as the limits allow, for each instrument and family. */
export function createRateBudget(rules: RateRules): RateBudget {
  const windows = new Map<string, SlidingWindow>();

  function windowsOf(family: RateFamily, instId: string): readonly SlidingWindow[] {
    switch (family) {
      case "place":
        return [named(`place ${instId}`, rules.placePerInstrument), named("all", rules.account)];
      case "amend":
        return [named(`amend ${instId}`, rules.amendPerInstrument), named("all", rules.account)];
      case "cancel":
        return [named(`cancel ${instId}`, rules.cancelPerInstrument)];
      case "query":
        return [named("query", rules.query)];
    }
  }

  function named(name: string, rule: RateRule): SlidingWindow {
    const known = windows.get(name);
    if (known !== undefined) return known;
    const made = createSlidingWindow(rule);
    windows.set(name, made);
    return made;
  }

  return {
    delayMs: (family, instId, nowMs) =>
      Math.max(...windowsOf(family, instId).map((window) => window.delayMs(nowMs))),
    spend(family, instId, nowMs): void {
      for (const window of windowsOf(family, instId)) window.add(nowMs);
    },
  };
}

type SlidingWindow = Readonly<{
  delayMs: (nowMs: number) => number;
  add: (nowMs: number) => void;
}>;

/** The last `limit` times in a ring: the oldest of them must have left the window. */
function createSlidingWindow({ limit, windowMs }: RateRule): SlidingWindow {
  const times = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  return {
    delayMs(nowMs): number {
      const oldest = times[next] ?? Number.POSITIVE_INFINITY;
      // A clock that was set back must not make the window look empty, nor close it for ever.
      const age = Math.max(nowMs - oldest, 0);
      return age >= windowMs ? 0 : Math.ceil(windowMs - age);
    },
    add(nowMs): void {
      times[next] = nowMs;
      next = (next + 1) % limit;
    },
  };
}
