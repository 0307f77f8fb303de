import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  bytesToUtf8,
  canonicalJson,
  type Fault,
  isJsonList,
  type Json,
  parseJson,
  type Result,
  utf8ToBytes,
} from "#base";
import { nodeFileSystem, readDocument, writeDocument } from "#evidence";
import type { RosterName } from "#protocol";
import { findRosterName } from "./service-product.ts";

const schema = "assay.up/1";

/** Where the services of a running `assay up` answer: for other commands, while it runs. */
export type UpDocument = Readonly<{ pid: number; urls: ReadonlyMap<RosterName, string> }>;

/** Faults: of writing. */
export function writeUpDocument(root: string, { pid, urls }: UpDocument): Result<void, Fault> {
  const document = { schema, pid, urls: Object.fromEntries(urls) };
  return writeDocument(nodeFileSystem, pathOf(root), utf8ToBytes(`${canonicalJson(document)}\n`));
}

export function removeUpDocument(root: string): void {
  rmSync(pathOf(root), { force: true });
}

/** Null when no `assay up` runs on this root; one that was killed has left its document behind. */
export function readUpDocument(root: string): UpDocument | null {
  const bytes = readDocument(nodeFileSystem, pathOf(root), 65_536);
  const text = bytes.ok ? bytesToUtf8(bytes.value) : bytes;
  const parsed = text.ok ? parseJson(text.value) : text;
  const fields = parsed.ok ? fieldsOf(parsed.value) : new Map<string, Json>();
  const pid = fields.get("pid");
  if (fields.get("schema") !== schema || typeof pid !== "number" || !isAlive(pid)) return null;
  const urls = [...fieldsOf(fields.get("urls") ?? null)].flatMap(([word, url]) => {
    const name = findRosterName(word);
    return name === null || typeof url !== "string" ? [] : [[name, url] as const];
  });
  return { pid, urls: new Map(urls) };
}

function pathOf(root: string): string {
  return join(root, "mesh", "up.json");
}

function fieldsOf(value: Json): ReadonlyMap<string, Json> {
  if (typeof value !== "object" || value === null || isJsonList(value)) return new Map();
  return new Map(Object.entries(value));
}

/** A process of another user is alive too. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}
