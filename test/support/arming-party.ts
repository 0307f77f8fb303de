import { createHash } from "node:crypto";
import {
  type Approval,
  type ArmingTarget,
  type Challenge,
  type ChangeRecord,
  changeNamespace,
  changePayloadType,
  formatChange,
  formatSshPublicKey,
  formatSshSignature,
  openArmingTarget,
  sshSignedData,
} from "#arming";
import { isoFromMillis, ok } from "#base";
import {
  chainHost,
  formatEnvelope,
  type PrivateKey,
  privateKeyFromSeed,
  signEnvelope,
} from "#evidence";
import type { ChangeTarget, Moment } from "#safety";

/** Everyone who signs in tests, by name. `ada2` is Ada's second key, `old` one that was revoked. */
export const partyKeys = {
  ada: keyOf("ada"),
  ada2: keyOf("ada2"),
  old: keyOf("old"),
  soon: keyOf("soon"),
  grace: keyOf("grace"),
  joan: keyOf("joan"),
  oscar: keyOf("oscar"),
  olga: keyOf("olga"),
  robot: keyOf("robot"),
  mallory: keyOf("mallory"),
} as const;

export const partyStartMs: number = Date.UTC(2026, 0, 2, 12);

export const partyTarget: ChangeTarget = {
  systemId: "assay.local",
  env: "live",
  venue: "okx",
  accountHash: "0123456789abcdef",
  bootId: "boot-0001",
};

/** The file of who may approve; `edit` changes its JSON value. */
export function partyPolicy(edit: (policy: PolicyDocument) => void = () => undefined): Uint8Array {
  const policy: PolicyDocument = {
    kind: "assay_change_policy",
    v: 1,
    system: partyTarget.systemId,
    version: 1,
    threshold: 2,
    people: [
      person(
        "ada",
        ["operator"],
        [
          dsseKey(partyKeys.ada),
          dsseKey(partyKeys.ada2),
          dsseKey(partyKeys.old, { valid_to: isoFromMillis(partyStartMs - 1) }),
          dsseKey(partyKeys.soon, { valid_from: isoFromMillis(partyStartMs + 86_400_000) }),
        ],
      ),
      person("grace", ["reviewer"], [sshKey(partyKeys.grace)]),
      person("joan", ["operator", "reviewer"], [dsseKey(partyKeys.joan)]),
      person("oscar", ["operator"], [dsseKey(partyKeys.oscar)]),
      person("olga", ["operator"], [sshKey(partyKeys.olga)]),
      { ...person("robot", ["reviewer"], [dsseKey(partyKeys.robot)]), automation: true },
    ],
  };
  edit(policy);
  return Buffer.from(`${JSON.stringify(policy, null, 2)}\n`);
}

export type PolicyDocument = {
  kind: string;
  v: number;
  system: string;
  version: number;
  threshold: number;
  people: PersonDocument[];
};

type PersonDocument = { name: string; automation: boolean; roles: string[]; keys: KeyDocument[] };
type KeyDocument = {
  type: string;
  public_key: string;
  valid_from: string;
  valid_to: string | null;
};

function person(name: string, roles: string[], keys: KeyDocument[]): PersonDocument {
  return { name, automation: false, roles, keys };
}

const always = { valid_from: isoFromMillis(0), valid_to: null };

function dsseKey({ publicKey }: PrivateKey, window: Partial<KeyDocument> = {}): KeyDocument {
  const public_key = Buffer.from(publicKey.bytes).toString("base64");
  return { type: "ed25519", public_key, ...always, ...window };
}

function sshKey({ publicKey }: PrivateKey): KeyDocument {
  return { type: "ssh-ed25519", public_key: formatSshPublicKey(publicKey), ...always };
}

/** A target on a folder, with a clock and a world that a test sets. */
export type ArmingParty = {
  target: ArmingTarget;
  wallMs: number;
  monoMs: number;
  /** Both clocks go on. */
  wait: (ms: number) => void;
  now: () => Moment;
  digests: { release: string; limits: string };
  policy: Uint8Array;
  proposed: Map<string, Uint8Array>;
  skewMs: number | null;
  /** Called at each look at the digests, to exchange things between two looks. */
  onDigests: () => void;
  /** A change for a new challenge, and both signatures over it. */
  change: (edit?: Partial<ChangeRecord>, challenge?: Challenge) => Uint8Array;
  challenge: () => Challenge;
};

