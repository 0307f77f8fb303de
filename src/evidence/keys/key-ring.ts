import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { userInfo } from "node:os";
import { join } from "node:path";
import { err, type Fault, type Millis, ok, type Result } from "#base";
import { type PrivateKey, privateKeyOf } from "../seal/ed25519.ts";
import { isKeyName, type NoteSigner, noteSigner } from "../seal/note-key.ts";
import { createDocument, makeDirectories, readDocument } from "../store/document.ts";
import type { FileStat, FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { formatKeyRecord, type KeyRecord, keyLabel, parseKeyRecord } from "./key-record.ts";
import { isKeyPurpose, type KeyPurpose } from "./purpose.ts";

/** A directory of keys that only its owner can enter. */
export type KeyRing = Readonly<{
  fs: FileSystem;
  directory: string;
  /** The user the keys must belong to; null where the system has no users. */
  owner: number | null;
}>;

/** A key that can sign for its purpose. */
export type SigningKey = KeyRecord & Pick<PrivateKey, "sign"> & Readonly<{ note: NoteSigner }>;

/** The user of this process. */
export function currentOwner(): number | null {
  const { uid } = userInfo();
  return uid < 0 ? null : uid;
}

/**
 * Opens a directory that belongs to the owner and that nobody else can enter. Faults: keys_missing,
 * keys_exposed (mode or owner), keys_not_directory, and those of attemptIo.
 */
export function openKeyRing(ring: KeyRing): Result<KeyRing, Fault> {
  const looked = attemptIo("read", ring.directory, () => ring.fs.look(ring.directory));
  if (!looked.ok) return looked;
  const stat = looked.value;
  if (stat === null) {
    const message = "no such directory of keys; assay keys new makes one";
    return err({ code: "keys_missing", message, at: ring.directory });
  }
  if (stat.kind !== "directory") {
    const message = `the keys are in a directory, this is a ${stat.kind}`;
    return err({ code: "keys_not_directory", message, at: ring.directory });
  }
  const exposed = exposure(stat, ring.owner, 0o700);
  return exposed === null ? ok(ring) : err({ ...exposed, at: ring.directory });
}

/** As openKeyRing, but makes the directory when it is absent. */
export function makeKeyRing(ring: KeyRing): Result<KeyRing, Fault> {
  const made = makeDirectories(ring.fs, ring.directory, 0o700);
  return made.ok ? openKeyRing(ring) : made;
}

/** The public halves, by purpose and generation. Faults: key_record_malformed, of attemptIo. */
export function listKeys({ fs, directory }: KeyRing): Result<readonly KeyRecord[], Fault> {
  const names = attemptIo("read", directory, () => fs.list(directory).map(({ name }) => name));
  if (!names.ok) return names;
  const records: KeyRecord[] = [];
  for (const name of names.value) {
    const [, label = "", purpose = ""] = /^(([a-z-]+)\.[1-9]\d{0,5})\.pub\.json$/.exec(name) ?? [];
    if (!isKeyPurpose(purpose)) continue;
    const path = join(directory, name);
    const bytes = readDocument(fs, path, maxKeyFileBytes);
    if (!bytes.ok) return bytes;
    const record = parseKeyRecord(bytes.value);
    if (!record.ok) return err({ ...record.fault, at: path });
    if (keyLabel(record.value) !== label) {
      const message = `it describes ${keyLabel(record.value)}, not ${label}`;
      return err({ code: "key_record_malformed", message, at: path });
    }
    records.push(record.value);
  }
  return ok(records.sort(byPurposeAndGeneration));
}

export type NewKey = Readonly<{ purpose: KeyPurpose; name: string; createdMs: Millis }>;

/**
 * Makes the next key of a purpose: the private file first, so that no record names a key that is
 * not there. Faults: key_name_malformed, those of attemptIo.
 */
export function createKey(
  ring: KeyRing,
  { purpose, name, createdMs }: NewKey,
): Result<KeyRecord, Fault> {
  if (!isKeyName(name)) {
    const message = `a key name has no spaces and no plus signs: ${JSON.stringify(name)}`;
    return err({ code: "key_name_malformed", message });
  }
  const last = lastGeneration(ring, purpose);
  if (!last.ok) return last;
  const generation = last.value + 1;
  const { privateKey } = generateKeyPairSync("ed25519");
  const { publicKey } = privateKeyOf(privateKey);
  const record: KeyRecord = { purpose, generation, name, publicKey, createdMs };
  const pem = Buffer.from(privateKey.export({ format: "pem", type: "pkcs8" }));
  const path = join(ring.directory, keyLabel(record));
  const secret = createDocument(ring.fs, `${path}.pem`, pem, 0o600);
  if (!secret.ok) return secret;
  const shown = createDocument(ring.fs, `${path}.pub.json`, formatKeyRecord(record), 0o644);
  return shown.ok ? ok(record) : shown;
}

/**
 * Loads the private half. Refused are links, other owners, any mode but 0600, and a file that does
 * not fit its record. Faults: key_exposed, key_malformed, key_differs, those of attemptIo.
 */
export function loadSigningKey(ring: KeyRing, record: KeyRecord): Result<SigningKey, Fault> {
  const path = join(ring.directory, `${keyLabel(record)}.pem`);
  const read = attemptIo("read", path, () => {
    const file = ring.fs.open(path, "read", 0);
    try {
      // What is open is judged, not what may lie at the path a moment later.
      return {
        exposed: exposure(ring.fs.stat(file), ring.owner, 0o600),
        pem: readAll(ring.fs, file),
      };
    } finally {
      ring.fs.close(file);
    }
  });
  if (!read.ok) return read;
  if (read.value.exposed !== null)
    return err({ ...read.value.exposed, code: "key_exposed", at: path });
  const key = parsePem(read.value.pem);
  if (key === null) {
    return err({ code: "key_malformed", message: "not an Ed25519 private key in PEM", at: path });
  }
  if (key.publicKey.id !== record.publicKey.id) {
    const message = "the private key is not that of its public record";
    return err({ code: "key_differs", message, at: path });
  }
  return ok({ ...record, sign: key.sign, note: noteSigner(record.name, key) });
}

const maxKeyFileBytes = 4096;

/** Counts private files too: a crash may have come before the record of one. */
function lastGeneration({ fs, directory }: KeyRing, purpose: KeyPurpose): Result<number, Fault> {
  const names = attemptIo("read", directory, () => fs.list(directory).map(({ name }) => name));
  if (!names.ok) return names;
  const generations = names.value.map((name) => {
    const [, label, number = "0"] =
      /^([a-z-]+)\.([1-9]\d{0,5})\.(?:pem|pub\.json)$/.exec(name) ?? [];
    return label === purpose ? Number(number) : 0;
  });
  return ok(Math.max(0, ...generations));
}

function exposure(stat: FileStat, owner: number | null, mode: number): Fault | null {
  if (owner !== null && stat.owner !== owner) {
    const message = `it belongs to user ${stat.owner}, not to user ${owner} who runs this`;
    return { code: "keys_exposed", message };
  }
  if (owner === null || stat.permissions === mode) return null;
  const [is, must] = [stat.permissions.toString(8), mode.toString(8)];
  return {
    code: "keys_exposed",
    message: `its mode is 0${is}, it must be 0${must}: chmod ${must}`,
  };
}

function readAll(fs: FileSystem, file: number): Buffer {
  const bytes = Buffer.alloc(maxKeyFileBytes);
  return bytes.subarray(0, fs.read(file, bytes, 0));
}

function parsePem(pem: Buffer): PrivateKey | null {
  try {
    const key = createPrivateKey({ key: pem, format: "pem" });
    return key.asymmetricKeyType === "ed25519" ? privateKeyOf(key) : null;
  } catch {
    // What openssl says of a broken key helps nobody, and could quote it.
    return null;
  }
}

function byPurposeAndGeneration(left: KeyRecord, right: KeyRecord): number {
  if (left.purpose !== right.purpose) return left.purpose < right.purpose ? -1 : 1;
  return left.generation - right.generation;
}
