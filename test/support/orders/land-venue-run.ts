import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createRawSampleWriter,
  createShardWriter,
  type EvidenceRef,
  type ExecutionLines,
  executionDocumentText,
  executionLineText,
  type OrderLines,
  orderDocumentText,
  orderLineText,
  rosterText,
  type SamplePolicy,
  type ShardPolicy,
} from "#evidence";
import { type Audit, audit } from "./audit.ts";
import { type Derived, derive } from "./derive.ts";
import { type ManifestDraft, orderSections, wholeManifest } from "./manifest.ts";
import { playSession } from "./play.ts";
import { head, type VenueSession } from "./session.ts";
import { defaultSpec, digest, type SessionSpec } from "./spec.ts";

/** What a test may change on the way, in the order it happens. What comes later follows from it. */
export type Edits = Readonly<{
  /** Names that contradict the tier. */
  naming?: Readonly<{ prefix?: string; folder?: string; directory?: string }>;
  /** What happened. */
  session?: (session: VenueSession) => void;
  /** Counts, positions, roster, pages and report; refs come after. */
  derived?: (parts: Readonly<{ session: VenueSession; derived: Derived; audit: Audit }>) => void;
  /** Refs of freezes, discrepancies, errors and the report. */
  linked?: (
    parts: Readonly<{ session: VenueSession; audit: Audit; derived: Derived; ref: RefMaker }>,
  ) => void;
  /** Raw shards of tier 2, before anything names their digests. */
  shards?: (directory: string) => void;
  manifest?: (manifest: ManifestDraft) => void;
  /** Texts of the files before the index is written. */
  texts?: (texts: Map<string, string>) => void;
  /** Texts of the files at the end. */
  files?: (texts: Map<string, string>) => void;
  /** The directory itself. */
  disk?: (directory: string) => void;
}>;

const fixtureShardPolicy: ShardPolicy = { max_records: 2, max_span_ms: 300_000 };
const fixtureSamplePolicy: SamplePolicy = {
  baseline_one_in: 3,
  budget_bytes: 300_000,
  part_bytes: 4096,
};

/** Plays a session and lands its evidence under the root; gives the run directory. */
export function landVenueRun(
  root: string,
  spec: Partial<SessionSpec> = {},
  edits: Edits = {},
): string {
  const whole = { ...defaultSpec, ...spec };
  const { prefix = null, folder = folderOf(whole), directory: name = null } = edits.naming ?? {};
  const session = playSession(whole, prefix);
  edits.session?.(session);
  const derived = derive(session);
  const audited = audit(session);
  edits.derived?.({ session, derived, audit: audited });
  const directory = join(root, folder, name ?? session.ids.runId);
  mkdirSync(directory, { recursive: true });

  const texts = new Map<string, string>();
  link({ session, derived, audited }, texts, edits);
  addDocuments(session, derived, texts);
  const sections = orderSections(session, whole.audited ? audited.scope : null);
  if (whole.tier === "tier2_full") landShards(directory, session, derived, { sections, edits });
  else landSamples(directory, session);
  edits.manifest?.(sections);
  texts.set("run_manifest.json", `${JSON.stringify(wholeManifest(session, sections), null, 2)}\n`);
  edits.texts?.(texts);
  texts.set("evidence_ref_index.json", indexText(session, texts, directory));
  edits.files?.(texts);
  for (const [name, text] of texts) writeFileSync(join(directory, name), text);
  edits.disk?.(directory);
  return directory;
}

/** Lines first, then what points at them. */
type Parts = Readonly<{ session: VenueSession; derived: Derived; audited: Audit }>;

