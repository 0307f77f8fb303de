import { canonicalJson, type Json } from "#base";
import { findGenomeSchema } from "#core";
import type { VenueManifest } from "../../artifacts/execution/venue-manifest.ts";
import type { JsonRecord } from "../../artifacts/fields.ts";
import type { ManifestUnderCheck } from "../../artifacts/orders/order-manifest.ts";
import { sha256 } from "../../run/identity.ts";
import type { OrderCode } from "./codes.ts";
import { type OrderClaim, type OrderReport, type OrderRun, wholeFile } from "./order-claim.ts";
import { contractOf, withoutVenue } from "./order-contract.ts";
import { manifestFile, readVenueManifest } from "./venue-manifest-form.ts";

/**
 * The manifest of a venue run says all that seeds/001 4.3, 5 and 7.1 ask for, in one form, and
 * what it says of itself follows from it: its hashes, its name, its place, its collapse.
 */
export const venueManifestClaim: OrderClaim<"roster_head" | "preflight"> = {
  id: "venue_manifest",
  clause: "docs/contracts/orders.md#venue-manifest",
  reads: [],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const manifest = readForm(run.manifest, report);
    if (manifest === null) return { on: {}, end: () => {} };
    const same = createComparison(report);
    return {
      on: {
        roster_head(head): void {
          for (const field of rosterFields) same(field, manifest[field], head[field], "the roster");
        },
        preflight({ inst_id }): void {
          same("symbol_in_use", manifest.symbol_in_use, inst_id, "the preflight");
        },
      },
      end(): void {
        checkReasons(run.manifest.fields, report);
        checkIdentity(manifest, run, same);
        checkEnd(manifest, report);
      },
    };
  },
};

const file = manifestFile;

const rosterFields = [
  "genome_schema_version",
  "feature_contract_version",
  "feature_dimension",
] as const;

function readForm({ fields, text }: ManifestUnderCheck, report: OrderReport): VenueManifest | null {
  report.count();
  const manifest = readVenueManifest(fields, report);
  if (manifest !== null && text !== `${JSON.stringify(fields, null, 2)}\n`) {
    const detail = "not the canonical text of its value (two spaces, one line end)";
    report.finding("manifest_form_wrong", wholeFile(file), detail);
  }
  return manifest;
}

type Plain = string | number | boolean;
type Compare = (field: string, said: Plain, due: Plain, source: string) => void;

function createComparison(report: OrderReport): Compare {
  return (field, said, due, source) => {
    report.count();
    if (said === due) return;
    const at = { ...wholeFile(file), field };
    report.finding("manifest_identity_differs", at, `${said} there, ${due} by ${source}`);
  };
}

/** `x` is null exactly when `x_reason` says why. */
function checkReasons(record: JsonRecord, report: OrderReport): void {
  for (const [key, value] of Object.entries(record)) {
    const reasonKey = `${key}_reason`;
    if (!Object.hasOwn(record, reasonKey)) continue;
    report.count();
    if ((value === null) === (record[reasonKey] !== null)) continue;
    const at = { ...wholeFile(file), field: reasonKey };
    report.finding("manifest_reason_missing", at, `${key} is null exactly when this says why`);
  }
}

function checkIdentity(
  manifest: VenueManifest,
  { manifest: whole }: OrderRun,
  same: Compare,
): void {
  const { run_id: id, mode } = whole.orders;
  same("config_hash", manifest.config_hash, hashOf(manifest.config), "its config");
  const parts = {
    config_hash: manifest.config_hash,
    core_hash: manifest.core_hash,
    inst_id: manifest.symbol_in_use,
    mode,
    snapshot_id: manifest.genome_snapshot.snapshot_id,
  };
  const [, named = ""] = id.split("_");
  same("run_id", named, hashOf(parts).slice(0, 16), "its config, core, snapshot and instrument");
  const folder = contractOf(whole.orders).folder;
  same("results_dir", manifest.results_dir, `${folder}/${id}`, "its tier and name");
  same("env", manifest.env, mode, "its mode");
  const schema = findGenomeSchema(manifest.genome_schema_version);
  same("genome_schema_version", schema !== null, true, "the genome registry");
  if (schema === null) return;
  const { feature_contract_version: contract, feature_dimension: dimension } = schema;
  same("feature_contract_version", manifest.feature_contract_version, contract, "the registry");
  same("feature_dimension", manifest.feature_dimension, dimension, "the registry");
}

function hashOf(value: Json): string {
  return sha256(canonicalJson(value));
}

function checkEnd(manifest: VenueManifest, report: OrderReport): void {
  const finding = (code: OrderCode, field: string, detail: string): void =>
    report.finding(code, { ...wholeFile(file), field }, detail);
  report.count(3);
  const { status, end_time: end, start_time: start } = manifest;
  if (status === "running") finding("manifest_not_ended", "status", "running, and it was sealed");
  else if (end === null) finding("manifest_not_ended", "end_time", "the run has no end");
  else if (end < start) finding("manifest_not_ended", "end_time", `${end}, begun at ${start}`);

  const { internal_collapse_reason: why, internal_collapse_time: when } = manifest;
  const seconds = manifest.time_to_first_internal_collapse_seconds;
  const said = manifest.internal_collapse_detected;
  const agrees = [why, when, seconds].every((part) => (part !== null) === said);
  if (!agrees) {
    const detail = `detected is ${said}, the reason ${why}, the time ${when} after ${seconds} s`;
    finding("manifest_collapse_contradicts", "internal_collapse_detected", detail);
  } else if (seconds !== null && seconds < 0) {
    const detail = `${seconds} s after the start`;
    finding("manifest_collapse_contradicts", "time_to_first_internal_collapse_seconds", detail);
  }
}
