import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import {
  canonicalJson,
  err,
  type Fault,
  isoFromMillis,
  ok,
  parseJson,
  type Result,
  utf8ToBytes,
} from "#base";
import { makeDirectories, nodeFileSystem, writeDocument } from "#evidence";

/** Where the orders of one account at one venue are written down, from start to start. */
export type OrderFolder = Readonly<{ directory: string; runId: string; prefix: string }>;

const schema = z.strictObject({
  schema_version: z.literal("execution_orders/1"),
  run_id: z.string().regex(/^AUDIT_[0-9a-f]{16}_\d{8}T\d{6}Z_[0-9a-f]{8}$/),
});

/**
 * Opens the folder of an account, or makes it: the same orders keep their names for as long as it
 * lies there. Faults: order_folder_unreadable, order_folder_malformed, those of writing.
 */
export function openOrderFolder(
  folder: string,
  about: Readonly<{ mode: string; accountIdHash: string; nowMs: number }>,
): Result<OrderFolder, Fault> {
  const directory = join(folder, "orders", `${about.mode}-${about.accountIdHash}`);
  const path = join(directory, "folder.json");
  const read = readName(path);
  if (!read.ok) return read;
  const runId = read.value ?? newRunId(about);
  if (read.value === null) {
    const made = makeDirectories(nodeFileSystem, directory);
    if (!made.ok) return made;
    const text = `${canonicalJson({ schema_version: "execution_orders/1", run_id: runId })}\n`;
    const written = writeDocument(nodeFileSystem, path, utf8ToBytes(text));
    if (!written.ok) return written;
  }
  return ok({ directory, runId, prefix: `ax${hashOf(runId).slice(0, 10)}` });
}

function readName(path: string): Result<string | null, Fault> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    if (code === "ENOENT") return ok(null);
    const message = `the folder of the orders cannot be read (${code})`;
    return err({ code: "order_folder_unreadable", message, at: path });
  }
  const parsed = parseJson(text);
  const read = parsed.ok ? schema.safeParse(parsed.value) : null;
  if (read?.success === true) return ok(read.data.run_id);
  const message = "this is not what the agent wrote: reconcile the orders beside it by hand";
  return err({ code: "order_folder_malformed", message, at: path });
}

/** Of the form of orders.md 1.5. */
function newRunId({ mode, accountIdHash, nowMs }: Parameters<typeof openOrderFolder>[1]): string {
  const time = isoFromMillis(Math.floor(nowMs))
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "");
  const nonce = randomBytes(4).toString("hex");
  return `AUDIT_${hashOf(`${mode} ${accountIdHash}`).slice(0, 16)}_${time}_${nonce}`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
