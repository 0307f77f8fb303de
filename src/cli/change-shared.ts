import { resolve } from "node:path";
import {
  type Challenge,
  type ChangeRecord,
  maxChangeBytes,
  parseChallenge,
  parseChange,
} from "#arming";
import { err, type Fault, millisFromIso, ok, type Result } from "#base";
import { nodeFileSystem, readDocument } from "#evidence";

/** A change as it lies in a file, with the very bytes that are signed. */
export type ChangeFile = Readonly<{ path: string; bytes: Uint8Array; change: ChangeRecord }>;

/** Faults: change_malformed, those of reading. */
export function readChangeFile(path: string): Result<ChangeFile, Fault> {
  const bytes = readWhole(path, maxChangeBytes);
  if (!bytes.ok) return bytes;
  const change = parseChange(bytes.value);
  if (!change.ok) return err({ ...change.fault, at: path });
  return ok({ path, bytes: bytes.value, change: change.value });
}

const maxInputBytes = 16 << 20;

export function readWhole(
  path: string,
  maxBytes: number = maxInputBytes,
): Result<Uint8Array, Fault> {
  return readDocument(nodeFileSystem, resolve(path), maxBytes);
}

/** Faults: challenge_malformed, those of reading. */
export function readChallengeFile(path: string): Result<Challenge, Fault> {
  const bytes = readWhole(path);
  if (!bytes.ok) return bytes;
  const challenge = parseChallenge(bytes.value);
  return challenge.ok ? challenge : err({ ...challenge.fault, at: path });
}

/** `NAME=FILE`, each read; one name once. Fault: option_unfit, those of reading. */
export function readNamedFiles(
  option: string,
  texts: readonly string[],
): Result<ReadonlyMap<string, Uint8Array>, Fault> {
  const files = new Map<string, Uint8Array>();
  for (const text of texts) {
    const [, name = "", path = ""] = /^([a-z_]+)=(.+)$/.exec(text) ?? [];
    if (name === "" || files.has(name)) {
      const message = `expected NAME=FILE, each name once, not ${JSON.stringify(text)}`;
      return err({ code: "option_unfit", message, at: option });
    }
    const bytes = readWhole(path);
    if (!bytes.ok) return bytes;
    files.set(name, bytes.value);
  }
  return ok(files);
}

/** A UTC time, or now where none is given. Fault: option_unfit. */
export function timeOrNow(option: string, text: string | undefined): Result<number, Fault> {
  if (text === undefined) return ok(Date.now());
  const millis = millisFromIso(text);
  if (millis.ok) return millis;
  const message = `expected a time like 2026-01-02T03:04:05Z, not ${JSON.stringify(text)}`;
  return err({ code: "option_unfit", message, at: option });
}
