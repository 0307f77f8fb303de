import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { bytesToUtf8, err, type Fault, ok, type Result } from "#base";
import { nodeFileSystem, readDocument } from "#evidence";

/** A whole input with the digest of the bytes on disk, by which anyone finds it again. */
export type InputText = Readonly<{ text: string; sha256: string }>;

/** No recorded page or day of trades is near it. */
const maxBytes = 64 << 20;

/** Reads a text, unpacked when its name ends in `.gz`. Faults: input_missing, input_malformed. */
export function readInput(path: string): Result<InputText, Fault> {
  const bytes = readDocument(nodeFileSystem, path, maxBytes);
  if (!bytes.ok) return err({ ...bytes.fault, code: "input_missing", at: path });
  const sha256 = createHash("sha256").update(bytes.value).digest("hex");
  const plain = path.endsWith(".gz") ? unpack(bytes.value) : bytes.value;
  if (plain === null) return malformed(path, "it is no gzip, or unpacks to too much");
  const text = bytesToUtf8(plain);
  return text.ok ? ok({ text: text.value, sha256 }) : malformed(path, text.fault.message);
}

function malformed(path: string, message: string): Result<never, Fault> {
  return err({ code: "input_malformed", message, at: path });
}

function unpack(bytes: Uint8Array): Uint8Array | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch {
    return null;
  }
}
