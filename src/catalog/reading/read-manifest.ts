import { z } from "zod";
import { type Fault, ok, type Result } from "#base";
import type { RunManifest } from "#evidence";
import { maybe, shortText, whole } from "../files/parse-shape.ts";
import { readDocument } from "../files/read-document.ts";
import type { RunRow } from "../tables/run-rows.ts";
import type { SummaryPart } from "./read-summary.ts";
import type { VerdictPart } from "./read-verdict.ts";

/** The columns of a run that its manifest fills. */
export type ManifestPart = Omit<
  RunRow,
  keyof SummaryPart | keyof VerdictPart | "directory" | "sealed"
>;

export type ReadManifest = Readonly<{
  part: ManifestPart;
  /** Whether the run owes a survivor file; one at a venue says who lives in its summary. */
  hasSurvivorFile: boolean;
}>;

/** Reads what the index takes from the manifest of a run of any tier. */
export function readManifest(path: string, at: string): Result<ReadManifest, Fault> {
  const read = readDocument(path, manifestShape, at);
  if (!read.ok) return read;
  const { value: manifest, sha256 } = read.value;
  const { meta, dataset, instrument, symbol_in_use, window, kernel, ...plain } = manifest;
  const { internal_collapse_detected: detected, ...rest } = plain;
  const { internal_collapse_reason, internal_collapse_time, ...columns } = rest;
  const part: ManifestPart = {
    ...columns,
    tier: meta.tier,
    dataset_id: dataset?.dataset_id ?? null,
    dataset_name: dataset?.name ?? null,
    instrument: instrument?.id ?? symbol_in_use,
    window_name: window?.name ?? null,
    window_start_index: window?.start_index ?? null,
    window_len: window?.len ?? null,
    window_start_utc: window?.start_utc ?? null,
    window_end_utc: window?.end_utc ?? null,
    kernel: kernel?.id ?? null,
    collapse_detected: detected === null ? null : Number(detected),
    collapse_reason: internal_collapse_reason,
    collapse_time: internal_collapse_time,
    manifest_sha256: sha256,
  };
  return ok({ part, hasSurvivorFile: meta.contract !== "orders/1" });
}

const text = maybe(shortText);
const number = maybe(whole);

/** A name that the evidence no longer has is a compile error here. */
const manifestShape = z.object({
  run_id: shortText,
  meta: z.object({ tier: shortText, contract: text }),
  status: shortText,
  status_detail: text,
  mode: text,
  seed: number,
  dataset: maybe(z.object({ dataset_id: text, name: text })),
  instrument: maybe(z.object({ id: text })),
  symbol_in_use: text,
  window: maybe(
    z.object({ name: text, start_index: number, len: number, start_utc: text, end_utc: text }),
  ),
  config_hash: text,
  core_hash: text,
  genome_schema_version: text,
  feature_contract_version: text,
  kernel: maybe(z.object({ id: text })),
  git_commit: text,
  package_version: text,
  start_time: text,
  end_time: text,
  internal_collapse_detected: maybe(z.boolean()),
  internal_collapse_reason: text,
  internal_collapse_time: text,
} satisfies Partial<Record<keyof RunManifest, z.ZodType>>);
