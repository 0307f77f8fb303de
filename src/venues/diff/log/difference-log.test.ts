import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Fault, Result } from "#base";
import { operationOf } from "../catalogue/operations.ts";
import type { Finding } from "../compare/finding.ts";
import type { ComparisonResult, FoundDifference } from "../run-comparison.ts";
import { type LoggedComparison, logComparison, readDifferences } from "./difference-log.ts";
import type { SampleRef } from "./entry.ts";
import type { CodeFacts } from "./make-records.ts";
import { renderDifferences } from "./render-differences.ts";
import { verifyDifferences } from "./verify-differences.ts";

const facts: CodeFacts = {
  git_commit: null,
  git_commit_reason: "no_git_checkout",
  git_dirty: null,
  docker_image: null,
  docker_image_reason: "image_not_named",
};

const tagged: Finding = {
  kind: "tag_added",
  subject: ["tag"],
  deviates: ["okx_sdk"],
  shown: { direct: "not sent", okx_sdk: 'tag="a|b"', ccxt: "not sent" },
  fields: [],
  features: [],
};

const rounded: Finding = {
  kind: "precision_lost",
  subject: ["avgPx"],
  deviates: ["ccxt"],
  shown: { direct: "OKX's text", okx_sdk: "avgPx: text", ccxt: "avgPx: precision" },
  fields: [
    {
      ...{ port: "avgPx", okx: "avgPx", ccxt: "entryPrice", okx_text: "1.23" },
      ...{ okx_sdk_value: '"1.23"', ccxt_value: "1.2", okx_sdk_form: "text" },
      ccxt_form: "precision",
    },
  ],
  features: ["M11"],
};

test("a difference is entered once, is gone when its act shows it no more, and comes back", () => {
  withFolder((folder) => {
    const first = must(log(folder, 1, [tagged, rounded]));
    assert.deepEqual([first.fresh.length, first.known.length, first.gone], [2, 0, 0]);
    assert.deepEqual(first.bySeverity, { S0: 0, S1: 1, S2: 0, S3: 1 });
    const second = must(log(folder, 2, [tagged, rounded]));
    assert.deepEqual([second.fresh.length, second.known.length, second.gone], [0, 2, 0]);
    const third = must(log(folder, 3, [tagged]));
    assert.deepEqual([third.fresh.length, third.known.length, third.gone], [0, 1, 1]);
    const fourth = must(log(folder, 4, [tagged, rounded]));
    assert.deepEqual([fourth.fresh.length, fourth.fresh[0]?.status], [1, "reopened"]);
    assert.deepEqual(eventsOf(folder), [
      ...["difference", "difference", "comparison", "comparison", "gone", "comparison"],
      ...["difference", "comparison"],
    ]);
    const verified = must(verifyDifferences(folder));
    assert.deepEqual(verified.findings, []);
    assert.deepEqual([verified.comparisons, verified.samples, verified.open.length], [4, 12, 2]);
  });
});

test("what was not compared is not gone, and another place has differences of its own", () => {
  withFolder((folder) => {
    must(log(folder, 1, [tagged]));
    const other = must(log(folder, 2, [], { compared: ["ticker"] }));
    assert.equal(other.gone, 0);
    const elsewhere = must(log(folder, 3, [tagged], { instId: "ETH-USDT-SWAP" }));
    assert.deepEqual([elsewhere.fresh.length, elsewhere.gone], [1, 0]);
  });
});

test("examples and versions make no difference a new one, what a column shows does", () => {
  withFolder((folder) => {
    must(log(folder, 1, [rounded]));
    const fields = rounded.fields.map((line) => ({ ...line, okx_text: "9.87", ccxt_value: "9.8" }));
    const libraries = { direct: "assay 9", okx_sdk: "okx-api 9", ccxt: "ccxt 9" };
    const again = must(log(folder, 2, [{ ...rounded, fields }], { libraries }));
    assert.equal(again.fresh.length, 0);
    const shown = { ...rounded.shown, okx_sdk: "avgPx: number" };
    assert.equal(must(log(folder, 3, [{ ...rounded, shown }])).fresh.length, 1);
  });
});

const spoilt: readonly (readonly [code: string, spoil: (folder: string) => void])[] = [
  ["sample_missing", (folder) => rmSync(sampleOf(folder))],
  ["sample_changed", (folder) => rewrite(sampleOf(folder), (text) => `${text} `)],
  ["sample_changed", (folder) => rewrite(sumsOf(folder), (text) => text.slice(66))],
  ["chain_broken", (folder) => rewrite(logOf(folder), (text) => text.replace('"S3"', '"S2"'))],
  ["log_shortened", (folder) => rewrite(logOf(folder), (text) => `${text.split("\n")[0]}\n`)],
  ["record_malformed", (folder) => rewrite(logOf(folder), (text) => text.replace('"S3"', '"S9"'))],
  ["record_torn", (folder) => appendFileSync(logOf(folder), "{")],
];

