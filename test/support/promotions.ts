import { createHash } from "node:crypto";
import { bytesToBase64, canonicalJson, createStream, utf8ToBytes } from "#base";
import { founderGenome, genomeStride, twinSchema } from "#core";
import {
  formatEnvelope,
  type PrivateKey,
  privateKeyFromSeed,
  signEnvelope,
  type TrustPolicy,
} from "#evidence";
import { type PromotionRecord, promotionPayloadType, promotionSchema } from "#lab";

/** Two people who may approve promotions; `annAgain` is Ann's second key, `eve` is nobody. */
export const approverKeys = {
  ann: keyOf(1),
  annAgain: keyOf(2),
  ben: keyOf(3),
  eve: keyOf(4),
} as const;

/** Whom a verifier believes; `purpose` shows that a key for something else does not count. */
export function approvalPolicy(
  purpose: "approval" | "change-approval" = "approval",
  validToMs: number | null = null,
): TrustPolicy {
  const { ann, annAgain, ben } = approverKeys;
  const person = (key: PrivateKey, holder: string, generation: number) => {
    const name = `assay.local/${purpose}-${holder}`;
    return { ...key.publicKey, purpose, name, generation, validFromMs: null, validToMs, holder };
  };
  return {
    system: "assay.local",
    keys: [person(ann, "ann", 1), person(annAgain, "ann", 2), person(ben, "ben", 1)],
    thresholds: {},
  };
}

/** A founder of this seed, promoted to decide on the bars of a dataset. */
export function promotionOf(seed: number, dataset: string): PromotionRecord {
  const weights = new Float32Array(genomeStride).subarray(0, twinSchema.weights_count);
  founderGenome(twinSchema, createStream({ seed, stream: "founders", id: 1 }), weights);
  const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
  const version = twinSchema.genome_schema_version;
  return {
    schema: promotionSchema,
    promotion_id: `promotion-${String(seed).padStart(4, "0")}`,
    decided_utc: "2026-01-02T12:00:00.000Z",
    run_id: "PROMOTE_0000000000000000",
    agent_id: 7,
    gene_id: sha256(Buffer.concat([utf8ToBytes(`${version}\n`), bytes])).slice(0, 16),
    genome_schema_version: version,
    weights_base64: bytesToBase64(bytes),
    weights_sha256: sha256(bytes),
    dataset,
    physics: {
      capital_micro: 10_000_000_000,
      max_leverage_ppm: 3_000_000,
      participation_cap_ppm: 100_000,
      taker_fee_ppm: 500,
      half_spread_ppm: 50,
      impact_y_ppm: 1_000_000,
      living_cost_ppm_per_tick: 10,
    },
  };
}

/** The record as people sign it. */
export function signedPromotion(
  record: PromotionRecord,
  keys: readonly PrivateKey[],
  payloadType: string = promotionPayloadType,
): Uint8Array {
  const payload = utf8ToBytes(canonicalJson(record));
  return formatEnvelope(signEnvelope(payloadType, payload, keys));
}

function keyOf(number: number): PrivateKey {
  return privateKeyFromSeed(new Uint8Array(32).fill(number));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
