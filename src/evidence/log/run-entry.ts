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
} from "#base";
import type { RunSeal } from "../seal/seal-run.ts";
import { readStrictJson } from "../seal/strict-json.ts";

/** A leaf of the installation's log: this run was sealed with this statement. */
export type RunEntry = Readonly<{
  /** Its own index in the log, so that no entry can be moved. */
  seq: number;
  seal: RunSeal;
  loggedMs: Millis;
}>;

/** Canonical JSON, one line, without its newline. */
export function formatRunEntry({ seq, seal, loggedMs }: RunEntry): string {
  return canonicalJson({
    kind: "run_sealed",
    logged_utc: isoFromMillis(loggedMs),
    origin: seal.origin,
    root: bytesToBase64(seal.root),
    run_id: seal.runId,
    sealed_utc: isoFromMillis(seal.sealedMs),
    seq,
    statement_sha256: seal.statementSha256,
    tree_size: seal.treeSize,
    v: 1,
  });
}

const entrySchema = z.strictObject({
  kind: z.literal("run_sealed"),
  logged_utc: z.string(),
  origin: z.string().min(1),
  root: z.string(),
  run_id: z.string().min(1).max(128),
  sealed_utc: z.string(),
  seq: z.int().nonnegative(),
  statement_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  tree_size: z.int().positive(),
  v: z.literal(1),
});

/** Reads exactly what formatRunEntry writes. Fault: log_entry_malformed. */
export function parseRunEntry(bytes: Uint8Array): Result<RunEntry, Fault> {
  const code = "log_entry_malformed";
  const read = readStrictJson(bytes, entrySchema, code, { layout: "canonical", ending: "" });
  if (!read.ok) return read;
  const { seq, origin, run_id, tree_size, statement_sha256, ...texts } = read.value;
  const root = base64ToBytes(texts.root);
  if (!root.ok || root.value.length !== 32) return err({ code, message: "root: not a hash" });
  const sealed = millisFromIso(texts.sealed_utc);
  if (!sealed.ok) return err({ code, message: `sealed_utc: ${sealed.fault.message}` });
  const logged = millisFromIso(texts.logged_utc);
  if (!logged.ok) return err({ code, message: `logged_utc: ${logged.fault.message}` });
  const seal: RunSeal = {
    runId: run_id,
    origin,
    treeSize: tree_size,
    root: root.value,
    sealedMs: sealed.value,
    statementSha256: statement_sha256,
  };
  return ok({ seq, seal, loggedMs: logged.value });
}
