import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type RawAccount, rawAccount, rawSample } from "../../artifacts/orders/raw-samples.ts";
import { parseRecord } from "../../reading/parse-record.ts";
import { readChunks } from "../../reading/read-chunks.ts";
import { readDocument } from "../../reading/read-document.ts";
import { readLines } from "../../reading/read-lines.ts";
import { readSums } from "../../reading/read-sums.ts";
import { isBaseline } from "../../sampling/select.ts";
import { type OrderClaim, type OrderReport, type OrderRun, wholeFile } from "./order-claim.ts";
import { contractOf, rawFolder } from "./order-contract.ts";

const rawAccountName = "raw_account.json";
const rawSumsName = "SHA256SUMS";

/**
 * Raw samples of a tier-1 venue run: within their budget, counted, chosen by the rule, and as their
 * sums say. What retention took is excused by its signed record; what is merely gone is not. It
 * holds one entry for each file.
 */
export const rawSamples: OrderClaim<never> = {
  id: "raw_samples",
  clause: "docs/contracts/orders.md#raw-samples",
  reads: [],
  notApplicable(run) {
    if (!contractOf(run.manifest.orders).rawSamples) return "raw_samples_belong_to_tier1_venue";
    const lost = lostFiles(run);
    return lost.length > 0 && isExcused(run, lost) && isRestWhole(run) ? "retained_out" : null;
  },
  start: (run, report) => ({
    on: {},
    end(): void {
      const account = readAccount(run, report);
      checkSums(run, report);
      if (account !== null && lostFiles(run).length === 0) checkParts(account, run, report);
    },
  }),
};

type Lost = Readonly<{ name: string; sha256: string }>;

/** Files that the sums of raw/ list and that are not there. */
function lostFiles(run: OrderRun): readonly Lost[] {
  const { digests } = readSums(join(run.directory, rawFolder, rawSumsName));
  const there = new Set(namesIn(run));
  return [...digests]
    .filter(([name]) => !there.has(name))
    .map(([name, sha256]) => ({ name, sha256 }));
}

/** A trusted deletion record names every one of them with the digest it had. */
function isExcused({ retained, directory }: OrderRun, lost: readonly Lost[]): boolean {
  const { deletion, signed } = retained;
  if (deletion === null || signed !== true) return false;
  const sums = readChunks(join(directory, rawFolder, rawSumsName), () => {});
  if (!sums.ok || sums.value.sha256 !== deletion.raw_sums_sha256) return false;
  const deleted = new Map(deletion.files.map(({ path, sha256 }) => [path, sha256]));
  return lost.every(({ name, sha256 }) => deleted.get(`${rawFolder}/${name}`) === sha256);
}

/** What retention left is there as the sums say, and nothing else is. */
function isRestWhole(run: OrderRun): boolean {
  const { digests, problems } = readSums(join(run.directory, rawFolder, rawSumsName));
  const isAsListed = (name: string): boolean => {
    const facts = readChunks(join(run.directory, rawFolder, name), () => {});
    return facts.ok && facts.value.sha256 === digests.get(name);
  };
  const names = namesIn(run).filter((name) => name !== rawSumsName);
  return problems.length === 0 && names.every(isAsListed);
}

function readAccount(run: OrderRun, report: OrderReport): RawAccount | null {
  const path = join(run.directory, rawFolder, rawAccountName);
  const { value, problems } = readDocument(path, rawAccount);
  const at = wholeFile(`${rawFolder}/${rawAccountName}`);
  for (const { code, detail } of problems) report.finding("raw_missing", at, `${code}: ${detail}`);
  if (value === null) return null;
  report.count();
  if (value.run_id !== run.manifest.orders.run_id) {
    report.finding("raw_record_malformed", at, `is of ${value.run_id}`);
  }
  checkAccount(value, report);
  return value;
}

/** What was offered was selected or not; what was selected was kept or dropped for a reason. */
function checkAccount(account: RawAccount, report: OrderReport): void {
  const at = wholeFile(`${rawFolder}/${rawAccountName}`);
  for (const measure of ["records", "bytes"] as const) {
    report.count();
    let selected = 0;
    for (const row of account.triggers) {
      selected += row.selected[measure];
      const told = row.kept[measure] + row.rotated_out[measure] + row.too_large[measure];
      if (told === row.selected[measure]) continue;
      const detail = `${row.trigger}: ${row.selected[measure]} selected, ${told} told of`;
      report.finding("raw_counts_differ", at, `${measure} of ${detail}`);
    }
    const offered = account.offered[measure];
    if (offered === selected + account.not_selected[measure]) continue;
    report.finding("raw_counts_differ", at, `${measure}: ${offered} offered, others told of`);
  }
}

