import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { joinTrail, type TrailManifest, type TrailRoster } from "./join-trail.ts";
import type { RunTrail } from "./trail.ts";
import { type TrailFile, type TrailFiles, trailLines } from "./trail-lines.ts";

const manifestForm: z.ZodType<TrailManifest> = z.object({
  run_id: z.string(),
  mode: z.string(),
  symbol_in_use: z.string(),
});

const rosterForm: z.ZodType<Readonly<{ agents: TrailRoster }>> = z.object({
  agents: z.array(
    z.object({ agent_id: z.string(), agent_id_hash: z.string(), gene_id: z.string() }),
  ),
});

/** No file of a run that a comparison holds in memory is larger. */
const maxBytes = 512 << 20;

/** Files that runs of other makers may lack: without them some causes cannot be told apart. */
const optional: ReadonlySet<TrailFile> = new Set([
  "e_probes",
  "market_bars",
  "agent_states",
  "price_reference_snapshots",
  "orderbook_snapshots",
]);

/**
 * Reads what a venue run left behind. Faults: run_unreadable (no manifest), run_not_venue,
 * evidence_malformed (file and line), evidence_missing, evidence_too_large.
 */
export function readTrail(directory: string): Result<RunTrail, Fault> {
  const manifest = readDocument(directory, "run_manifest.json", manifestForm);
  if (!manifest.ok) return manifest;
  const { mode } = manifest.value;
  if (mode !== "okx_demo" && mode !== "okx_live") {
    const message = `${basename(directory)} ran ${mode}; only runs at a venue have orders`;
    return err({ code: "run_not_venue", message, at: directory });
  }
  const agents = readDocument(directory, "agent_roster.json", rosterForm);
  if (!agents.ok) return agents;
  const files: Partial<Record<TrailFile, readonly unknown[]>> = {};
  for (const file of Object.keys(trailLines) as TrailFile[]) {
    const lines = readLines(directory, file);
    if (!lines.ok) return lines;
    files[file] = lines.value;
  }
  return ok(joinTrail(manifest.value, agents.value.agents, files as unknown as TrailFiles));
}

function readLines(directory: string, file: TrailFile): Result<readonly unknown[], Fault> {
  const name = `${file}.jsonl`;
  const text = readText(directory, name);
  if (!text.ok) {
    const excused = text.fault.code === "evidence_missing" && optional.has(file);
    return excused ? ok([]) : text;
  }
  const schema: z.ZodType = trailLines[file];
  const lines: unknown[] = [];
  for (const [index, line] of text.value.split("\n").slice(0, -1).entries()) {
    const parsed = schema.safeParse(parseOrNull(line));
    if (!parsed.success) return malformed(directory, name, index + 1, parsed.error);
    lines.push(parsed.data);
  }
  return ok(lines);
}

function readDocument<T>(directory: string, name: string, schema: z.ZodType<T>): Result<T, Fault> {
  const text = readText(directory, name);
  if (!text.ok) return text;
  const parsed = schema.safeParse(parseOrNull(text.value));
  return parsed.success ? ok(parsed.data) : malformed(directory, name, null, parsed.error);
}

function malformed(
  directory: string,
  name: string,
  line: number | null,
  error: z.ZodError,
): Result<never, Fault> {
  const issue = error.issues[0];
  const at = `${join(directory, name)}${line === null ? "" : `:${line}`}`;
  const message = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not of its form"}`;
  return err({ code: "evidence_malformed", message, at });
}

function readText(directory: string, name: string): Result<string, Fault> {
  const path = join(directory, name);
  try {
    const { size } = statSync(path);
    if (size > maxBytes) {
      const message = `larger than ${maxBytes} bytes: compare shorter runs`;
      return err({ code: "evidence_too_large", message, at: path });
    }
    return ok(readFileSync(path, "utf8"));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : null;
    if (code === null) throw cause;
    const message = code === "ENOENT" ? "is not there" : `cannot be read (${code})`;
    const missing = name === "run_manifest.json" ? "run_unreadable" : "evidence_missing";
    return err({ code: missing, message, at: path });
  }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
