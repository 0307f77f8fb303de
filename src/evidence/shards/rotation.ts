import { Defect, type Millis, millisFromIso } from "#base";
import type { ShardPolicy } from "../artifacts/orders/raw-shards.ts";

/** What is in a shard so far. */
export type ShardExtent = Readonly<{ records: number; start_ts: string; end_ts: string }>;

/**
 * Whether a record of this time still belongs into the shard: it holds fewer than the bound, and
 * from its first record to this one no more time has passed. By record time alone, so that equal
 * records make equal shards whenever they are written.
 */
export function fitsInShard(shard: ShardExtent, ts_utc: string, policy: ShardPolicy): boolean {
  if (shard.records >= policy.max_records) return false;
  return millisOf(ts_utc) - millisOf(shard.start_ts) <= policy.max_span_ms;
}

function millisOf(ts: string): Millis {
  const millis = millisFromIso(ts);
  if (!millis.ok) throw new Defect(`a record has no time: ${ts}`);
  return millis.value;
}
