import type { ChangeRecord } from "#arming";
import { canonicalJson, isoFromMillis, utf8ToBytes } from "#base";
import { dsseBy, type PolicyDocument, partyKeys, partyPolicy } from "#support";
import { type Forgery, flipped, type Offer, type Scene } from "./forgery.ts";

const { ada, mallory } = partyKeys;
const otherDigest = "9".repeat(64);
const minuteMs = 60_000;

/** Everyone has signed, but not this, not here, not now, or not what is there. */
export const changeForgeries: readonly Forgery[] = [
  {
    kind: "byte_of_change",
    // A byte may become another sound value of its field; then the signatures are of other bytes.
    expected: [
      ...["change_malformed", "payload_differs", "signature_wrong", "other_system", "other_env"],
      ...["other_venue", "other_account", "other_boot", "nonce_unknown", "log_position_differs"],
      ...["release_digest_differs", "policy_digest_differs", "limits_digest_differs"],
      ...["before_window", "after_window", "window_malformed", "window_too_long"],
      ...["evidence_missing", "evidence_in_future", "evidence_too_old", "evidence_not_ok"],
    ],
    make: (scene) => {
      const change = scene.change();
      return { change: flipped(change, scene), approvals: scene.signed(change) };
    },
  },
  {
    kind: "other_payload",
    expected: ["payload_differs"],
    make: (scene) => {
      const { party, serial } = scene;
      const challenge = party.challenge();
      const approvals = scene.signed(party.change({}, challenge));
      const now = party.wallMs;
      const edits: readonly Partial<ChangeRecord>[] = [
        { reason: "the second live hour" },
        { op: "RELEASE_HALT" },
        { op: "FLATTEN" },
        { op: "RAISE_LIMIT", proposed_digest: otherDigest },
        window(now, now + 4 * 3_600_000),
        { requester: "joan" },
        { change_record: { url: "https://tracker.example/18", sha256: otherDigest } },
      ];
      return { change: party.change(edits[serial % edits.length], challenge), approvals };
    },
  },
  signedByAll("other_system", "other_system", () => ({ system_id: "assay.other" })),
  signedByAll("other_env", "other_env", () => ({ env: "demo" })),
  signedByAll("other_venue", "other_venue", () => ({ venue: "kraken" })),
  signedByAll("other_account", "other_account", () => ({ account_hash: "f".repeat(16) })),
  signedByAll("other_boot", "other_boot", ({ serial }) => ({ boot_id: `boot-9${serial}-x` })),
  signedByAll("nonce_unknown", "nonce_unknown", ({ chance }) => ({ nonce: randomHex(chance) })),
  signedByAll("log_root_differs", "log_position_differs", ({ chance }) => ({
    log_root: randomHex(chance),
  })),
  signedByAll("log_size_differs", "log_position_differs", ({ serial }) => ({
    log_size: 100_000 + serial,
  })),
  signedByAll("other_release", "release_digest_differs", () => ({ release_digest: otherDigest })),
  signedByAll("other_policy", "policy_digest_differs", () => ({ policy_digest: otherDigest })),
  signedByAll("other_limits", "limits_digest_differs", () => ({ limits_digest: otherDigest })),
  signedByAll("before_window", "before_window", ({ party, chance }) => {
    const from = party.wallMs + 30_001 + chance.below(86_400_000);
    return window(from, from + minuteMs);
  }),
  signedByAll("after_window", "after_window", ({ party, chance }) => {
    const to = party.wallMs - chance.below(86_400_000);
    return window(to - minuteMs, to);
  }),
  signedByAll("window_too_long", "window_too_long", ({ party, chance }) =>
    window(party.wallMs, party.wallMs + 8 * 3_600_000 + 1 + chance.below(1e9)),
  ),
  signedByAll("window_malformed", "window_malformed", ({ party, chance }) =>
    window(party.wallMs, party.wallMs - chance.below(1e9)),
  ),
  signedByAll("evidence_missing", "evidence_missing", ({ serial, party }) => {
    const all = evidence(party.wallMs - 1000);
    return { evidence: all.filter((_, at) => at !== serial % 3) };
  }),
  signedByAll("evidence_not_ok", "evidence_not_ok", ({ serial, party }) => {
    const all = evidence(party.wallMs - 1000);
    return {
      evidence: all.map((item, at) => (at === serial % 3 ? { ...item, verdict: "not_ok" } : item)),
    };
  }),
  signedByAll("evidence_too_old", "evidence_too_old", ({ party, chance }) => ({
    evidence: evidence(party.wallMs - 30 * minuteMs - 1 - chance.below(1e9)),
  })),
  signedByAll("evidence_in_future", "evidence_in_future", ({ party, chance }) => ({
    evidence: evidence(party.wallMs + 30_001 + chance.below(1e9)),
  })),
  spelled("not_canonical", (change) => JSON.stringify(change, null, 1)),
  spelled("without_line_end", (change) => canonicalJson(change).slice(0, -1)),
  spelled("field_more", (change) => `${canonicalJson({ ...change, approved: true })}\n`),
  spelled("field_less", (change) => `${canonicalJson(withoutNonce(change))}\n`),
  spelled("field_twice", (change) => canonicalJson(change).replace("{", '{"op":"ARM",')),
  spelled(
    "reason_that_hides",
    (change) => `${canonicalJson({ ...change, reason: "fine\u202eemit evil" })}\n`,
  ),
  spelled("too_large", (change) => `${canonicalJson({ ...change, reason: "x".repeat(17_000) })}\n`),
  {
    kind: "replay",
    expected: ["nonce_used"],
    make: (scene) => {
      const change = scene.change();
      const approvals = scene.signed(change);
      const admitted = scene.party.target.admit(change, approvals);
      if (!admitted.ok) throw new Error(`a sound change was refused: ${admitted.fault.code}`);
      return { change, approvals };
    },
  },
  {
    kind: "expired_nonce",
    expected: ["nonce_expired"],
    make: (scene) => {
      const { party, chance } = scene;
      const challenge = party.challenge();
      party.wait(15 * minuteMs + 1 + chance.below(3_600_000));
      const change = party.change({}, challenge);
      return { change, approvals: scene.signed(change) };
    },
  },
  {
    kind: "clock_set_back",
    expected: ["nonce_expired"],
    make: (scene) => {
      const change = scene.change();
      scene.party.monoMs -= 1;
      return { change, approvals: scene.signed(change) };
    },
  },
  {
    kind: "clock_unknown",
    expected: ["clock_unsynchronised"],
    make: (scene) => {
      const { party, serial } = scene;
      const change = scene.change();
      party.skewMs = [null, 30_001, -30_001, Number.NaN][serial % 4] ?? null;
      const after = (): void => void (party.skewMs = 0);
      return { change, approvals: scene.signed(change), after };
    },
  },
  { kind: "own_policy", expected: ["policy_not_adopted"], make: withOwnPolicy },
  {
    kind: "exchanged_after_the_look",
    expected: ["changed_meanwhile"],
    make: (scene) => {
      const { party, serial } = scene;
      const field = serial % 2 === 0 ? "release" : "limits";
      const sound = party.digests[field];
      const change = scene.change();
      let looks = 0;
      party.onDigests = () => {
        looks += 1;
        if (looks === 2) party.digests[field] = otherDigest;
      };
      const after = (): void => {
        party.onDigests = () => undefined;
        party.digests[field] = sound;
      };
      return { change, approvals: scene.signed(change), after };
    },
  },
];

