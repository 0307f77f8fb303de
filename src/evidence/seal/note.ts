import {
  assert,
  base64ToBytes,
  bytesToBase64,
  bytesToHex,
  bytesToUtf8,
  err,
  type Fault,
  hexToBytes,
  ok,
  type Result,
  utf8ToBytes,
} from "#base";
import { isKeyName, type NoteSigner, type NoteVerifier } from "./note-key.ts";

/** C2SP signed-note: a text and the lines of those who signed it. */
export type Note = Readonly<{
  /** Ends in a newline; this and nothing else is signed. */
  text: string;
  signatures: readonly NoteSignature[];
}>;

type NoteSignature = Readonly<{ name: string; keyId: string; signature: Uint8Array }>;

/** Bounds of what we read; the specification demands at least 16 signatures. */
const maxNoteBytes = 1 << 20;
const maxSignatures = 100;

export function signNote(text: string, signers: readonly NoteSigner[]): Uint8Array {
  assert(text.endsWith("\n") && isNoteText(text), "a note's text is lines without control signs");
  assert(signers.length > 0, "a note has at least one signature");
  const bytes = utf8ToBytes(text);
  const signatures = signers.map(({ name, keyId, sign }) => {
    return { name, keyId, signature: sign(bytes) };
  });
  return formatNote({ text, signatures });
}

export function formatNote({ text, signatures }: Note): Uint8Array {
  const lines = signatures.map(({ name, keyId, signature }) => {
    const id = hexToBytes(keyId);
    assert(isKeyName(name) && id.ok && id.value.length === 4, `no signer ${name}+${keyId}`);
    return `— ${name} ${bytesToBase64(Uint8Array.of(...id.value, ...signature))}\n`;
  });
  return utf8ToBytes(`${text}\n${lines.join("")}`);
}

/** Reads exactly what formatNote can write; signatures are not checked. Fault: note_malformed. */
export function parseNote(bytes: Uint8Array): Result<Note, Fault> {
  if (bytes.length > maxNoteBytes) return malformed(`longer than ${maxNoteBytes} bytes`);
  const decoded = bytesToUtf8(bytes);
  if (!decoded.ok) return malformed(decoded.fault.message);
  const whole = decoded.value;
  if (!isNoteText(whole)) return malformed("it holds a control character");
  const split = whole.lastIndexOf("\n\n");
  if (split < 0) return malformed("no empty line before the signatures");
  const lines = whole.slice(split + 2).split("\n");
  if (lines.pop() !== "") return malformed("the last line does not end");
  if (lines.length === 0) return malformed("no signature");
  if (lines.length > maxSignatures) return malformed(`more than ${maxSignatures} signatures`);
  const signatures: NoteSignature[] = [];
  for (const [at, line] of lines.entries()) {
    const signature = parseSignatureLine(line);
    if (signature === null) return malformed(`signature line ${at + 1} is not "— name base64"`);
    signatures.push(signature);
  }
  return ok({ text: whole.slice(0, split + 1), signatures });
}

/**
 * - ignore: lines of unknown keys say nothing, as C2SP demands of clients.
 * - refuse: only lines of these verifiers, each once; so no byte of the note can change unseen.
 */
export type UnknownSigners = "ignore" | "refuse";

export type OpenNote = Readonly<{ text: string; signers: readonly NoteVerifier[] }>;

/**
 * Reads a note and checks every signature of the keys given. Faults: note_malformed,
 * note_signature_wrong (a known key's line does not verify), note_unsigned (no known key signed),
 * and when refusing note_signer_unknown and note_signature_repeated.
 */
export function openNote(
  bytes: Uint8Array,
  verifiers: readonly NoteVerifier[],
  unknown: UnknownSigners,
): Result<OpenNote, Fault> {
  const note = parseNote(bytes);
  if (!note.ok) return note;
  const text = utf8ToBytes(note.value.text);
  const signers: NoteVerifier[] = [];
  for (const { name, keyId, signature } of note.value.signatures) {
    const known = verifiers.filter((key) => key.name === name && key.keyId === keyId);
    const signer = known.find((key) => key.verify(text, signature));
    if (known.length > 0 && signer === undefined) {
      return err({ code: "note_signature_wrong", message: `signature of ${name}+${keyId} fails` });
    }
    if (unknown === "refuse" && signer === undefined) {
      const message = `signed by a key that is not trusted here: ${name}+${keyId}`;
      return err({ code: "note_signer_unknown", message });
    }
    if (signer === undefined) continue;
    if (!signers.includes(signer)) signers.push(signer);
    else if (unknown === "refuse") {
      return err({ code: "note_signature_repeated", message: `${name}+${keyId} signed twice` });
    }
  }
  if (signers.length === 0) {
    return err({ code: "note_unsigned", message: "no trusted key signed this note" });
  }
  return ok({ text: note.value.text, signers });
}

function parseSignatureLine(line: string): NoteSignature | null {
  const parts = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u.exec(line);
  const [, name = "", encoded = ""] = parts ?? [];
  const bytes = base64ToBytes(encoded);
  if (!isKeyName(name) || !bytes.ok || bytes.value.length < 5) return null;
  const keyId = bytesToHex(bytes.value.subarray(0, 4));
  return { name, keyId, signature: bytes.value.slice(4) };
}

/** No control character below U+0020 but the newline. */
function isNoteText(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== 0x0a) return false;
  }
  return true;
}

function malformed(what: string): Result<never, Fault> {
  return err({ code: "note_malformed", message: `not a signed note: ${what}` });
}
