import { lstatSync } from "node:fs";
import { basename, join } from "node:path";
import { type Fault, ok, type Result } from "#base";
import type { ManifestUnderCheck } from "../artifacts/orders/order-manifest.ts";
import type { ClaimVerdict, Verdict } from "../artifacts/verdict.ts";
import { shorten } from "../reading/problem.ts";
import type { FileFacts } from "../reading/read-chunks.ts";
import { sumsFileName } from "../run/file-names.ts";
import { type Evidence, judge, overallOf } from "./judge.ts";
import { detachedFoldersOf } from "./orders/order-contract.ts";
import { createOrderReporter } from "./orders/order-reporter.ts";
import { readOrderManifest } from "./orders/read-order-manifest.ts";
import { orderFilesClaim, verifyOrders } from "./orders/verify-orders.ts";
import { createReporter } from "./reporter.ts";
import { answered } from "./required-claims.ts";
import { isNamedIn, retainedOut } from "./retained-out.ts";
import { hasPartOfSeal, type SealContext, sealEvidence } from "./seal-claims.ts";
import { checkSums, sumsClaim } from "./sums.ts";

/**
 * Checks a run that sent orders to a venue, of either tier: whole, sealed, and every claim about
 * its orders, in one verdict. Fault: run_not_found, when it vanished meanwhile.
 */
export function verifyVenueRun(
  directory: string,
  { root, trust }: Pick<SealContext, "root" | "trust">,
): Result<Verdict, Fault> {
  const manifest = readOrderManifest(directory, createOrderReporter(orderFilesClaim.id));
  const subject: Subject = { directory, manifest };
  if (!hasSums(directory) && !hasPartOfSeal(directory)) return ok(unsealedVerdict(subject));
  const retained = retainedOut(root, manifest?.orders.run_id ?? "", trust);
  const known = new Map<string, FileFacts>();
  const orders = verifyOrders(directory, {
    retained,
    onFile: (name, facts) => void known.set(name, facts),
  });
  if (!orders.ok) return orders;
  const sums = sumsEvidence(subject, known);
  const seal =
    manifest === null
      ? []
      : sealEvidence(
          { directory, name: basename(directory), manifest: manifest.orders },
          { root, trust, known, isRetainedOut: isNamedIn(retained) },
        );
  const logs = [sums, ...seal].map(({ log }) => log);
  const findings = [...logs.flatMap((log) => log.findings), ...orders.value.findings];
  const hidden = logs.reduce((sum, { total, findings: kept }) => sum + total - kept.length, 0);
  const answers = [...judge([sums]), ...orders.value.claims, ...judge(seal)];
  return ok({
    ...headOf(subject, answered("venue", answers, "manifest_unreadable")),
    sealed: true,
    findings,
    gaps: orders.value.gaps,
    findings_left_out: hidden + orders.value.left_out,
    records_read: orders.value.records_read,
  });
}

function hasSums(directory: string): boolean {
  return lstatSync(join(directory, sumsFileName), { throwIfNoEntry: false }) !== undefined;
}

type Subject = Readonly<{
  directory: string;
  manifest: ManifestUnderCheck | null;
}>;

function sumsEvidence(
  { directory, manifest }: Subject,
  known: ReadonlyMap<string, FileFacts>,
): Evidence {
  const report = createReporter(sumsClaim.id, "");
  const detached = manifest === null ? [] : detachedFoldersOf(manifest.orders);
  checkSums({ directory, known, required: null, detached }, report);
  const log = report.log();
  return { ...sumsClaim, log, notApplicable: null, notMeasurable: null, emptinessProvenBy: null };
}

type Head = Pick<
  Verdict,
  "schema_version" | "run_id" | "run_directory" | "tier" | "mode" | "verdict" | "reasons" | "claims"
>;

function headOf({ directory, manifest }: Subject, claims: readonly ClaimVerdict[]): Head {
  const name = shorten(basename(directory));
  return {
    schema_version: "verdict/2",
    run_id: manifest?.orders.run_id ?? name,
    run_directory: name,
    tier: manifest?.orders.meta.tier ?? null,
    mode: manifest?.orders.mode ?? null,
    ...overallOf(claims),
    claims,
  };
}

/** Nothing is said of a run that was never finished. */
function unsealedVerdict(subject: Subject): Verdict {
  const status = subject.manifest?.fields["status"];
  const why = typeof status === "string" ? `run_unsealed (${shorten(status)})` : "run_unsealed";
  return {
    ...headOf(subject, answered("venue", [], why)),
    sealed: false,
    findings: [],
    gaps: [],
    findings_left_out: 0,
    records_read: 0,
  };
}