/** A forger writes a policy of two people, both of them himself, and signs as both. */
function withOwnPolicy(scene: Scene): Offer {
  const { party } = scene;
  const sound = party.policy;
  party.policy = partyPolicy((policy: PolicyDocument) => {
    const key = Buffer.from(mallory.publicKey.bytes).toString("base64");
    const joan = policy.people.find(({ name }) => name === "joan");
    const [own] = joan?.keys ?? [];
    if (own !== undefined) own.public_key = key;
    policy.version = 1 + (scene.serial % 3);
  });
  const change = scene.change();
  const after = (): void => void (party.policy = sound);
  return { change, approvals: [dsseBy(change, ada), dsseBy(change, mallory)], after };
}

function signedByAll(
  kind: string,
  code: string,
  edit: (scene: Scene) => Partial<ChangeRecord>,
): Forgery {
  return {
    kind,
    expected: [code],
    make: (scene) => {
      const change = scene.change(edit(scene));
      return { change, approvals: scene.signed(change) };
    },
  };
}

/** The same change in other words, and all have signed those. */
function spelled(kind: string, spell: (change: ChangeRecord) => string): Forgery {
  return {
    kind,
    expected: ["change_malformed"],
    make: (scene) => {
      const sound = Buffer.from(scene.change()).toString("utf8");
      const change = utf8ToBytes(spell(JSON.parse(sound) as ChangeRecord));
      return { change, approvals: scene.signed(change) };
    },
  };
}

function withoutNonce(change: ChangeRecord): Omit<ChangeRecord, "nonce"> {
  const { nonce: _nonce, ...rest } = change;
  return rest;
}

function window(fromMs: number, toMs: number): Pick<ChangeRecord, "window"> {
  return { window: { not_before: isoFromMillis(fromMs), not_after: isoFromMillis(toMs) } };
}

function evidence(atMs: number): ChangeRecord["evidence"] {
  const at = isoFromMillis(atMs);
  return ["switch", "heartbeat", "deploy_report"].map((name) => {
    return { name, sha256: "f".repeat(64), at, verdict: "ok" };
  });
}

function randomHex(chance: Scene["chance"]): string {
  return Array.from({ length: 64 }, () => chance.below(16).toString(16)).join("");
}
