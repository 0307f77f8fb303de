import { join } from "node:path";
import { isJsonList, type Json, parseJson } from "#base";
import type { JsonRecord } from "../../artifacts/fields.ts";
import { type ManifestUnderCheck, orderManifest } from "../../artifacts/orders/order-manifest.ts";
import { schemaProblems, shorten } from "../../reading/problem.ts";
import { readChunks } from "../../reading/read-chunks.ts";
import { type OrderReport, wholeFile } from "./order-claim.ts";

const file = "run_manifest.json";
const maxBytes = 16 * 1024 * 1024;

/** The manifest of a run of any tier, or null when it says nothing that a claim could rest on. */
export function readOrderManifest(
  directory: string,
  report: OrderReport,
): ManifestUnderCheck | null {
  const read = readText(directory, report);
  if (read === null) return null;
  const checked = orderManifest.safeParse(read.fields);
  if (checked.success) {
    report.count();
    return { ...read, orders: checked.data };
  }
  for (const { detail, field } of schemaProblems(checked.error)) {
    const at = { ...wholeFile(file), ...(field === undefined ? {} : { field }) };
    report.finding("file_malformed", at, detail);
  }
  return null;
}

/** The members of a manifest, of whatever form; null when it is no JSON object. */
export function readManifestFields(directory: string, report: OrderReport): JsonRecord | null {
  return readText(directory, report)?.fields ?? null;
}

type ManifestText = Readonly<{ fields: JsonRecord; text: string }>;

function readText(directory: string, report: OrderReport): ManifestText | null {
  const chunks: Buffer[] = [];
  let held = 0;
  const facts = readChunks(join(directory, file), (chunk) => {
    held += chunk.length;
    if (held <= maxBytes) chunks.push(Buffer.from(chunk));
  });
  const wrong = (detail: string): null => {
    report.finding("file_malformed", wholeFile(file), detail);
    return null;
  };
  if (!facts.ok) return wrong(facts.fault.detail);
  if (held > maxBytes) return wrong(`larger than ${maxBytes} bytes`);
  const text = decode(Buffer.concat(chunks));
  if (text === null) return wrong("bytes are not UTF-8");
  const parsed = parseJson(text);
  if (!parsed.ok) return wrong(shorten(parsed.fault.message));
  const { value } = parsed;
  return isRecord(value) ? { fields: value, text } : wrong("not a JSON object");
}

function isRecord(value: Json): value is JsonRecord {
  return typeof value === "object" && value !== null && !isJsonList(value);
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
