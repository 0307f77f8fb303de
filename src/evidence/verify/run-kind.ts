import { basename, dirname } from "node:path";
import { isJsonList, type Json } from "#base";
import { fullTierFolder } from "../run/layout.ts";
import { createOrderReporter } from "./orders/order-reporter.ts";
import { readManifestFields } from "./orders/read-order-manifest.ts";

/**
 * Which contract judges a run:
 * - world: screening in a simulated world (run-directory.md);
 * - venue: orders at a venue, of either tier (orders.md);
 * - full_offline: a full-tier run in a simulated world (both: its world, and what its tier owes).
 */
export type RunKind = "world" | "venue" | "full_offline";

/**
 * The kind of the run in this directory, by tier and mode of its manifest. Where it does not say
 * both, its name and place may only ask for more: nobody escapes the claims about orders by leaving
 * out that there were any.
 */
export function kindOfRun(directory: string): RunKind {
  const fields = readManifestFields(directory, createOrderReporter("run_kind"));
  const mode = fields?.["mode"];
  const tier = memberOf(fields?.["meta"], "tier");
  if (mode === "okx_demo" || mode === "okx_live") return "venue";
  if (tier === "tier2_full") return mode === "offline" ? "full_offline" : "venue";
  if (tier === "tier1_hf" && mode === "offline") return "world";
  return looksLikeVenue(directory) ? "venue" : "world";
}

function looksLikeVenue(directory: string): boolean {
  const name = basename(directory);
  const isFull =
    /^(?:PROMOTE|AUDIT)_/.test(name) || basename(dirname(directory)) === fullTierFolder;
  return isFull || /_\d{8}T\d{6}Z_[0-9a-f]{8}$/.test(name);
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== "object" || value === null || isJsonList(value)) return undefined;
  return value[key];
}