export function openArmingParty(
  root: string,
  target: ChangeTarget = partyTarget,
  policy: Uint8Array = partyPolicy(),
): ArmingParty {
  let made = 0;
  const party: Omit<ArmingParty, "target" | "change" | "challenge"> = {
    wallMs: partyStartMs,
    monoMs: 1000,
    wait(ms) {
      party.wallMs += ms;
      party.monoMs += ms;
    },
    now: () => ({ wallMs: party.wallMs, monoMs: party.monoMs }),
    digests: { release: "a".repeat(64), limits: "c".repeat(64) },
    policy,
    proposed: new Map(),
    skewMs: 0,
    onDigests: () => undefined,
  };
  const opened = openArmingTarget({
    host: chainHost(),
    root,
    target,
    world: {
      now: party.now,
      randomBytes: (count) => {
        made += 1;
        return sha(`${root} ${target.bootId} ${made}`).subarray(0, count);
      },
      digests: () => {
        party.onDigests();
        return ok({ ...party.digests });
      },
      policy: () => ok(party.policy),
      proposed: (digest) => ok(party.proposed.get(digest) ?? Buffer.from("none")),
      clockSkewMs: () => party.skewMs,
    },
  });
  if (!opened.ok) throw new Error(`${opened.fault.code}: ${opened.fault.message}`);
  const challenge = (): Challenge => {
    const issued = opened.value.issueChallenge();
    if (!issued.ok) throw new Error(`${issued.fault.code}: ${issued.fault.message}`);
    return issued.value;
  };
  return Object.assign(party, {
    target: opened.value,
    challenge,
    change: (edit: Partial<ChangeRecord> = {}, from: Challenge = challenge()) =>
      formatChange({ ...changeFrom(from, party.wallMs), ...edit }),
  });
}

/** A change to arm, of a window of one hour from now. */
export function changeFrom(challenge: Challenge, nowMs: number): ChangeRecord {
  const { kind: _, v: _v, issued_at: _at, good_for_ms: _ms, ...shared } = challenge;
  const at = isoFromMillis(nowMs - 1000);
  return {
    kind: "assay_change_request",
    v: 1,
    op: "ARM",
    ...shared,
    proposed_digest: null,
    change_record: { url: "https://tracker.example/17", sha256: "e".repeat(64) },
    window: { not_before: isoFromMillis(nowMs), not_after: isoFromMillis(nowMs + 3_600_000) },
    evidence: ["switch", "heartbeat", "deploy_report"].map((name) => {
      return { name, sha256: "f".repeat(64), at, verdict: "ok" };
    }),
    requester: "ada",
    reason: "first live hour",
  };
}

export function dsseBy(bytes: Uint8Array, ...keys: readonly PrivateKey[]): Approval {
  const envelope = signEnvelope(changePayloadType, bytes, keys);
  return { name: "envelope", bytes: formatEnvelope(envelope) };
}

export function sshBy(
  bytes: Uint8Array,
  { publicKey, sign }: PrivateKey,
  namespace: string = changeNamespace(partyTarget.systemId),
  hash: "sha256" | "sha512" = "sha512",
): Approval {
  const signature = sign(sshSignedData(namespace, hash, bytes));
  const armored = formatSshSignature({ key: publicKey, namespace, hash, signature });
  return { name: "sshsig", bytes: Buffer.from(armored) };
}

/** Ada as operator by an envelope, Grace as reviewer by SSH. */
export function signedByTwo(bytes: Uint8Array): readonly Approval[] {
  return [dsseBy(bytes, partyKeys.ada), sshBy(bytes, partyKeys.grace)];
}

function keyOf(name: string): PrivateKey {
  return privateKeyFromSeed(sha(`party ${name}`));
}

function sha(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
