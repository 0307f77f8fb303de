import type { Endpoint, RateLimit } from "#okx";
import { createTokenBuckets } from "./token-buckets.ts";

/** Who calls, as far as limits care. */
export type LimitHolder = Readonly<{ peer: string; account: number | null }>;

/** What a request counts against: instruments (or types) and how many entries of each. */
export type LimitLoad = readonly Readonly<{ part: string; entries: number }>[];

/** The venue's limits by endpoint, and the account's limit on new and changed orders. */
export type RateLimits = Readonly<{
  /** Null: it may pass; else the code of the limit that it met. */
  take: (endpoint: Endpoint, holder: LimitHolder, load: LimitLoad) => "50011" | "50061" | null;
  /** The same for anything else that is limited: `what` names the bucket. */
  takePlain: (what: string, limit: PlainLimit) => boolean;
}>;

export type PlainLimit = Readonly<{ count: number; perMs: number }>;

/** New and changed orders of one account in two seconds, entries of lists counted each. */
export const accountOrderLimit: PlainLimit = { count: 1000, perMs: 2000 };

export const noRateLimits: RateLimits = { take: () => null, takePlain: () => true };

export function createRateLimits(nowMs: () => number): RateLimits {
  const buckets = createTokenBuckets(nowMs);

  return {
    take: ({ name, limit }, holder, load) => {
      let total = 0;
      const rate = { count: limit.count, perMs: limit.windowMs };
      for (const { part, entries } of load) {
        total += entries;
        const key = `${name}|${holderKey(limit, holder, part)}`;
        if (!buckets.take(key, rate, entries)) return "50011";
      }
      if (!ordersByAccount.has(name) || holder.account === null) return null;
      const isWithin = buckets.take(`orders|${holder.account}`, accountOrderLimit, total);
      return isWithin ? null : "50061";
    },
    takePlain: (what, limit) => buckets.take(what, limit, 1),
  };
}

const ordersByAccount: ReadonlySet<string> = new Set([
  "place_order",
  "place_orders",
  "amend_order",
  "amend_orders",
]);

function holderKey({ scope }: RateLimit, { peer, account }: LimitHolder, part: string): string {
  switch (scope) {
    case "ip":
      return peer;
    case "ip_instrument":
    case "ip_instrument_type":
      return `${peer}|${part}`;
    case "user":
      return `#${account}`;
    case "user_instrument":
    case "user_instrument_type":
      return `#${account}|${part}`;
  }
}
