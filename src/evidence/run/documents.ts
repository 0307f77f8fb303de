import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import type { z } from "zod";
import { Defect } from "#base";
import { sha256 } from "./identity.ts";
import type { FileRecord } from "./line-file.ts";

/**
 * The text of a JSON document: indented by two, keys in the order of its schema, one line end. A
 * value that its own schema refuses is a bug of ours and never reaches the disk.
 */
export function documentText<T>(schema: z.ZodType<T>, value: T): string {
  const checked = schema.safeParse(value);
  if (checked.success) return `${JSON.stringify(checked.data, null, 2)}\n`;
  const issue = checked.error.issues[0];
  throw new Defect(`document field ${issue?.path.join(".")}: ${issue?.message}`);
}

/** Writes a whole new file, or replaces one atomically; synced. Throws as fs does. */
export function writeWhole(
  path: string,
  text: string | Uint8Array,
  how: "create" | "replace",
): FileRecord {
  const bytes = Buffer.from(text);
  const target = how === "create" ? path : `${path}.new`;
  const descriptor = openSync(target, how === "create" ? "wx" : "w", 0o644);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (how === "replace") renameSync(target, path);
  return {
    bytes: bytes.length,
    lines: bytes.filter((byte) => byte === 0x0a).length,
    sha256: sha256(bytes),
  };
}

/** A rename or a new file is durable only when its directory is synced. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
