import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8ToBytes } from "#base";
import { privateKeyFromSeed } from "./ed25519.ts";
import { formatNote, openNote, parseNote, signNote } from "./note.ts";
import {
  formatVerifierKey,
  type NoteVerifier,
  noteSigner,
  noteVerifier,
  parseSignerKey,
  parseVerifierKey,
} from "./note-key.ts";

// The note that the Go checksum database has used in its tests from the beginning.
const peterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const peterSecret =
  "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const enochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const text =
  "If you think cryptography is the answer to your problem,\n" +
  "then you don't know what your problem is.\n";
const peterLine =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const enochLine =
  "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
const note = `${text}\n${peterLine}${enochLine}`;

const peter = verifier(peterKey);
const enoch = verifier(enochKey);

test("signing gives the published note, byte for byte", () => {
  const signer = parseSignerKey(peterSecret);
  assert.ok(signer.ok);
  assert.equal(Buffer.from(signNote(text, [signer.value])).toString(), `${text}\n${peterLine}`);
});

test("a note opens with the keys that are known, and unknown lines say nothing", () => {
  const one = openNote(utf8ToBytes(note), [peter], "ignore");
  assert.ok(one.ok);
  assert.equal(one.value.text, text);
  assert.deepEqual(one.value.signers, [peter]);
  const both = openNote(utf8ToBytes(note), [enoch, peter], "refuse");
  assert.ok(both.ok && both.value.signers.length === 2);
  assert.equal(faultOf(note, [], "ignore"), "note_unsigned");
  assert.equal(faultOf(note, [peter], "refuse"), "note_signer_unknown");
});

test("a wrong signature of a known key refuses the note, even beside a right one", () => {
  const wrong = note.replace("x08go/ZJ", "x08go/ZK");
  assert.equal(faultOf(wrong, [peter, enoch], "ignore"), "note_signature_wrong");
  assert.equal(faultOf(wrong, [enoch], "ignore"), null);
  assert.equal(
    faultOf(`${text}\n${peterLine}${peterLine}`, [peter], "refuse"),
    "note_signature_repeated",
  );
  assert.equal(faultOf(`${text}\n${peterLine}${peterLine}`, [peter], "ignore"), null);
});

test("the text ends at the last empty line", () => {
  const signer = noteSigner("me", privateKeyFromSeed(new Uint8Array(32)));
  const poem = "first\n\nsecond\n";
  const parsed = parseNote(signNote(poem, [signer]));
  assert.ok(parsed.ok);
  assert.equal(parsed.value.text, poem);
});

test("what is not a note is refused", () => {
  const bad = [
    "",
    text,
    `${text}\n`,
    `${text}\n${peterLine.slice(0, -1)}`,
    `\u0001${text}\n${peterLine}`,
    `${text}\n— Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`,
    `${text}\n${peterLine}Unexpected line.\n`,
    `${text}\n- ${peterLine.slice(2)}`,
    `${text}\n${peterLine.replace("AM=", "AN=")}`,
    `${text}\n${peterLine.replace("=", "==")}`,
    `${text}\n${peterLine.replace(" x08", "  x08")}`,
    `${text}\n— PeterNeumann x08gow==\n`,
    `${text}\n${peterLine.replace("\n", "\r\n")}`,
    `${text}\n${peterLine.repeat(101)}`,
    `${text}\n${peterLine.replace("Peter", "Peter+")}`,
  ];
  for (const message of bad)
    assert.equal(faultOf(message, [peter], "ignore"), "note_malformed", message);
  const broken = Buffer.concat([Buffer.of(0xff), utf8ToBytes(note)]);
  assert.ok(!parseNote(broken).ok);
});

test("no single byte of a note can be another one unseen", () => {
  const bytes = utf8ToBytes(note);
  const accepted: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    for (let delta = 1; delta < 256; delta += at % 3 === 0 ? 1 : 37) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ delta;
      if (openNote(changed, [peter, enoch], "refuse").ok) accepted.push(`${at}^${delta}`);
    }
  }
  assert.deepEqual(accepted, []);
});

test("a note formats as it parsed", () => {
  const parsed = parseNote(utf8ToBytes(note));
  assert.ok(parsed.ok);
  assert.equal(Buffer.from(formatNote(parsed.value)).toString(), note);
});

test("verifier keys have one spelling", () => {
  const read = parseVerifierKey(peterKey);
  assert.ok(read.ok);
  assert.equal(formatVerifierKey(read.value.name, read.value.key), peterKey);
  for (let from = 0; from <= peterKey.length; from++) {
    for (let to = from + 1; to <= peterKey.length; to++) {
      if (from === 0 && to === peterKey.length) continue;
      assert.ok(!parseVerifierKey(peterKey.slice(from, to)).ok, `${from}..${to}`);
    }
  }
  for (let at = 0; at < peterKey.length; at++) {
    const code = peterKey.charCodeAt(at) + 1;
    const changed = peterKey.slice(0, at) + String.fromCharCode(code) + peterKey.slice(at + 1);
    assert.ok(!parseVerifierKey(changed).ok, changed);
  }
  const wrongLength = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==";
  const unknownType = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  for (const key of [wrongLength, unknownType]) assert.ok(!parseVerifierKey(key).ok, key);
  assert.ok(!parseSignerKey(peterSecret.replace("c74f", "c74e")).ok);
  assert.ok(!parseSignerKey(peterKey).ok);
});

function faultOf(
  message: string,
  keys: NoteVerifier[],
  unknown: "ignore" | "refuse",
): string | null {
  const opened = openNote(utf8ToBytes(message), keys, unknown);
  return opened.ok ? null : opened.fault.code;
}

function verifier(key: string): NoteVerifier {
  const read = parseVerifierKey(key);
  assert.ok(read.ok);
  return noteVerifier(read.value.name, read.value.key);
}
