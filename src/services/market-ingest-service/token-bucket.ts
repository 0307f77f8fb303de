/**
 * A budget of writes: `burst` at once, refilled at `perSecond`. Levels are whole thousandths of a
 * token and times whole milliseconds, so a bucket grants the same however often it is asked.
 */
export type TokenBucket = Readonly<{ levelThousandths: number; atMs: number }>;

export type BucketSpec = Readonly<{ perSecond: number; burst: number }>;

export function fullBucket(spec: BucketSpec, nowMs: number): TokenBucket {
  return { levelThousandths: spec.burst * 1000, atMs: Math.floor(nowMs) };
}

/** The bucket at this time, by a clock that only goes forward; an earlier time changes nothing. */
export function refill(bucket: TokenBucket, spec: BucketSpec, nowMs: number): TokenBucket {
  const elapsedMs = Math.floor(nowMs) - bucket.atMs;
  if (elapsedMs <= 0) return bucket;
  // perSecond tokens in 1000 ms are perSecond thousandths in one.
  const level = Math.min(spec.burst * 1000, bucket.levelThousandths + elapsedMs * spec.perSecond);
  return { levelThousandths: level, atMs: bucket.atMs + elapsedMs };
}

/** How many whole tokens may be taken now. */
export function available(bucket: TokenBucket): number {
  return Math.floor(bucket.levelThousandths / 1000);
}

/** Takes what was granted; never more than is there. */
export function spend(bucket: TokenBucket, tokens: number): TokenBucket {
  const level = bucket.levelThousandths - Math.min(tokens, available(bucket)) * 1000;
  return { ...bucket, levelThousandths: level };
}
