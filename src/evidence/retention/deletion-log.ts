import { dirname, join } from "node:path";
import { bytesToUtf8, canonicalJson, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { type DeletionRecord, deletionRecord } from "../artifacts/orders/deletion-record.ts";
import { formatEnvelope, parseEnvelope, signEnvelope, verifyEnvelope } from "../seal/dsse.ts";
import type { PrivateKey, PublicKey } from "../seal/ed25519.ts";
import { readStrictJson } from "../seal/strict-json.ts";
import { createDocument, makeDirectories, readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { nothingDeleted, type RetainedRaw } from "../verify/orders/retained-raw.ts";

/** The DSSE payload type of a deletion record. */
const deletionPayloadType = "application/vnd.assay.deletion-record+json";

/** One file for each run: written once, so that the log of deletions can only grow. */
export function deletionPath(root: string, runId: string): string {
  return join(root, "log", "deletions", `${runId}.dsse.json`);
}

/**
 * Writes the signed record, durable before anything is deleted. A record of the same deletion that
 * is there already is kept: a deletion cut short goes on. Faults: deletion_differs (the run has a
 * record of other files), deletion_malformed, those of the store.
 */
export function writeDeletion(
  fs: FileSystem,
  root: string,
  record: DeletionRecord,
  key: Pick<PrivateKey, "sign" | "publicKey">,
): Result<void, Fault> {
  const path = deletionPath(root, record.run_id);
  const known = readDeletion(fs, root, record.run_id, null);
  if (!known.ok) return known;
  if (known.value.deletion !== null) return sameDeletion(known.value.deletion, record, path);
  const made = makeDirectories(fs, dirname(path));
  if (!made.ok) return made;
  const payload = utf8ToBytes(canonicalJson(toJson(record)));
  const envelope = signEnvelope(deletionPayloadType, payload, [key]);
  return createDocument(fs, path, formatEnvelope(envelope), 0o444);
}

/**
 * What the log says of a run's raw samples. `keys` are those trusted for the log; null leaves the
 * signature open. Faults: deletion_malformed, those of the store.
 */
export function readDeletion(
  fs: FileSystem,
  root: string,
  runId: string,
  keys: readonly PublicKey[] | null,
): Result<RetainedRaw, Fault> {
  const path = deletionPath(root, runId);
  const bytes = readDocument(fs, path, maxBytes);
  if (!bytes.ok) return bytes.fault.code === "store_missing" ? ok(nothingDeleted) : bytes;
  const malformed = (message: string): Result<never, Fault> =>
    err({ code: "deletion_malformed", message, at: path });
  const envelope = parseEnvelope(bytes.value);
  if (!envelope.ok) return malformed(envelope.fault.message);
  if (envelope.value.payloadType !== deletionPayloadType) {
    return malformed(`its payload is ${envelope.value.payloadType}`);
  }
  const text = bytesToUtf8(envelope.value.payload);
  if (!text.ok) return malformed(text.fault.message);
  const form = { layout: "canonical", ending: "" } as const;
  const read = readStrictJson(envelope.value.payload, deletionRecord, "deletion_malformed", form);
  if (!read.ok) return malformed(read.fault.message);
  if (read.value.run_id !== runId) return malformed(`it is of ${read.value.run_id}`);
  const signed = keys === null ? null : verifyEnvelope(envelope.value, keys).ok;
  return ok({ deletion: read.value, signed });
}

const maxBytes = 16 << 20;

function sameDeletion(
  known: DeletionRecord,
  record: DeletionRecord,
  path: string,
): Result<void, Fault> {
  if (known.raw_sums_sha256 === record.raw_sums_sha256) return ok(undefined);
  const message = "the run has a deletion record of other files";
  return err({ code: "deletion_differs", message, at: path });
}

function toJson(record: DeletionRecord): Parameters<typeof canonicalJson>[0] {
  return { ...record, files: record.files.map((file) => ({ ...file })) };
}