function link(
  { session, derived, audited }: Parts,
  texts: Map<string, string>,
  edits: Edits,
): void {
  const put = <File extends keyof OrderLines>(file: File, records: readonly OrderLines[File][]) =>
    texts.set(`${file}.jsonl`, linesText(file, records));
  if (!session.spec.audited) for (const sample of session.samples) sample.audit_scope_id = null;
  put("decision_trace", session.decisions);
  put("order_attempts", session.attempts);
  put("exchange_api_calls", session.calls);
  put("order_status_samples", session.samples);
  put("ledger_ticks", session.ticks);
  if (session.spec.audited) {
    put("orders_history", session.history);
    put("fills", session.fills);
    put("bills", session.bills);
    put("paging_traces", audited.traces);
  }
  const scope = session.spec.audited ? session.ids.scope : null;
  const ref = (file: string, start: number, end: number): EvidenceRef =>
    refTo(texts, { file, start, end, scope });

  for (const event of session.freezes) {
    event.audit_scope_id = scope;
    event.evidence_refs = [ref("ledger_ticks.jsonl", 1, 2)];
  }
  const lost = session.calls.findIndex((call) => call.error_type === "timeout");
  session.errors = [
    ...(lost < 0
      ? []
      : [
          {
            ...head(session),
            audit_scope_id: scope,
            tick: 2,
            tick_reason: null,
            error_type: "exchange_error",
            reason_code: "timeout",
            detail: "no answer to an order",
            evidence_refs: [ref("exchange_api_calls.jsonl", lost + 1, lost + 1)],
          },
        ]),
  ];
  if (session.spec.audited) linkAudit(session, audited, ref);
  edits.linked?.({ session, audit: audited, derived, ref });
  put("reconciliation_freeze_events", session.freezes);
  put("errors", session.errors);
  if (!session.spec.audited) return;
  put("auditor_discrepancies", audited.discrepancies);
  texts.set("auditor_report.json", orderDocumentText("auditor_report", audited.report));
}

export type RefMaker = (file: string, start: number, end: number) => EvidenceRef;

function linkAudit(session: VenueSession, audited: Audit, ref: RefMaker): void {
  const firstFunding = session.bills.findIndex((bill) => bill.ordId === null) + 1;
  for (const row of audited.discrepancies) {
    row.evidence_refs = [ref("bills.jsonl", firstFunding, firstFunding)];
  }
  const { orders_history, fills, bills } = audited.report.paging_coverage;
  audited.report.evidence_refs = [
    ref("order_attempts.jsonl", 1, session.attempts.length),
    ref("order_status_samples.jsonl", 1, session.samples.length),
    ...[orders_history, fills, bills].map(({ line_start, line_end }) =>
      ref("paging_traces.jsonl", line_start ?? 1, line_end ?? 1),
    ),
    ref("orders_history.jsonl", 1, session.history.length),
    ref("fills.jsonl", 1, session.fills.length),
    ref("bills.jsonl", 1, session.bills.length),
  ];
}

/** A ref by the rule of the contract, computed here from the bytes of the lines. */
function refTo(
  texts: ReadonlyMap<string, string>,
  {
    file,
    start,
    end,
    scope,
  }: Readonly<{ file: string; start: number; end: number; scope: string | null }>,
): EvidenceRef {
  const lines = (texts.get(file) ?? "").split("\n").slice(start - 1, end);
  return {
    file,
    line_start: start,
    line_end: end,
    sha256: digest(`${lines.join("\n")}\n`),
    audit_scope_id: scope,
  };
}

function linesText<File extends keyof OrderLines>(
  file: File,
  records: readonly OrderLines[File][],
): string {
  return records.map((record, seq) => `${orderLineText(file, { ...record, seq })}\n`).join("");
}

