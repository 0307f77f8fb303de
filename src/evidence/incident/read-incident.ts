import { join } from "node:path";
import { bytesToUtf8, type Fault, ok, type Result } from "#base";
import { readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { type Chain, readChain } from "./chain.ts";
import type { IncidentFinding } from "./check-bundle.ts";
import type { IncidentPlace } from "./find-incident.ts";
import { incidentFiles } from "./incident-files.ts";
import { documentVersion, readFooter, renderIncident } from "./render-incident.ts";

/** What record and document say, and whether they agree. */
export type ReadIncident = Readonly<{
  chain: Chain;
  document: DocumentState;
  findings: readonly IncidentFinding[];
}>;

/**
 * - current: the document is what the record renders.
 * - behind: it is what an earlier record rendered; a crash came between the two.
 * - missing: it can be made from the record.
 * - altered: it is something else; see the findings.
 */
export type DocumentState = Readonly<{
  state: "current" | "behind" | "missing" | "altered";
  /** Of the record, as the document says: a record is never shorter. */
  acknowledgedBytes: number;
}>;

/**
 * Reads an incident without taking its lock. The document is written after the record, so it is
 * read before it: then it can be older, never newer. Faults: of attemptIo.
 */
export function readIncident(
  fs: FileSystem,
  { id, folder }: IncidentPlace,
): Result<ReadIncident, Fault> {
  const text = readText(fs, join(folder, incidentFiles.document));
  if (!text.ok) return text;
  const bytes = readDocument(fs, join(folder, incidentFiles.record));
  if (!bytes.ok && bytes.fault.code !== "store_missing") return bytes;
  const chain = readChain(bytes.ok ? bytes.value : new Uint8Array(), id);
  if (chain.problem !== null) {
    const { code, line, detail } = chain.problem;
    const findings = [{ code, file: incidentFiles.record, line, detail }];
    return ok({ chain, document: { state: "altered", acknowledgedBytes: 0 }, findings });
  }
  return ok({ chain, ...compareDocument(text.value, chain) });
}

type Comparison = Pick<ReadIncident, "document" | "findings">;

/** The document remembers how far the record had come: an end that is gone shows. */
function compareDocument(text: string | null, { links }: Chain): Comparison {
  if (text === null) {
    return { document: { state: "missing", acknowledgedBytes: 0 }, findings: [] };
  }
  const footer = readFooter(text);
  if (footer === null) return altered("document_altered", "has no last line of ours");
  const { entries, head, bytes, version } = footer;
  if (entries > links.length) {
    const detail = `holds ${links.length} entries, but ${incidentFiles.document} names ${entries}`;
    return altered("record_shortened", detail);
  }
  const last = links[entries - 1];
  if (last?.sha256 !== head || last.end !== bytes) {
    const detail = `entry ${entries - 1} is not the one that ${incidentFiles.document} names`;
    return altered("record_replaced", detail);
  }
  if (version === documentVersion && renderIncident(links.slice(0, entries)) !== text) {
    return altered("document_altered", "is not what the record renders; move it away");
  }
  const state = entries === links.length && version === documentVersion ? "current" : "behind";
  return { document: { state, acknowledgedBytes: bytes }, findings: [] };
}

function altered(code: string, detail: string): Comparison {
  const file = code === "document_altered" ? incidentFiles.document : incidentFiles.record;
  return {
    document: { state: "altered", acknowledgedBytes: 0 },
    findings: [{ code, file, line: null, detail }],
  };
}

/** Null where there is none; bytes that are no text are an altered document. */
function readText(fs: FileSystem, path: string): Result<string | null, Fault> {
  const bytes = readDocument(fs, path);
  if (!bytes.ok) return bytes.fault.code === "store_missing" ? ok(null) : bytes;
  const text = bytesToUtf8(bytes.value);
  return ok(text.ok ? text.value : "");
}
