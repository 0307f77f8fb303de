import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  bytesToUtf8,
  canonicalJson,
  err,
  type Fault,
  ok,
  parseJson,
  type Result,
  utf8ToBytes,
} from "#base";
import { makeDirectories, nodeFileSystem, readDocument, writeDocument } from "#evidence";
import { type BrokerLimits, defaultLimits, readLimits } from "#venues";

/** The limits that the broker keeps, and the file that people look at before they sign. */
export type LimitsDocument = Readonly<{
  limits: BrokerLimits;
  path: string;
  /**
   * Of the file that these limits were read from. While the file is another than at the start it
   * is the digest of no file: what a person would sign then is not what is kept here.
   */
  digest: () => Result<string, Fault>;
}>;

/**
 * Reads the limits, or writes careful ones down where no file is named. Faults: limits_unreadable,
 * limits_malformed, broker_limit_missing, broker_limit_invalid, those of writing.
 */
export function openLimits(
  given: string | null,
  folder: string,
  instruments: readonly string[],
): Result<LimitsDocument, Fault> {
  const path = given ?? join(folder, "limits.json");
  if (given === null) {
    const written = writeLimits(folder, path, instruments);
    if (!written.ok) return written;
  }
  const bytes = readBytes(path);
  if (!bytes.ok) return bytes;
  const text = bytesToUtf8(bytes.value);
  const parsed = text.ok ? parseJson(text.value) : text;
  if (!parsed.ok) return err({ ...parsed.fault, code: "limits_malformed", at: path });
  const limits = readLimits(parsed.value);
  if (!limits.ok) return err({ ...limits.fault, at: `${path}: ${limits.fault.at ?? ""}` });
  const kept = sha256(bytes.value);
  const digest = (): Result<string, Fault> => {
    const now = readBytes(path);
    if (!now.ok) return now;
    const is = sha256(now.value);
    return ok(is === kept ? kept : sha256(utf8ToBytes(`${kept} is kept, the file is ${is}`)));
  };
  return ok({ limits: limits.value, path, digest });
}

/** Orders come from people, one by one: the quota of a tick of the market has no meaning here. */
function writeLimits(
  folder: string,
  path: string,
  instruments: readonly string[],
): Result<void, Fault> {
  const made = makeDirectories(nodeFileSystem, folder);
  if (!made.ok) return made;
  const limits = { ...defaultLimits(instruments), agentOrdersPerTick: null };
  return writeDocument(nodeFileSystem, path, utf8ToBytes(`${canonicalJson(limits)}\n`));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A file that is none, such as a pipe, is refused and not waited for. */
function readBytes(path: string): Result<Uint8Array, Fault> {
  const read = readDocument(nodeFileSystem, path, maxLimitsBytes);
  return read.ok ? read : err({ ...read.fault, code: "limits_unreadable" });
}

const maxLimitsBytes = 1 << 20;
