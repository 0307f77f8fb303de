import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { RunManifest } from "../artifacts/run-manifest.ts";
import type { Verdict } from "../artifacts/verdict.ts";
import { shorten } from "../reading/problem.ts";
import type { FileFacts } from "../reading/read-chunks.ts";
import { sumsFileName } from "../run/file-names.ts";
import { systemCode } from "../store/io-fault.ts";
import type { Claim, RunUnderCheck } from "./claim.ts";
import { recordClaims } from "./claims.ts";
import { contractClaims } from "./contracts.ts";
import { type Evidence, judge, overallOf } from "./judge.ts";
import { looksLikeRun, whyNoRun } from "./looks-like-run.ts";
import { verifyOrders } from "./orders/verify-orders.ts";
import { checkPoolLines, poolLinesClaim, whyNoPool } from "./pool-lines.ts";
import { populationBalance } from "./population-balance.ts";
import { isExpected, type PassResult, readManifestFirst, readWholeRun } from "./read-run.ts";
import { artifactByKind, artifactNames } from "./records.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { answered, requiredClaims } from "./required-claims.ts";
import { fileNameOf } from "./run-files.ts";
import { kindOfRun, type RunKind } from "./run-kind.ts";
import type { RunTrust } from "./run-trust.ts";
import { hasPartOfSeal, sealEvidence } from "./seal-claims.ts";
import { checkSums, sumsClaim } from "./sums.ts";
import { type HashThread, HashThreadLost } from "./threads/hash-thread.ts";
import { hashThreadFor } from "./threads/hash-thread-for.ts";
import { verifyVenueRun } from "./verify-venue-run.ts";

export type VerifyOptions = Readonly<{
  /** The installation the run belongs to, for its pool; null = the run alone. */
  root: string | null;
  /** Whom to trust with seals; absent or null = integrity alone, and the verdict says so. */
  trust?: RunTrust | null;
  /** From which size on a run is hashed by a thread of its own; for tests. */
  threadsFromBytes?: number;
}>;

/**
 * Checks everything a run claims, reading files only; its tier and mode say what it has to answer.
 * Whatever the files hold, there is a verdict; faults say that there is no directory to judge:
 * run_missing, run_not_directory, run_unreadable, run_not_found, no_run_here.
 */
export function verifyRun(directory: string, options: VerifyOptions): Result<Verdict, Fault> {
  const found = findDirectory(directory);
  if (!found.ok) return found;
  const kind = kindOfRun(found.value);
  if (kind === "world") return ok(verifyWorldRun(found.value, kind, options));
  if (kind === "full_offline") return verifyFullOffline(found.value, options);
  return verifyVenueRun(found.value, { root: options.root, trust: options.trust ?? null });
}

/** A world of the full tier: what it records as a screening run does, and what its tier owes. */
function verifyFullOffline(path: string, options: VerifyOptions): Result<Verdict, Fault> {
  const world = verifyWorldRun(path, "full_offline", options);
  if (!world.sealed) return ok(world);
  const orders = verifyOrders(path);
  if (!orders.ok) return orders;
  const answers = [...world.claims, ...orders.value.claims];
  const claims = answered("full_offline", answers, "manifest_unreadable");
  return ok({
    ...world,
    ...overallOf(claims),
    claims,
    findings: [...world.findings, ...orders.value.findings],
    gaps: orders.value.gaps,
    findings_left_out: world.findings_left_out + orders.value.left_out,
  });
}

function verifyWorldRun(path: string, kind: WorldKind, options: VerifyOptions): Verdict {
  const manifestReport = createReporter("contract_run_manifest", "");
  const { manifest, facts } = readManifestFirst(path, manifestReport);
  const known = new Map<string, FileFacts>();
  if (facts !== null) known.set(fileNameOf("run_manifest", ""), facts);

  // Without its sums a run was never finished; beside a part of a seal they were taken away.
  if (isAbsent(join(path, sumsFileName)) && !hasPartOfSeal(path)) {
    const why = manifest === null ? "run_unsealed" : `run_unsealed (${manifest.status})`;
    return verdictOf(path, manifest, notMeasured(kind, why, []), null);
  }
  if (manifest === null) {
    const sums = createReporter(sumsClaim.id, "");
    checkSums({ directory: path, known, required: null }, sums);
    const seen = [manifestReport, sums];
    return verdictOf(path, null, notMeasured(kind, "manifest_unreadable", seen), known.size);
  }
  const run: RunUnderCheck = { directory: path, name: basename(path), manifest };
  return verifySealed(run, options, { kind, manifestReport, known });
}

/** Runs of a simulated world. */
type WorldKind = Exclude<RunKind, "venue">;

type First = Readonly<{ kind: WorldKind; manifestReport: Reporter; known: Map<string, FileFacts> }>;

function verifySealed(
  run: RunUnderCheck,
  { root, trust = null, threadsFromBytes }: VerifyOptions,
  { kind, manifestReport, known }: First,
): Verdict {
  const { directory, manifest } = run;
  const hashing = hashThreadFor(run, threadsFromBytes);
  const beside = hashing === null ? null : judgeBeside(hashing, run, manifestReport);
  const { started, pass } = beside ?? judgeRecords(run, manifestReport);

  const sums = createReporter(sumsClaim.id, manifest.run_id);
  const expected = artifactNames.filter((artifact) => isExpected(artifact, manifest));
  const required = expected.map((artifact) => fileNameOf(artifact, manifest.run_id));
  const read = new Map([...known, ...pass.facts]);
  checkSums({ directory, known: read, required }, sums);
  const evidence: Evidence[] = [
    evidenceOf(sumsClaim, sums),
    ...contractEvidence(pass),
    ...started.map(({ claim, why, report }) => ({
      ...evidenceOf(claim, report),
      notApplicable: why,
      notMeasurable: missingFile(claim, pass),
      emptinessProvenBy: claim.emptinessProvenBy ?? null,
    })),
    ...(kind === "world" ? [poolEvidence(run, root)] : []),
    ...sealEvidence(run, { root, trust, known: read }),
  ];
  return verdictOf(directory, manifest, evidence, pass.records);
}

