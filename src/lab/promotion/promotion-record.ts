import { createHash } from "node:crypto";
import { z } from "zod";
import {
  base64ToBytes,
  bytesToUtf8,
  canonicalJson,
  err,
  type Fault,
  millisFromIso,
  ok,
  parseJson,
  type Result,
  utf8ToBytes,
} from "#base";
import { findGenomeSchema } from "#core";
import {
  type Envelope,
  isValidAt,
  parseEnvelope,
  preAuthEncoding,
  type TrustPolicy,
} from "#evidence";

export const promotionSchema = "assay.promotion/1";
export const promotionPayloadType = "application/vnd.assay.promotion+json";

/** One genome that earned its seat: which, from where, and on what it may decide. */
export type PromotionRecord = Readonly<{
  schema: typeof promotionSchema;
  promotion_id: string;
  decided_utc: string;
  run_id: string;
  agent_id: number;
  gene_id: string;
  genome_schema_version: string;
  weights_base64: string;
  weights_sha256: string;
  /** Name or id of the dataset whose bars it decides on. */
  dataset: string;
  /** What trading costs and allows in its shadow account: keys of world/1, same meaning. */
  physics: PromotionPhysics;
}>;

export type PromotionPhysics = Readonly<{
  capital_micro: number;
  max_leverage_ppm: number;
  participation_cap_ppm: number;
  taker_fee_ppm: number;
  half_spread_ppm: number;
  impact_y_ppm: number;
  living_cost_ppm_per_tick: number;
}>;

export type VerifiedPromotion = Readonly<{
  record: PromotionRecord;
  /** float32 values, in the order of the schema. */
  weights: readonly number[];
  /** The people who consented. */
  holders: readonly string[];
}>;

const ppm = z.int().min(0);

const shape: z.ZodType<PromotionRecord> = z.strictObject({
  schema: z.literal(promotionSchema),
  promotion_id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/),
  decided_utc: z.iso.datetime(),
  run_id: z.string().regex(/^[A-Za-z0-9_]{8,80}$/),
  agent_id: z.int().min(0),
  gene_id: z.string().regex(/^[0-9a-f]{16}$/),
  genome_schema_version: z.string().max(40),
  weights_base64: z.string().max(8192),
  weights_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  dataset: z.string().min(1).max(120),
  physics: z.strictObject({
    capital_micro: ppm,
    max_leverage_ppm: ppm,
    participation_cap_ppm: ppm,
    taker_fee_ppm: ppm,
    half_spread_ppm: ppm,
    impact_y_ppm: ppm,
    living_cost_ppm_per_tick: ppm,
  }),
});

/** Different people whose keys must have signed: nobody promotes alone. */
const neededHolders = 2;

/**
 * Reads a promotion and believes it only when approval keys of two different people, trusted at
 * the time of the decision, signed these bytes and the weights are those that it names. Fault:
 * promotion_unverified, with what is wrong.
 */
export function verifyPromotion(
  bytes: Uint8Array,
  policy: TrustPolicy,
): Result<VerifiedPromotion, Fault> {
  const envelope = parseEnvelope(bytes);
  if (!envelope.ok) return unverified(envelope.fault.message);
  const { payloadType, payload } = envelope.value;
  if (payloadType !== promotionPayloadType) {
    return unverified(`it is of type ${JSON.stringify(payloadType.slice(0, 80))}`);
  }
  const record = parsePayload(payload);
  if (!record.ok) return record;
  const holders = holdersOf(envelope.value, policy, record.value.decided_utc);
  if (holders.length < neededHolders) {
    const message = `keys of ${holders.length} people approve it, and it takes ${neededHolders}`;
    return unverified(message);
  }
  const weights = weightsOf(record.value);
  return weights.ok ? ok({ record: record.value, weights: weights.value, holders }) : weights;
}

function parsePayload(payload: Uint8Array): Result<PromotionRecord, Fault> {
  const text = bytesToUtf8(payload);
  const json = text.ok ? parseJson(text.value) : text;
  if (!json.ok) return unverified(json.fault.message);
  const read = shape.safeParse(json.value);
  if (!read.success) {
    const issue = read.error.issues[0];
    return unverified(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is malformed"}`);
  }
  // Two texts for one record would let two people sign different bytes.
  return text.ok && text.value === canonicalJson(read.data)
    ? ok(read.data)
    : unverified("its payload is not canonical JSON");
}

/** One person counts once, whatever the number of keys. */
function holdersOf(
  { payloadType, payload, signatures }: Envelope,
  policy: TrustPolicy,
  decidedUtc: string,
): readonly string[] {
  const decided = millisFromIso(decidedUtc);
  if (!decided.ok) return [];
  const message = preAuthEncoding(payloadType, payload);
  const keys = policy.keys.filter(
    (key) => key.purpose === "approval" && key.holder !== null && isValidAt(key, decided.value),
  );
  const holders = signatures.flatMap(({ keyId, signature }) => {
    const key = keys.find(({ id }) => id === keyId);
    return key?.verify(message, signature) === true ? [key.holder ?? ""] : [];
  });
  return [...new Set(holders)].sort();
}

function weightsOf(record: PromotionRecord): Result<readonly number[], Fault> {
  const schema = findGenomeSchema(record.genome_schema_version);
  const bytes = base64ToBytes(record.weights_base64);
  if (schema === null) return unverified(`no such schema: ${record.genome_schema_version}`);
  if (!bytes.ok) return unverified(bytes.fault.message);
  if (bytes.value.length !== schema.weights_count * 4) {
    const { length } = bytes.value;
    const message = `it has ${length} bytes of weights, not ${schema.weights_count} x 4`;
    return unverified(message);
  }
  const geneId = sha256(
    Buffer.concat([utf8ToBytes(`${record.genome_schema_version}\n`), bytes.value]),
  );
  if (sha256(bytes.value) !== record.weights_sha256) return unverified("weights_sha256 differs");
  if (geneId.slice(0, 16) !== record.gene_id) return unverified("gene_id differs");
  const view = new DataView(bytes.value.buffer, bytes.value.byteOffset, bytes.value.length);
  const genes = Array.from({ length: schema.weights_count }, (_, gene) => {
    return view.getFloat32(gene * 4, true);
  });
  return genes.every(Number.isFinite) ? ok(genes) : unverified("a weight is no finite number");
}

function unverified(message: string): Result<never, Fault> {
  return err({ code: "promotion_unverified", message: `the promotion: ${message}` });
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
