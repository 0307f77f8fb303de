import { canonicalJson, isoFromMillis, type Json, type Millis } from "#base";
import { hash16, sha256Hex } from "./agent-names.ts";

/** What a venue run would be a function of, if a venue could be repeated. */
export type VenueRunParts = Readonly<{
  configHash: string;
  coreHash: string;
  snapshotId: string;
  instId: string;
  mode: string;
}>;

/**
 * `AUDIT_`, 16 hex of the parts, UTC time and 8 hex of chance (orders.md 1.5): a venue cannot be
 * repeated, so two equal runs are two runs.
 */
export function auditRunId(parts: VenueRunParts, nowMs: Millis, nonce: string): string {
  const { configHash, coreHash, snapshotId, instId, mode } = parts;
  const identity = canonicalJson({
    config_hash: configHash,
    core_hash: coreHash,
    inst_id: instId,
    mode,
    snapshot_id: snapshotId,
  });
  const time = isoFromMillis(nowMs)
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "");
  return `AUDIT_${hash16(identity)}_${time}_${nonce}`;
}

/** Letters and digits that begin every client order id of the run: `as` and 10 hex of its name. */
export function orderPrefix(runId: string): string {
  return `as${sha256Hex(runId).slice(0, 10)}`;
}

export function configHashOf(config: Json): string {
  return sha256Hex(canonicalJson(config));
}
