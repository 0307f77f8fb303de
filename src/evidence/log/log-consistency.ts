import { err, type Fault, ok, type Result } from "#base";
import { hashLength, leafHash } from "../merkle/hash.ts";
import { consistencyProof } from "../merkle/proof.ts";
import { tileNodes } from "../merkle/tile-nodes.ts";
import { readLogFile } from "./log-file.ts";
import { type LogPlace, recordsPath } from "./merkle-log.ts";

/**
 * A proof for `verifyConsistency` that the log of `oldSize` entries is a prefix of that of `size`.
 * Memory grows by 32 bytes per entry. Faults: log_truncated, those of readLogFile.
 */
export function proveLogConsistency(
  place: LogPlace,
  oldSize: number,
  size: number,
): Result<readonly Uint8Array[], Fault> {
  const leaves: Uint8Array[] = [];
  const range = { sizes: [], stopAt: size };
  const reading = readLogFile(place.fs, recordsPath(place), range, (record) => {
    leaves.push(leafHash(record));
  });
  if (!reading.ok) return reading;
  if (leaves.length < size || oldSize > size) {
    const message = `no proof from ${oldSize} to ${size}: the log has ${leaves.length} entries`;
    return err({ code: "log_truncated", message, at: recordsPath(place) });
  }
  const hashes = Buffer.concat(leaves);
  const nodes = tileNodes(size, (start, count) =>
    hashes.subarray(start * hashLength, (start + count) * hashLength),
  );
  return ok(consistencyProof(oldSize, size, nodes));
}
