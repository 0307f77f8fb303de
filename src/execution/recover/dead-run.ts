import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { err, type Fault, millisFromIso, ok, parseJson, type Result } from "#base";
import type { ExecutionDocuments } from "#evidence";
import type { VenueRunConfig } from "../run/run-config.ts";
import { readRecordedConfig } from "./read-config.ts";
import { readText } from "./read-lines.ts";

export type RunManifest = ExecutionDocuments["run_manifest"];

/** A run whose directory has no seal, as far as its manifest tells. */
export type DeadRun = Readonly<{
  runId: string;
  directory: string;
  manifest: RunManifest;
  config: VenueRunConfig;
  startedMs: number;
  /** The manifest has its end: all files are closed, and nothing but the seal may be missing. */
  isEnded: boolean;
  /** The newest time on any line. */
  lastMs: number;
}>;

/**
 * Reads what a run was. Faults: run_never_began (no manifest, so it never asked a venue for
 * anything that changes it), recorded_damaged, recorded_unreadable, recorded_config_unknown,
 * run_mode_unsupported.
 */
export function readDeadRun(directory: string): Result<DeadRun, Fault> {
  const path = join(directory, "run_manifest.json");
  const text = readText(path);
  if (!text.ok) return text;
  if (text.value === null) {
    const message = existsSync(directory)
      ? "it has no manifest: it ended before it could send anything, and there is nothing to end"
      : "there is no such run";
    return err({ code: "run_never_began", message, at: directory });
  }
  const json = parseJson(text.value);
  const read = json.ok ? manifestView.safeParse(json.value) : null;
  const started = read?.success === true ? millisFromIso(read.data.start_time) : null;
  if (!json.ok || read?.success !== true || started?.ok !== true) {
    const message = "its manifest cannot be read: reconcile this run by hand";
    return err({ code: "recorded_damaged", message, at: path });
  }
  const { run_id: runId, status, mode } = read.data;
  if (runId !== basename(directory)) {
    const message = `its manifest is that of ${runId}`;
    return err({ code: "recorded_damaged", message, at: path });
  }
  if (mode !== "okx_demo") {
    const message = `runs of mode ${mode} are not ended from here`;
    return err({ code: "run_mode_unsupported", message, at: path });
  }
  // Checked as far as it is used here; the run wrote it through the schema of #evidence.
  const manifest = json.value as unknown as RunManifest;
  const config = readRecordedConfig(manifest);
  if (!config.ok) return config;
  const lastMs = newestMs(directory, started.value);
  if (!lastMs.ok) return lastMs;
  return ok({
    runId,
    directory,
    manifest,
    config: config.value,
    startedMs: started.value,
    isEnded: status !== "running" && status !== "aborted",
    lastMs: lastMs.value,
  });
}

const text = z.string();
const textOrNull = text.nullable();

const manifestView = z.looseObject({
  run_id: text,
  status: text,
  mode: text,
  start_time: text,
  config: z.record(text, z.unknown()),
  config_hash: text,
  core_hash: text,
  venue_address: text,
  account_id_hash: text,
  account_mode: z.looseObject({
    pos_mode: text,
    account_level: text,
    leverage: textOrNull,
  }),
  genome_schema_version: text,
  pool_namespace: text,
  genome_snapshot: z.looseObject({
    snapshot_id: text,
    sha256: text,
    records: z.int(),
    genes: z.int(),
    authenticity: text,
    authenticity_reason: textOrNull,
  }),
});

/** Lines of a file never go back in time, so the last one of each is its newest. */
function newestMs(directory: string, startedMs: number): Result<number, Fault> {
  let newest = startedMs;
  for (const name of readdirSync(directory).filter((each) => each.endsWith(".jsonl"))) {
    const read = readText(join(directory, name));
    if (!read.ok) return read;
    const last = (read.value ?? "").split("\n").at(-2) ?? "";
    const [, iso = ""] = /"ts_utc":"([^"]*)"/.exec(last) ?? [];
    const ms = millisFromIso(iso);
    if (ms.ok) newest = Math.max(newest, ms.value);
  }
  return ok(newest);
}
