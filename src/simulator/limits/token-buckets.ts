/** `count` requests in any `perMs`, as the venue documents it. */
export type RateLimit = Readonly<{ count: number; perMs: number }>;

/**
 * One bucket a key, refilled with time: a burst of `count` is allowed, after that `count` each
 * `perMs`. Constant time and no timers.
 */
export type TokenBuckets = Readonly<{
  /** Takes `amount` tokens, or none at all when there are too few. */
  take: (key: string, limit: RateLimit, amount: number) => boolean;
  /** How many are left now, whole tokens. */
  left: (key: string, limit: RateLimit) => number;
}>;

type Bucket = { tokens: number; atMs: number };

/** Keys are of accounts, endpoints and instruments: a closed set, but never trusted to be. */
const bucketsKept = 100_000;

export function createTokenBuckets(nowMs: () => number): TokenBuckets {
  const buckets = new Map<string, Bucket>();

  function filled(key: string, { count, perMs }: RateLimit): Bucket {
    const now = nowMs();
    const bucket = buckets.get(key);
    if (bucket === undefined) {
      if (buckets.size >= bucketsKept) forgetOldest(buckets);
      const fresh = { tokens: count, atMs: now };
      buckets.set(key, fresh);
      return fresh;
    }
    const passedMs = now - bucket.atMs;
    if (passedMs > 0) {
      bucket.tokens = Math.min(count, bucket.tokens + (passedMs * count) / perMs);
      bucket.atMs = now;
    }
    return bucket;
  }

  return {
    take: (key, limit, amount) => {
      const bucket = filled(key, limit);
      // A hair of slack, since tokens come in fractions.
      if (bucket.tokens + 1e-9 < amount) return false;
      bucket.tokens -= amount;
      return true;
    },
    left: (key, limit) => Math.floor(filled(key, limit).tokens + 1e-9),
  };
}

/** Maps keep the order of insertion: the first key is the one made longest ago. */
function forgetOldest(buckets: Map<string, Bucket>): void {
  const oldest = buckets.keys().next();
  if (oldest.done !== true) buckets.delete(oldest.value);
}
