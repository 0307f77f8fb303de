import { z } from "zod";
import {
  base64ToBytes,
  bytesToBase64,
  canonicalJson,
  err,
  type Fault,
  isoFromMillis,
  type Millis,
  millisFromIso,
  ok,
  type Result,
  utf8ToBytes,
} from "#base";
import { type PublicKey, parsePublicKey } from "./ed25519.ts";
import { isKeyName } from "./note-key.ts";
import { readStrictJson } from "./strict-json.ts";
import { type FileSum, isEvidencePath } from "./sums.ts";

/** The media type of DSSE payloads that are in-toto statements. */
export const statementType = "application/vnd.in-toto+json";

/** Ours; it names a format and resolves to nothing. */
const runSealPredicate = "https://assay.invalid/predicates/run-seal/v1";

/** in-toto Statement v1 about every file of a sealed run. */
export type RunStatement = Readonly<{
  /** Every line of SHA256SUMS, and that file itself; in byte order of the path. */
  subjects: readonly FileSum[];
  runId: string;
  origin: string;
  treeSize: number;
  root: Uint8Array;
  sealedMs: Millis;
  /** Who says to have signed; a claim, for checks without a policy. */
  sealers: readonly Readonly<{ name: string; key: PublicKey }>[];
}>;

/** The payload: canonical JSON without a newline. */
export function formatStatement(statement: RunStatement): Uint8Array {
  const { subjects, runId, origin, treeSize, root, sealedMs, sealers } = statement;
  const document = {
    _type: "https://in-toto.io/Statement/v1",
    predicate: {
      origin,
      root: bytesToBase64(root),
      run_id: runId,
      sealed_utc: isoFromMillis(sealedMs),
      sealers: sealers.map(({ name, key }) => ({ name, public_key: bytesToBase64(key.bytes) })),
      tree_size: treeSize,
      v: 1,
    },
    predicateType: runSealPredicate,
    subject: subjects.map(({ path, sha256 }) => ({ digest: { sha256 }, name: path })),
  };
  return utf8ToBytes(canonicalJson(document));
}

const statementSchema = z.strictObject({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  predicate: z.strictObject({
    origin: z.string().min(1),
    root: z.string(),
    run_id: z.string().min(1).max(128),
    sealed_utc: z.string(),
    sealers: z
      .array(z.strictObject({ name: z.string().refine(isKeyName), public_key: z.string() }))
      .min(1)
      .max(16),
    tree_size: z.int().positive(),
    v: z.literal(1),
  }),
  predicateType: z.literal(runSealPredicate),
  subject: z
    .array(
      z.strictObject({
        digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
        name: z.string().refine(isEvidencePath, "not a path of evidence"),
      }),
    )
    .max(200_000),
});

/** Reads exactly what formatStatement writes. Fault: statement_malformed. */
export function parseStatement(payload: Uint8Array): Result<RunStatement, Fault> {
  const code = "statement_malformed";
  const form = { layout: "canonical", ending: "" } as const;
  const read = readStrictJson(payload, statementSchema, code, form);
  if (!read.ok) return read;
  const { predicate, subject } = read.value;
  const root = base64ToBytes(predicate.root);
  if (!root.ok || root.value.length !== 32) return err({ code, message: "root: not a hash" });
  const sealed = millisFromIso(predicate.sealed_utc);
  if (!sealed.ok) return err({ code, message: `sealed_utc: ${sealed.fault.message}` });
  const sealers: { name: string; key: PublicKey }[] = [];
  for (const { name, public_key } of predicate.sealers) {
    const raw = base64ToBytes(public_key);
    const key = raw.ok ? parsePublicKey(raw.value) : raw;
    if (!key.ok) return err({ code, message: `sealers: ${key.fault.message}` });
    sealers.push({ name, key: key.value });
  }
  return ok({
    subjects: subject.map(({ name, digest }) => ({ path: name, sha256: digest.sha256 })),
    runId: predicate.run_id,
    origin: predicate.origin,
    treeSize: predicate.tree_size,
    root: root.value,
    sealedMs: sealed.value,
    sealers,
  });
}
