import { z } from "zod";
import { base64ToBytes, err, type Fault, type Millis, ok, type Result } from "#base";
import { type PublicKey, parsePublicKey, readStrictJson } from "#evidence";
import { type ApproverRole, hasBothRoles } from "#safety";
import { plainName, sha256Hex, utcMs, utcText } from "./change-record.ts";
import { parseSshPublicKey } from "./sshsig.ts";

/** Who may approve changes of one system: people, their roles and their keys. */
export type ApproversPolicy = Readonly<{
  system: string;
  /** Grows by one with each change. */
  version: number;
  /** How many different people must sign, at least two. */
  threshold: number;
  people: readonly ListedPerson[];
  /** SHA-256 of the file. */
  digest: string;
}>;

export type ListedPerson = Readonly<{
  name: string;
  /** Automation may ask for changes; its signatures never count. */
  automation: boolean;
  roles: readonly ApproverRole[];
  keys: readonly ApproverKey[];
}>;

/** A key signs in one form alone, so that nothing signed for the other counts. */
export type ApproverKey = PublicKey &
  Readonly<{ form: ApprovalForm; validFromMs: Millis; validToMs: Millis | null }>;

export type ApprovalForm = "dsse" | "sshsig";

const keySchema = z.strictObject({
  type: z.enum(["ed25519", "ssh-ed25519"]),
  /** Base64 of 32 bytes, or the line of a .pub file without its comment. */
  public_key: z.string().max(200),
  valid_from: utcText,
  valid_to: utcText.nullable(),
});

const policySchema = z.strictObject({
  kind: z.literal("assay_change_policy"),
  v: z.literal(1),
  system: plainName,
  version: z.int().min(1),
  threshold: z.int().min(2).max(9),
  people: z
    .array(
      z.strictObject({
        name: plainName,
        automation: z.boolean(),
        roles: z.array(z.enum(["operator", "reviewer"])).max(2),
        keys: z.array(keySchema).max(16),
      }),
    )
    .max(100),
});

export const maxApproversPolicyBytes: number = 256 << 10;

/**
 * Strict JSON in any layout. One person is listed once and one key once, whatever it is called, so
 * that nobody counts twice. Faults: policy_malformed, policy_key_reused, policy_person_repeated,
 * policy_unfit (no two of them could ever approve).
 */
export function parseApproversPolicy(bytes: Uint8Array): Result<ApproversPolicy, Fault> {
  const read = readStrictJson(bytes, policySchema, "policy_malformed", { layout: "any" });
  if (!read.ok) return read;
  const people: ListedPerson[] = [];
  const keyIds = new Set<string>();
  for (const [at, listed] of read.value.people.entries()) {
    if (people.some(({ name }) => name === listed.name)) {
      const message = `people.${at}: ${listed.name} is listed before`;
      return err({ code: "policy_person_repeated", message });
    }
    const keys = readKeys(listed.keys, keyIds, `people.${at}`);
    if (!keys.ok) return keys;
    people.push({ ...listed, keys: keys.value });
  }
  const { system, version, threshold } = read.value;
  const policy = { system, version, threshold, people, digest: sha256Hex(bytes) };
  const why = whyUnfit(policy);
  return why === null ? ok(policy) : err({ code: "policy_unfit", message: why });
}

type KeyDocument = z.infer<typeof keySchema>;

function readKeys(
  documents: readonly KeyDocument[],
  seen: Set<string>,
  where: string,
): Result<readonly ApproverKey[], Fault> {
  const keys: ApproverKey[] = [];
  for (const [at, document] of documents.entries()) {
    const key = publicKeyOf(document);
    if (!key.ok) {
      const message = `${where}.keys.${at}: ${key.fault.message}`;
      return err({ code: "policy_malformed", message });
    }
    if (seen.has(key.value.id)) {
      const message = `${where}.keys.${at}: this key is listed before; one key, one person`;
      return err({ code: "policy_key_reused", message });
    }
    seen.add(key.value.id);
    const form = document.type === "ed25519" ? "dsse" : "sshsig";
    const validToMs = document.valid_to === null ? null : utcMs(document.valid_to);
    keys.push({ ...key.value, form, validFromMs: utcMs(document.valid_from), validToMs });
  }
  return ok(keys);
}

function publicKeyOf({ type, public_key }: KeyDocument): Result<PublicKey, Fault> {
  if (type === "ssh-ed25519") return parseSshPublicKey(public_key);
  const raw = base64ToBytes(public_key);
  return raw.ok ? parsePublicKey(raw.value) : raw;
}

function whyUnfit({ people, threshold }: Omit<ApproversPolicy, "digest">): string | null {
  const able = people.filter(({ automation, keys }) => !automation && keys.length > 0);
  if (able.length < threshold) return `${threshold} must sign, but ${able.length} people can`;
  const approvers = able.map(({ name, roles }) => ({ person: name, keyId: name, roles }));
  return hasBothRoles(approvers, "") ? null : "no operator and another person who reviews";
}
