import { type VenueManifest, venueManifest } from "../../artifacts/execution/venue-manifest.ts";
import type { JsonRecord } from "../../artifacts/fields.ts";
import { schemaProblems } from "../../reading/problem.ts";
import { type OrderReport, wholeFile } from "./order-claim.ts";

export const manifestFile = "run_manifest.json";

/** The members of a manifest as those of a venue run; null, and findings, when they are none. */
export function readVenueManifest(fields: JsonRecord, report: OrderReport): VenueManifest | null {
  const checked = venueManifest.safeParse(fields);
  if (!checked.success) {
    for (const { detail, field } of schemaProblems(checked.error, undefined, fields)) {
      const at = { ...wholeFile(manifestFile), ...(field === undefined ? {} : { field }) };
      report.finding("manifest_form_wrong", at, detail);
    }
    return null;
  }
  if (JSON.stringify(checked.data) !== JSON.stringify(fields)) {
    const detail = "its keys are not in the order of the contract";
    report.finding("manifest_form_wrong", wholeFile(manifestFile), detail);
  }
  return checked.data;
}
