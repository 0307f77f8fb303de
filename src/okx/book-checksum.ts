import { crc32 } from "node:zlib";
import type { RawLevel } from "./fields.ts";

const levelsSummed = 25;

/**
 * The checksum of the books channel: CRC-32, as a signed 32-bit integer, of the best 25 levels of
 * both sides as `bid:size:ask:size:...`, texts untouched; where one side ends the other goes on.
 * Bids descend, asks ascend.
 */
export function bookChecksum(bids: readonly RawLevel[], asks: readonly RawLevel[]): number {
  const parts: string[] = [];
  for (let rank = 0; rank < levelsSummed; rank += 1) {
    const bid = bids[rank];
    const ask = asks[rank];
    if (bid === undefined && ask === undefined) break;
    if (bid !== undefined) parts.push(bid[0], bid[1]);
    if (ask !== undefined) parts.push(ask[0], ask[1]);
  }
  return crc32(parts.join(":")) | 0;
}