/** Every record shown to every claim that watches its kind. */
type JudgedRecords = Readonly<{
  started: readonly Readonly<{ claim: Claim; why: string | null; report: Reporter }>[];
  pass: PassResult;
}>;

function judgeRecords(run: RunUnderCheck, manifestReport: Reporter): JudgedRecords {
  const started = recordClaims.map((claim) => {
    const why = claim.notApplicable?.(run) ?? null;
    const report = createReporter(claim.id, run.manifest.run_id);
    return { claim, why, report, watch: why === null ? claim.start(run, report) : null };
  });
  const watches = started.flatMap(({ watch }) => (watch === null ? [] : [watch]));
  return { started, pass: readWholeRun(run, manifestReport, watches) };
}

/** The same, hashed beside; null when a hash is not fine, or the thread said nothing. */
function judgeBeside(
  hashing: HashThread,
  run: RunUnderCheck,
  manifestReport: Reporter,
): JudgedRecords | null {
  try {
    const judged = judgeRecords({ ...run, hashing }, manifestReport);
    return hashing.allFine() ? judged : null;
  } catch (cause) {
    if (cause instanceof HashThreadLost) return null;
    throw cause;
  } finally {
    hashing.end();
  }
}

function evidenceOf(claim: Readonly<{ id: string; clause: string }>, report: Reporter): Evidence {
  return {
    id: claim.id,
    clause: claim.clause,
    log: report.log(),
    notApplicable: null,
    notMeasurable: null,
    emptinessProvenBy: null,
  };
}

function contractEvidence(pass: PassResult): readonly Evidence[] {
  return contractClaims.map((claim) => {
    const report = pass.contracts.get(claim.artifact);
    return {
      ...evidenceOf(claim, report ?? createReporter(claim.id, "")),
      notApplicable: report === undefined ? "behaviors_not_enabled" : null,
      emptinessProvenBy: claim.emptinessProvenBy,
    };
  });
}

function poolEvidence({ directory, manifest }: RunUnderCheck, root: string | null): Evidence {
  const report = createReporter(poolLinesClaim.id, manifest.run_id);
  const whyNot = whyNoPool(directory, root, manifest.run_id);
  if (whyNot !== null || root === null) {
    return { ...evidenceOf(poolLinesClaim, report), notApplicable: whyNot };
  }
  const unknown = checkPoolLines({ directory, root, manifest }, report);
  // Nobody survived and the pool is empty: that nobody did is what the balance proves.
  const emptinessProvenBy = populationBalance.id;
  return { ...evidenceOf(poolLinesClaim, report), notMeasurable: unknown, emptinessProvenBy };
}

/** A claim whose file could not be read was not looked at, whatever it did not find. */
function missingFile(claim: Claim, pass: PassResult): string | null {
  for (const kind of claim.reads) {
    const artifact = artifactByKind[kind];
    if (pass.unreadable.has(artifact)) return `${artifact}_unreadable`;
  }
  return null;
}

/** All claims of a run of this kind, not looked at for one reason; reports of those that were. */
function notMeasured(
  kind: WorldKind,
  reason: string,
  seen: readonly Reporter[],
): readonly Evidence[] {
  const logs = new Map(seen.map((report) => [report.claim, report.log()]));
  return requiredClaims[kind].map(({ id, clause }) => {
    const log = logs.get(id);
    return {
      id,
      clause,
      log: log ?? { checked: 0, findings: [], total: 0 },
      notApplicable: null,
      notMeasurable: log === undefined ? reason : null,
      emptinessProvenBy: null,
    };
  });
}

function verdictOf(
  directory: string,
  manifest: RunManifest | null,
  evidence: readonly Evidence[],
  records: number | null,
): Verdict {
  const claims = judge(evidence);
  const findings = evidence.flatMap(({ log }) => log.findings);
  const total = evidence.reduce((sum, { log }) => sum + log.total, 0);
  return {
    schema_version: "verdict/2",
    run_id: manifest?.run_id ?? shorten(basename(directory)),
    run_directory: shorten(basename(directory)),
    tier: manifest?.meta.tier ?? null,
    mode: manifest?.mode ?? null,
    ...overallOf(claims),
    sealed: records !== null,
    claims,
    findings,
    gaps: [],
    findings_left_out: total - findings.length,
    records_read: records ?? 0,
  };
}

function findDirectory(directory: string): Result<string, Fault> {
  try {
    const path = realpathSync(directory);
    if (lstatSync(path).isDirectory()) {
      readdirSync(path);
      if (looksLikeRun(path)) return ok(path);
      return err({ code: "no_run_here", message: whyNoRun, at: directory });
    }
    return err({ code: "run_not_directory", message: "a run is a directory", at: directory });
  } catch (cause) {
    const code = systemCode(cause);
    if (code === null) throw cause;
    const missing = code === "ENOENT" || code === "ENOTDIR";
    const message = missing ? "there is no such run directory" : `cannot look at it: ${code}`;
    return err({ code: missing ? "run_missing" : "run_unreadable", message, at: directory });
  }
}

function isAbsent(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}
