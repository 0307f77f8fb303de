import {
  type Approval,
  changeNamespace,
  changePayloadType,
  formatSshSignature,
  sshSignedData,
} from "#arming";
import {
  type Envelope,
  formatEnvelope,
  type PrivateKey,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
} from "#evidence";
import { dsseBy, partyKeys, partyTarget, sshBy } from "#support";
import { type Forgery, flipped, replaced, type Scene } from "./forgery.ts";

const { ada, grace, joan } = partyKeys;

const brokenEnvelope = [
  "approval_malformed",
  "payload_type_differs",
  "payload_differs",
  "signer_unknown",
  "signature_wrong",
];

/** Signatures of the right people that are not over these bytes, or not whole, or not theirs. */
export const signatureForgeries: readonly Forgery[] = [
  first("byte_of_envelope", brokenEnvelope, (_b, scene, good) => flipped(good, scene)),
  {
    kind: "byte_of_ssh_signature",
    expected: ["approval_malformed", "namespace_differs", "signer_unknown", "signature_wrong"],
    make: (scene) => {
      const change = scene.change();
      const approvals = replaced(scene.signed(change), 1, ({ name, bytes }) => {
        return { name, bytes: flipped(bytes, scene) };
      });
      return { change, approvals };
    },
  },
  first("cut_envelope", ["approval_malformed"], (_b, { serial }, good) =>
    good.subarray(0, serial % good.length),
  ),
  first("bytes_behind_envelope", ["approval_malformed"], (_b, { chance }, good) =>
    Buffer.concat([good, Buffer.from([chance.below(256)])]),
  ),
  {
    kind: "cut_ssh_signature",
    expected: ["approval_malformed"],
    make: (scene) => {
      const change = scene.change();
      const approvals = replaced(scene.signed(change), 1, ({ name, bytes }) => {
        return { name, bytes: bytes.subarray(0, scene.serial % bytes.length) };
      });
      return { change, approvals };
    },
  },
  first("junk", ["approval_malformed"], (_b, { chance }) =>
    Uint8Array.from({ length: chance.below(300) }, () => chance.below(256)),
  ),
  first("wrong_type", ["payload_type_differs"], (b) =>
    formatEnvelope(signEnvelope("application/vnd.assay.promotion+json", b, [ada])),
  ),
  first("type_changed_later", ["payload_type_differs"], (b) =>
    formatEnvelope({
      ...signEnvelope(changePayloadType, b, [ada]),
      payloadType: "application/vnd.in-toto+json",
    }),
  ),
  first("type_claimed", ["signature_wrong"], (b) =>
    formatEnvelope({
      ...signEnvelope("application/vnd.assay.promotion+json", b, [ada]),
      payloadType: changePayloadType,
    }),
  ),
  first("bare_signature", ["signature_wrong"], (b) => envelope(b, ada, ada.sign(b))),
  first("other_keys_id", ["signature_wrong"], (b) =>
    envelope(b, ada, joan.sign(preAuthEncoding(changePayloadType, b))),
  ),
  first("ssh_signature_in_envelope", ["signature_wrong"], (b) =>
    envelope(b, ada, ada.sign(sshSignedData(namespace, "sha512", b))),
  ),
  {
    kind: "envelope_signature_by_ssh",
    expected: ["signature_wrong"],
    make: (scene) => {
      const change = scene.change();
      const signature = grace.sign(preAuthEncoding(changePayloadType, change));
      const fields = { key: grace.publicKey, namespace, hash: "sha512", signature } as const;
      const bytes = Buffer.from(formatSshSignature(fields));
      const approvals = replaced(scene.signed(change), 1, ({ name }) => ({ name, bytes }));
      return { change, approvals };
    },
  },
  {
    kind: "wrong_namespace",
    expected: ["namespace_differs"],
    make: (scene) => {
      const change = scene.change();
      const names = ["git", "file", "assay-change", "assay-change@assay.locaI", `${namespace} `];
      const name = names[scene.serial % names.length] ?? "git";
      const approvals = replaced(scene.signed(change), 1, () => sshBy(change, grace, name));
      return { change, approvals };
    },
  },
  {
    kind: "namespace_claimed",
    expected: ["signature_wrong"],
    make: (scene) => {
      const change = scene.change();
      const signature = grace.sign(sshSignedData("git", "sha512", change));
      const fields = { key: grace.publicKey, namespace, hash: "sha512", signature } as const;
      const bytes = Buffer.from(formatSshSignature(fields));
      const approvals = replaced(scene.signed(change), 1, ({ name }) => ({ name, bytes }));
      return { change, approvals };
    },
  },
  first("malleable_signature", ["signature_wrong"], (b, { serial }) => {
    const sound = ada.sign(preAuthEncoding(changePayloadType, b));
    return envelope(b, ada, second(sound, BigInt(1 + (serial % 15))));
  }),
  first("signature_of_small_order", ["signature_wrong"], (b, { serial }) => {
    const points = smallOrderPoints.map((hex) => Buffer.from(hex, "hex"));
    const point = points[serial % points.length] ?? Buffer.alloc(32);
    return envelope(b, ada, Buffer.concat([point, Buffer.alloc(32)]));
  }),
  first("signature_of_other_length", ["signature_wrong"], (b, { serial }) => {
    const sound = ada.sign(preAuthEncoding(changePayloadType, b));
    const longer = Buffer.concat([sound, Buffer.alloc(64)]);
    return envelope(b, ada, longer.subarray(0, serial % 2 === 0 ? 63 - (serial % 60) : 65));
  }),
  first("good_beside_bad", ["signature_wrong"], (b, _, good) => {
    const parsed = parseEnvelope(good);
    const bad = { keyId: joan.publicKey.id, signature: ada.sign(b) };
    const signatures = parsed.ok ? [...parsed.value.signatures, bad] : [bad];
    return formatEnvelope({ payloadType: changePayloadType, payload: b, signatures });
  }),
  {
    kind: "mixed_payloads",
    expected: ["payload_differs", "signature_wrong"],
    make: (scene) => {
      const { party, serial } = scene;
      const challenge = party.challenge();
      const change = party.change({}, challenge);
      const other = party.change({ reason: `another hour ${serial}` }, challenge);
      const [at, by] = serial % 2 === 0 ? [0, ada] : [1, grace];
      const approvals = replaced(scene.signed(change), at, () =>
        at === 0 ? dsseBy(other, by) : sshBy(other, by),
      );
      return { change, approvals };
    },
  },
];