for (const [code, spoil] of spoilt) {
  test(`the check of the log finds ${code}`, () => {
    withFolder((folder) => {
      must(log(folder, 1, [tagged, rounded]));
      spoil(folder);
      const { findings } = must(verifyDifferences(folder));
      assert.ok(
        findings.some((finding) => finding.code === code),
        JSON.stringify(findings),
      );
    });
  });
}

test("the document is made of the open entries, and a cell cannot break its table", () => {
  withFolder((folder) => {
    must(log(folder, 1, [tagged, rounded]));
    must(log(folder, 2, [tagged]));
    const { links } = must(readDifferences(folder));
    const records = links.map(({ record }) => record);
    const head = links.at(-1)?.sha256 ?? null;
    const text = renderDifferences(records, head);
    assert.equal(renderDifferences(records, head), text);
    const [entry] = records;
    assert.ok(entry?.event === "difference" && text.includes(entry.fingerprint));
    assert.match(text, /open differences: 1 \(S0 0, S1 0, S2 0, S3 1\)/);
    assert.match(text, /tag="a\\\|b"/);
    assert.ok(!text.includes("precision"), "what is gone is not told");
    for (const line of text.split("\n").filter((each) => each.startsWith("|"))) {
      const cells = line.replaceAll("\\|", "").split("|").length;
      assert.ok(cells === 10, line);
    }
  });
});

type Change = Partial<Pick<ComparisonResult, "compared" | "instId" | "libraries">>;

/** As runComparison leaves it: samples on disk, then what was found. */
function log(
  folder: string,
  number: number,
  findings: readonly Finding[],
  change: Change = {},
): Result<LoggedComparison, Fault> {
  const diffId = `DIFF_20260101T00000${number}Z_0000000${number}`;
  const raw = join(folder, "raw", diffId);
  mkdirSync(raw, { recursive: true });
  const land = (name: string, text: string): SampleRef => {
    writeFileSync(join(raw, name), text);
    const sha256 = createHash("sha256").update(text).digest("hex");
    return { file: `raw/${diffId}/${name}`, sha256, bytes: text.length };
  };
  const samples = {
    direct: land("balance.direct.json", "{}\n"),
    okx_sdk: land("balance.okx_sdk.json", "{}\n"),
    ccxt: land("balance.ccxt.json", "{}\n"),
  };
  const lines = Object.values(samples).map(({ sha256, file }) => {
    return `${sha256}  ${file.split("/").at(-1)}\n`;
  });
  const state = { proven: true, digest: "d", reason: null };
  const calls = { direct: "GET", okx_sdk: "getBalance()", ccxt: "fetchBalance()" };
  const operation = operationOf("balance");
  const differences = findings.map((finding): FoundDifference => {
    return { operation, finding, calls, samples, state };
  });
  const result: ComparisonResult = {
    ...{ diffId, tsUtc: "2026-01-01T00:00:00.000Z", environment: "simulated" },
    ...{ instId: "BTC-USDT-SWAP", compared: ["balance"], leftOut: [], stateProven: true },
    account: { pos_mode: "net_mode", acct_lv: "2", acct_stp_mode: "cancel_maker" },
    libraries: { direct: "assay 0", okx_sdk: "okx-api 0", ccxt: "ccxt 0" },
    differences,
    sums: land("SHA256SUMS", lines.join("")),
    ...change,
  };
  return logComparison(folder, result, facts);
}

function eventsOf(folder: string): readonly string[] {
  return must(readDifferences(folder)).links.map(({ record }) => record.event);
}

const firstRaw = join("raw", "DIFF_20260101T000001Z_00000001");

function sampleOf(folder: string): string {
  return join(folder, firstRaw, "balance.ccxt.json");
}

function sumsOf(folder: string): string {
  return join(folder, firstRaw, "SHA256SUMS");
}

function logOf(folder: string): string {
  return join(folder, "differences.jsonl");
}

function rewrite(path: string, change: (text: string) => string): void {
  chmodSync(path, 0o644);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

function withFolder(act: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "assay-differences-"));
  try {
    act(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function must<T>(result: Result<T, Fault>): T {
  assert.ok(result.ok, result.ok ? "" : result.fault.message);
  return result.value;
}