function addDocuments(session: VenueSession, derived: Derived, texts: Map<string, string>): void {
  texts.set("startup_preflight.json", orderDocumentText("startup_preflight", session.preflight));
  texts.set("agent_roster.json", rosterText(derived.roster.head, derived.roster.agents));
  texts.set("gating_telemetry.json", orderDocumentText("gating_telemetry", derived.telemetry));
  texts.set(
    "execution_fingerprint.json",
    orderDocumentText("execution_fingerprint", derived.fingerprint),
  );
  const { genomes, births, deaths, summary } = derived.world;
  putLines(texts, "genomes_snapshot", genomes);
  putLines(texts, "birth_events", births);
  putLines(texts, "death_events", deaths);
  const summaryText = executionDocumentText("multiple_experiments_summary", summary);
  texts.set("multiple_experiments_summary.json", summaryText);
  if (session.spec.tier !== "tier2_full") return;
  texts.set("positions_snapshot.json", orderDocumentText("positions_snapshot", derived.positions));
  texts.set("okx_rest_alignment_report.json", "{}\n");
  texts.set("okx_rest_raw_samples.json", "{}\n");
}

function putLines<File extends keyof ExecutionLines>(
  texts: Map<string, string>,
  file: File,
  records: readonly ExecutionLines[File][],
): void {
  const lines = records.map((record, seq) => executionLineText(file, { ...record, seq }));
  texts.set(`${file}.jsonl`, lines.map((line) => `${line}\n`).join(""));
}

function landShards(
  directory: string,
  session: VenueSession,
  derived: Derived,
  { sections, edits }: Readonly<{ sections: ManifestDraft; edits: Edits }>,
): void {
  const { runId } = session.ids;
  const createdAt = new Date(session.clock.ms).toISOString();
  const common = { directory, runId, policy: fixtureShardPolicy };
  const execution = createShardWriter({ ...common, stem: "m_execution_raw" });
  for (const [seq, record] of derived.executionRaw.entries()) {
    expectOk(execution.append({ ...record, seq }));
  }
  const rebuilt = createShardWriter({ ...common, stem: "positions_reconstruction_raw" });
  for (const [seq, record] of derived.reconstructionRaw.entries()) {
    expectOk(rebuilt.append({ ...record, seq }));
  }
  const [first, second] = [
    expectOk(execution.finish(createdAt)),
    expectOk(rebuilt.finish(createdAt)),
  ];
  edits.shards?.(directory);
  const hashOf = (name: string): string => digest(readFileSync(join(directory, name)));
  sections.m_execution_raw_index_path = first.indexPath;
  sections.m_execution_raw_index_hash = hashOf(first.indexPath);
  sections.positions_reconstruction_raw_index_path = second.indexPath;
  sections.positions_reconstruction_raw_index_hash = hashOf(second.indexPath);
}

function landSamples(directory: string, session: VenueSession): void {
  const made = expectOk(createRawSampleWriter(directory, session.ids.runId, fixtureSamplePolicy));
  for (const call of session.calls) {
    const event =
      call.error_type === "timeout" ? "timeout" : call.sCode === "51008" ? "reject" : null;
    const record = JSON.stringify(call);
    expectOk(made.offer({ record_id: call.call_id, ts_utc: call.ts_utc, event, record }));
  }
  expectOk(made.finish());
}

/** The index over every evidence file but itself and the manifest. */
function indexText(
  session: VenueSession,
  texts: ReadonlyMap<string, string>,
  directory: string,
): string {
  const whole = new Map(texts);
  for (const name of readdirSync(directory).filter((one) => one.endsWith(".json"))) {
    whole.set(name, readFileSync(join(directory, name), "utf8"));
  }
  whole.delete("run_manifest.json");
  const entries = [...whole]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([rel_path, text]) => {
      const sha256 = digest(text);
      const lines = rel_path.endsWith(".jsonl") ? text.split("\n").length - 1 : null;
      const byte_size = Buffer.byteLength(text);
      return { rel_path, sha256, sha256_16: sha256.slice(0, 16), byte_size, line_count: lines };
    });
  return orderDocumentText("evidence_ref_index", {
    schema_version: "evidence_ref_index/1",
    run_id: session.ids.runId,
    entries,
  });
}

function expectOk<T>(
  result: Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; fault: { message: string } }>,
): T {
  if (result.ok) return result.value;
  throw new Error(result.fault.message);
}

function folderOf({ tier }: SessionSpec): string {
  return tier === "tier2_full" ? "runs" : "runs_hf";
}