function checkSums(run: OrderRun, report: OrderReport): void {
  const excused = isExcused(run, lostFiles(run));
  const file = `${rawFolder}/${rawSumsName}`;
  const { digests, problems } = readSums(join(run.directory, rawFolder, rawSumsName));
  for (const { code, detail, line } of problems) {
    report.finding("raw_sums_differ", { file, line: line ?? null }, `${code}: ${detail}`);
  }
  for (const [name, sha256] of digests) {
    report.count();
    const facts = readChunks(join(run.directory, rawFolder, name), () => {});
    const at = wholeFile(`${rawFolder}/${name}`);
    if (facts.ok && facts.value.sha256 !== sha256) {
      report.finding("raw_sums_differ", at, "is another file now");
    } else if (!facts.ok && !excused) tellLost(run, `${rawFolder}/${name}`, report);
  }
  for (const name of namesIn(run)) {
    if (name === rawSumsName || digests.has(name)) continue;
    report.finding("raw_sums_differ", wholeFile(`${rawFolder}/${name}`), "is in no sums");
  }
}

function tellLost({ retained }: OrderRun, file: string, report: OrderReport): void {
  const at = wholeFile(file);
  const { deletion, signed } = retained;
  const named = deletion?.files.some(({ path }) => path === file) === true;
  if (!named) report.finding("raw_file_lost", at, "is gone, and no deletion record names it");
  else if (signed === null) report.gap("deletion_unproven", at, "its deletion record is unproven");
  else if (signed) report.finding("raw_file_lost", at, "its deletion record is of other bytes");
  else report.finding("deletion_signature_wrong", at, "its deletion record is of no trusted key");
}

/** Every line that is kept, against the account. */
function checkParts(account: RawAccount, run: OrderRun, report: OrderReport): void {
  const kept = new Map<string, { records: number; bytes: number }>();
  let total = 0;
  for (const name of namesIn(run)) {
    const facts = readChunks(join(run.directory, rawFolder, name), () => {});
    if (facts.ok) total += facts.value.bytes;
  }
  for (const part of account.parts) {
    const lines = readPart(part.file, run, account, report);
    for (const { trigger, bytes } of lines.samples) {
      const sum = kept.get(trigger) ?? { records: 0, bytes: 0 };
      kept.set(trigger, { records: sum.records + 1, bytes: sum.bytes + bytes });
    }
    const at = wholeFile(part.file);
    if (lines.bytes === part.bytes && lines.samples.length === part.records) continue;
    report.finding("raw_counts_differ", at, `${part.records} records, ${part.bytes} bytes told of`);
  }
  const at = wholeFile(`${rawFolder}/${rawAccountName}`);
  for (const row of account.triggers) {
    report.count();
    const found = kept.get(row.trigger) ?? { records: 0, bytes: 0 };
    const same = found.records === row.kept.records && found.bytes === row.kept.bytes;
    if (same) continue;
    const detail = `${row.trigger}: ${row.kept.records} kept, ${found.records} there`;
    report.finding("raw_counts_differ", at, detail);
  }
  if (total <= account.policy.budget_bytes) return;
  const detail = `${total} bytes under raw/, the budget is ${account.policy.budget_bytes}`;
  report.finding("raw_over_budget", at, detail);
}

type PartLines = Readonly<{
  bytes: number;
  samples: readonly Readonly<{ trigger: string; bytes: number }>[];
}>;

/** A part is bounded by the policy, so its triggers fit in memory. */
function readPart(
  file: string,
  run: OrderRun,
  account: RawAccount,
  report: OrderReport,
): PartLines {
  const samples: { trigger: string; bytes: number }[] = [];
  const wrong = (line: number | null, detail: string): void =>
    report.finding("raw_record_malformed", { file, line }, detail);
  if (!file.startsWith(`${rawFolder}/`)) {
    wrong(null, `lies outside ${rawFolder}/`);
    return { bytes: 0, samples };
  }
  const facts = readLines(join(run.directory, file), {
    line(text, line): void {
      report.count();
      const { value, problems } = parseRecord(text, rawSample, line);
      for (const { code, detail } of problems) wrong(line, `${code}: ${detail}`);
      if (value === null) return;
      samples.push({ trigger: value.trigger, bytes: Buffer.byteLength(text) + 1 });
      if (value.run_id !== run.manifest.orders.run_id) wrong(line, `is of ${value.run_id}`);
      if (value.trigger !== "baseline") return;
      if (isBaseline(value.record_id, account.policy.baseline_one_in)) return;
      report.finding("raw_selection_wrong", { file, line }, `${value.record_id} was not drawn`);
    },
    problem: ({ code, detail, line }) => wrong(line ?? null, `${code}: ${detail}`),
  });
  return { bytes: facts.ok ? facts.value.bytes : 0, samples };
}

function namesIn(run: OrderRun): readonly string[] {
  try {
    return readdirSync(join(run.directory, rawFolder));
  } catch {
    return [];
  }
}
