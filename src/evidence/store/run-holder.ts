import { readFileSync } from "node:fs";
import { z } from "zod";
import { canonicalJson, utf8ToBytes } from "#base";
import { readStrictJson } from "../seal/strict-json.ts";
import type { Processes, ProcessIdentity } from "./process-identity.ts";

/** Who is at work on a directory, as the first line of its reserve file says it. */
export function holderLine(self: ProcessIdentity): Uint8Array {
  return utf8ToBytes(`${canonicalJson({ ...self })}\n`);
}

/**
 * The process id that a reserve file names, if that process certainly runs: on this host, since
 * this boot, and not ours. Null for one that is gone, that cannot be judged, or that nobody named.
 */
export function processAtWork(path: string, { self, startedTicks }: Processes): number | null {
  const holder = readHolder(path);
  if (holder === null || holder.pid === self.pid) return null;
  const isHere =
    holder.host === self.host &&
    holder.boot_id === self.boot_id &&
    holder.pid_namespace === self.pid_namespace;
  if (!isHere) return null;
  const ticks = startedTicks(holder.pid);
  return ticks !== "gone" && ticks === holder.started_ticks ? holder.pid : null;
}

const holderSchema = z.strictObject({
  boot_id: z.string().nullable(),
  host: z.string(),
  pid: z.int().positive(),
  pid_namespace: z.string().nullable(),
  started_ticks: z.int().nonnegative().nullable(),
});

function readHolder(path: string): ProcessIdentity | null {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    return null;
  }
  const line = bytes.subarray(0, bytes.indexOf(0x0a) + 1);
  const form = { layout: "canonical", ending: "\n" } as const;
  const read = readStrictJson(line, holderSchema, "reserve", form);
  return read.ok ? read.value : null;
}
