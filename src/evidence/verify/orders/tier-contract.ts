import { lstatSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isKnownOrReasoned } from "../../artifacts/orders/order-manifest.ts";
import { runFolders } from "../../run/layout.ts";
import { type OrderClaim, type OrderReport, type OrderRun, wholeFile } from "./order-claim.ts";
import { contractOf, type OrderContract } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * Two tiers (seeds/001 5.1): the name of a run, its tag and its root say the same tier, and it
 * holds what its tier and mode owe. A file that is owed and absent is a finding here and in every
 * claim that reads it.
 */
export const tierContract: OrderClaim<never> = {
  id: "tier_contract",
  clause: "docs/contracts/orders.md#tier-contract",
  reads: [],
  start: (run, report) => ({
    on: {},
    end(): void {
      const contract = contractOf(run.manifest.orders);
      checkName(run, contract, report);
      checkFields(run, contract, report);
      checkFiles(run, contract, report);
    },
  }),
};

const manifestFile = "run_manifest.json";

function checkName(run: OrderRun, contract: OrderContract, report: OrderReport): void {
  const { run_id: id, meta } = run.manifest.orders;
  const at = { ...wholeFile(manifestFile), field: "run_id" };
  report.count(3);
  if (!contract.prefixes.some((prefix) => id.startsWith(prefix))) {
    const detail = `${meta.tier} is ${contract.prefixes.join(" or ")}, not ${id}`;
    report.finding("tier_prefix_differs", at, detail);
  }
  const folder = basename(dirname(run.directory));
  // A copy that somebody was given lies anywhere, and that says nothing of its tier.
  if (folder !== contract.folder && runFolders.includes(folder)) {
    const detail = `${meta.tier} lies in ${contract.folder}/, not in ${folder}/`;
    report.finding("tier_root_differs", at, detail);
  }
  if (basename(run.directory) !== id) {
    report.finding("tier_directory_differs", at, `lies in ${basename(run.directory)}`);
  }
}

function checkFields(run: OrderRun, contract: OrderContract, report: OrderReport): void {
  const { fields } = run.manifest;
  for (const field of contract.manifestFields) {
    report.count();
    if (isKnownOrReasoned(fields, field)) continue;
    const at = { ...wholeFile(manifestFile), field };
    report.finding("manifest_field_missing", at, "is neither known nor null beside a reason");
  }
}

function checkFiles(run: OrderRun, contract: OrderContract, report: OrderReport): void {
  for (const artifact of contract.artifacts) {
    report.count();
    const file = orderFileNames[artifact];
    if (!isThere(join(run.directory, file))) missing(file, run, report);
  }
  const named = ["execution_alignment_report_path", "execution_raw_samples_path"]
    .filter((field) => contract.manifestFields.includes(field))
    .map((field) => run.manifest.fields[field])
    .filter((path) => typeof path === "string");
  for (const file of [...contract.files, ...named]) {
    report.count();
    const inside = !file.includes("..") && !file.startsWith("/");
    if (!inside || !isThere(join(run.directory, file))) missing(file, run, report);
  }
}

function missing(file: string, run: OrderRun, report: OrderReport): void {
  const { meta, mode } = run.manifest.orders;
  report.finding("file_owed", wholeFile(file), `a ${meta.tier} run in ${mode} must have it`);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
