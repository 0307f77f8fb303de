import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8ToBytes } from "#base";
import {
  formatEnvelope,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
  verifyEnvelope,
} from "./dsse.ts";
import { privateKeyFromSeed } from "./ed25519.ts";

const first = privateKeyFromSeed(new Uint8Array(32).fill(1));
const second = privateKeyFromSeed(new Uint8Array(32).fill(2));
const type = "application/vnd.in-toto+json";
const payload = utf8ToBytes('{"a":1}');

test("what is signed is the encoding that the protocol prints", () => {
  const message = preAuthEncoding("http://example.com/HelloWorld", utf8ToBytes("hello world"));
  assert.equal(
    Buffer.from(message).toString(),
    "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
  );
  // Lengths count bytes, not characters.
  assert.equal(Buffer.from(preAuthEncoding("é", utf8ToBytes("ß"))).toString(), "DSSEv1 2 é 2 ß");
});

test("an envelope travels as one canonical line and names its signers", () => {
  const bytes = formatEnvelope(signEnvelope(type, payload, [first, second]));
  assert.equal(bytes.indexOf(0x0a), bytes.length - 1);
  const read = parseEnvelope(bytes);
  assert.ok(read.ok);
  assert.deepEqual(read.value.payload, Uint8Array.from(payload));
  const signers = verifyEnvelope(read.value, [second.publicKey, first.publicKey]);
  assert.ok(signers.ok);
  assert.deepEqual(signers.value, [first.publicKey, second.publicKey]);
});

test("unknown, repeated and wrong signatures are refused", () => {
  const envelope = signEnvelope(type, payload, [first, second]);
  const keys = [first.publicKey, second.publicKey];
  const codeOf = (changed: typeof envelope, trusted = keys): string | null => {
    const verified = verifyEnvelope(changed, trusted);
    return verified.ok ? null : verified.fault.code;
  };
  assert.equal(codeOf(envelope), null);
  assert.equal(codeOf(envelope, [first.publicKey]), "envelope_signer_unknown");
  assert.equal(codeOf(envelope, []), "envelope_signer_unknown");
  const [one] = envelope.signatures;
  assert.ok(one !== undefined);
  assert.equal(codeOf({ ...envelope, signatures: [one, one] }), "envelope_signature_repeated");
  assert.equal(codeOf({ ...envelope, payloadType: "text/plain" }), "envelope_signature_wrong");
  // A signature under another trusted key's id is that key's wrong signature.
  const borrowed = { ...one, keyId: second.publicKey.id };
  assert.equal(codeOf({ ...envelope, signatures: [borrowed] }), "envelope_signature_wrong");
});

test("no single byte of an envelope can be another one unseen", () => {
  const bytes = formatEnvelope(signEnvelope(type, payload, [first]));
  const accepted: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    for (let delta = 1; delta < 256; delta++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ delta;
      const read = parseEnvelope(changed);
      if (read.ok && verifyEnvelope(read.value, [first.publicKey]).ok) accepted.push(`${at}`);
    }
  }
  assert.deepEqual(accepted, []);
});

test("envelopes that mean the same but are spelled otherwise are refused", () => {
  const good = Buffer.from(formatEnvelope(signEnvelope(type, payload, [first]))).toString();
  const bad = [
    good.trimEnd(),
    ` ${good}`,
    good.replace(":", ": "),
    good.replace("{", '{"extra":1,'),
    good.replace('"payload":', '"payload":"","payload":'),
    good.replace("eyJhIjoxfQ==", "eyJhIjoxfQ"),
    good.replace("eyJhIjoxfQ==", "eyJhIjoxfR=="),
    good.replace(/"signatures":\[.*\]/, '"signatures":[]'),
    good.replace(/"keyid":"[0-9a-f]{64}"/, '"keyid":""'),
    `\ufeff${good}`,
    good + good,
    "null\n",
    "",
  ];
  for (const text of bad) {
    const read = parseEnvelope(utf8ToBytes(text));
    assert.ok(!read.ok && read.fault.code === "envelope_malformed", text);
  }
});
