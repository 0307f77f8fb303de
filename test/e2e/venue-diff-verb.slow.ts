import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assay, ended, makeFolder, startAssay } from "./assay.ts";

type Line = Readonly<Record<string, unknown>>;

const folder = makeFolder();

async function diff(root: string, ...args: readonly string[]): Promise<Seen> {
  const { code, stdout, stderr } = await assay([
    "venue",
    "diff",
    "--root",
    root,
    "--json",
    ...args,
  ]);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return { code, stderr, lines: lines.map((line): Line => JSON.parse(line)) };
}

type Seen = Readonly<{ code: number | null; stderr: string; lines: readonly Line[] }>;

/** One act of each sort; every difference below was first seen by this comparison. */
const acts = [
  ...["candles", "positions_short", "place_odd_size", "place_unnamed", "batch_partly"],
  ...["cancel_all_after_as_okx", "error_expired", "error_5xx_carried_out", "error_timeout"],
  ...["public_after_private", "pages_of_fills", "stream_tickers"],
];

/** Act, kind, library, subject. */
const expected: readonly (readonly [string, string, string, string])[] = [
  ["candles", "row_order", "ccxt", "rows"],
  ["candles", "field_absent", "ccxt", "volume closed"],
  ["positions_short", "sign_differs", "ccxt", "pos"],
  ["positions_short", "precision_lost", "ccxt", "avgPx"],
  ["place_odd_size", "outcome_differs", "ccxt", "outcome"],
  ["place_odd_size", "effect_differs", "ccxt", "resting orders"],
  ["place_odd_size", "param_changed", "ccxt", "sz"],
  ["place_unnamed", "param_added", "ccxt", "clOrdId"],
  ["place_unnamed", "tag_added", "okx_sdk+ccxt", "tag"],
  ["batch_partly", "outcome_differs", "okx_sdk", "outcome"],
  ["cancel_all_after_as_okx", "param_changed", "ccxt", "timeOut"],
  ["cancel_all_after_as_okx", "effect_hidden", "okx_sdk+ccxt", "state"],
  ["error_expired", "header_missing", "ccxt", "exptime"],
  ["error_expired", "effect_differs", "ccxt", "resting orders"],
  ["error_5xx_carried_out", "error_meaning", "okx_sdk", "outcome"],
  ["error_timeout", "error_secret", "okx_sdk", "outcome"],
  ["pages_of_fills", "rows_differ", "ccxt", "rows"],
  ["stream_tickers", "unit_differs", "ccxt", "baseVolume24h"],
];

test("real differences are found, logged with samples, and known the next time", async () => {
  const root = join(folder, "first");
  const first = await diff(root, "--op", ...acts);
  assert.equal(first.code, 1, first.stderr);
  const found = first.lines.filter(({ type }) => type === "difference");
  const keys = found.map(({ operation, kind, deviates, subject }) => {
    assert.ok(Array.isArray(deviates) && Array.isArray(subject));
    return [operation, kind, deviates.join("+"), subject.join(" ")].join(" | ");
  });
  for (const wanted of expected) {
    assert.ok(keys.includes(wanted.join(" | ")), `${wanted.join(" | ")} in\n${keys.join("\n")}`);
  }
  for (const { state } of found) assert.equal(Reflect.get(Object(state), "proven"), true);

  const second = await diff(root, "--op", ...acts);
  assert.equal(second.code, 0, second.stderr);
  const total = second.lines.at(-1);
  assert.deepEqual([total?.["new"], total?.["known"], total?.["gone"]], [0, found.length, 0]);

  const verified = await assay(["venue", "diff", "verify", "--root", root]);
  assert.equal(verified.code, 0, verified.stdout);
  assert.match(verified.stdout, /^PASS: /);
  const to = join(root, "doc");
  assert.equal((await assay(["venue", "diff", "render", "--root", root, "--to", to])).code, 0);
  const text = readFileSync(join(to, "okx-ccxt-okx-api.md"), "utf8");
  for (const { fingerprint } of found) assert.ok(text.includes(String(fingerprint)));
  const beside = await assay(["venue", "diff", "render", "--root", root]);
  assert.equal(beside.code, 0, beside.stderr);
  const own = join(root, "interface_diff", "okx-ccxt-okx-api.md");
  assert.equal(beside.stdout, `${own}\n`);
  assert.equal(readFileSync(own, "utf8"), text);
  assert.equal((await assay(["venue", "diff", "verify", "--root", root])).code, 0);
  assertNoSecrets(join(root, "interface_diff"));
});

/** Samples hold every request; none of them may hold what it was signed with. */
function assertNoSecrets(log: string): void {
  const files = readdirSync(log, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  assert.ok(files.length > acts.length * 3);
  let signed = 0;
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    const headers = [...text.matchAll(/"ok-access-(key|sign|passphrase)":"([^"]*)"/g)];
    signed += headers.length;
    for (const [, name, value] of headers) assert.equal(value, "[redacted]", `${name} in ${file}`);
    assert.ok(!/"(apiKey|passphrase|sign)":"(?!\[redacted\])/.test(text), file);
  }
  assert.ok(signed > 0);
}

test("a log that was changed is added to by nobody", async () => {
  const root = join(folder, "changed");
  assert.equal((await diff(root, "--op", "ticker")).code, 1);
  const path = join(root, "interface_diff", "differences.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").replace("okx-api ", "okx-api-"));
  const again = await diff(root, "--op", "ticker");
  assert.deepEqual([again.code, again.lines.at(-1)?.["code"]], [1, "chained_log_damaged"]);
});

test("what was stopped in the middle leaves nothing behind", async () => {
  const root = join(folder, "stopped");
  const child = startAssay(["venue", "diff", "--root", root]);
  const done = ended(child);
  const raw = join(root, "interface_diff", "raw");
  while (!existsSync(raw) || readdirSync(raw).length === 0) {
    assert.equal(child.exitCode, null, "it ended too soon");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill("SIGINT");
  const { code, stderr } = await done;
  assert.equal(code, 130, stderr);
  assert.deepEqual(readdirSync(join(root, "interface_diff", "raw")), []);
  assert.equal(existsSync(join(root, "interface_diff", "differences.jsonl")), false);
});