const namespace = changeNamespace(partyTarget.systemId);

/** Ada's envelope in another form; the rest is sound. */
function first(
  kind: string,
  expected: readonly string[],
  make: (change: Uint8Array, scene: Scene, good: Uint8Array) => Uint8Array,
): Forgery {
  return {
    kind,
    expected,
    make: (scene) => {
      const change = scene.change();
      const approvals = replaced(scene.signed(change), 0, ({ name, bytes }: Approval) => {
        return { name, bytes: make(change, scene, bytes) };
      });
      return { change, approvals };
    },
  };
}

/** An envelope of these bytes with a signature of our making under the id of this key. */
function envelope(payload: Uint8Array, key: PrivateKey, signature: Uint8Array): Uint8Array {
  const signatures: Envelope["signatures"] = [{ keyId: key.publicKey.id, signature }];
  return formatEnvelope({ payloadType: changePayloadType, payload, signatures });
}

const groupOrder = (1n << 252n) + 27742317777372353535851937790883648493n;

/** S plus a multiple of the order of the group, as far as it fits: the same point equation. */
function second(signature: Uint8Array, times: bigint): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`);
  const sum = s + times * groupOrder;
  const scalar = sum < 1n << 256n ? sum : s + groupOrder;
  const bytes = Buffer.from(scalar.toString(16).padStart(64, "0"), "hex").reverse();
  return Buffer.concat([signature.subarray(0, 32), bytes]);
}

/** Encodings of points of small order, canonical and not (RFC 8032 and the list of libsodium). */
const smallOrderPoints: readonly string[] = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
];
