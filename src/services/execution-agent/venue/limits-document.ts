import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, err, type Fault, ok, parseJson, type Result, utf8ToBytes } from "#base";
import { makeDirectories, nodeFileSystem, writeDocument } from "#evidence";
import { type BrokerLimits, defaultLimits, readLimits } from "#venues";

/** The limits that the broker keeps, and the file that people look at before they sign. */
export type LimitsDocument = Readonly<{
  limits: BrokerLimits;
  path: string;
  /** Of the file as it is now; another than at the start ends a lease. */
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
  const parsed = parseJson(bytes.value.toString("utf8"));
  if (!parsed.ok) return err({ ...parsed.fault, code: "limits_malformed", at: path });
  const limits = readLimits(parsed.value);
  if (!limits.ok) return err({ ...limits.fault, at: `${path}: ${limits.fault.at ?? ""}` });
  const digest = (): Result<string, Fault> => {
    const now = readBytes(path);
    return now.ok ? ok(createHash("sha256").update(now.value).digest("hex")) : now;
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

function readBytes(path: string): Result<Buffer, Fault> {
  try {
    return ok(readFileSync(path));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    const message = `the limits cannot be read (${code})`;
    return err({ code: "limits_unreadable", message, at: path });
  }
}
