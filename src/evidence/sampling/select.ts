import { hash } from "node:crypto";
import type { SampleTrigger } from "../artifacts/orders/raw-samples.ts";

/**
 * Whether a record without an event is kept: one in `oneIn`, by the first 48 bits of sha256 of its
 * id, so that anyone can tell from the id alone and nobody can choose.
 */
export function isBaseline(recordId: string, oneIn: number): boolean {
  return Number.parseInt(hash("sha256", recordId, "hex").slice(0, 12), 16) % oneIn === 0;
}

/** Why a record is kept; null = it is not. An event comes before the draw. */
export function triggerFor(
  record: Readonly<{ record_id: string; event: Exclude<SampleTrigger, "baseline"> | null }>,
  oneIn: number,
): SampleTrigger | null {
  return record.event ?? (isBaseline(record.record_id, oneIn) ? "baseline" : null);
}
