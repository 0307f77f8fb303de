import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { readChain } from "./chain.ts";
import type { ClosedBody, CloseRefusedBody, EntryBody } from "./entry.ts";
import { fix, incidentId, note, opening, recordOf, troubledRun } from "./incident-fixture.ts";
import { isPlainText, textLimits } from "./plain-text.ts";

const seed = 20260102;
const ending = {
  run: { ...troubledRun, run_id: "HF_0000000000000002" },
  verdict: { verdict: "PASS", claims: 30, checked: 900, findings: 0 },
  criteria: [],
} as const;
const refused: CloseRefusedBody = {
  type: "close_refused",
  ...ending,
  reasons: [{ code: "same_run", detail: "is the run of the incident" }],
};
const closed: ClosedBody = { type: "closed", ...ending, verdict_sha256: "b".repeat(64) };

const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
  .filter((each) => isPlainText(each, textLimits.text, "many"));
const middle: fc.Arbitrary<EntryBody> = fc.oneof(
  text.map((each): EntryBody => ({ type: "note", section: "note", text: each, criteria: [] })),
  text.map((each): EntryBody => ({ type: "fix", commit: "0123abc", text: each })),
  fc.constant<EntryBody>(refused),
);
const bodies = fc
  .tuple(fc.array(middle, { maxLength: 6 }), fc.boolean())
  .map(([between, ends]) => [opening, ...between, ...(ends ? [closed, note] : [])]);

function read(lines: readonly string[]): ReturnType<typeof readChain> {
  return readChain(Buffer.from(lines.join("")), incidentId);
}

test("a record reads back as it was written", () => {
  fc.assert(
    fc.property(bodies, (written) => {
      const { lines, links } = recordOf(written);
      const chain = read(lines);
      assert.deepEqual(chain, { links, problem: null, torn: 0 });
      assert.equal(links.at(-1)?.end, Buffer.byteLength(lines.join("")));
    }),
    { seed, numRuns: 150 },
  );
});

test("each line names the sha256 of the bytes of the line before, as any tool computes it", () => {
  const { lines } = recordOf([opening, note, fix]);
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    const digest = before === undefined ? null : createHash("sha256").update(before).digest("hex");
    assert.equal(JSON.parse(line).previous_sha256, digest);
  }
});

test("a byte changed in any line but the last is found, at that line or the next", () => {
  const { lines } = recordOf([opening, note, fix, refused, closed, note]);
  const bytes = Buffer.from(lines.join(""));
  const lastStart = bytes.length - Buffer.byteLength(lines.at(-1) ?? "");
  fc.assert(
    fc.property(fc.nat(lastStart - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(bytes.readUInt8(at) ^ change, at);
      const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
      const { problem } = readChain(altered, incidentId);
      assert.ok(problem !== null, `byte ${at}`);
      assert.ok(problem.line === line || problem.line === line + 1, `byte ${at}: ${problem.line}`);
    }),
    { seed, numRuns: 3000 },
  );
});

test("lines that were dropped, repeated, exchanged or put in are found", () => {
  const { lines } = recordOf([opening, note, fix, refused, note]);
  const other = recordOf([opening, fix, note]).lines;
  for (let at = 0; at < lines.length - 1; at++) {
    const line = lines[at] ?? "";
    assert.ok(read(lines.toSpliced(at, 1)).problem, `without line ${at}`);
    assert.ok(read(lines.toSpliced(at, 0, line)).problem, `line ${at} twice`);
    assert.ok(read(lines.toSpliced(at, 2, lines[at + 1] ?? "", line)).problem, `exchanged ${at}`);
    assert.ok(read(lines.toSpliced(at + 1, 0, other[1] ?? "")).problem, `put in after ${at}`);
  }
});

test("a record begins with its opening, has one, and takes remarks only once it is closed", () => {
  const codeOf = (written: readonly EntryBody[]) => read(recordOf(written).lines).problem?.code;
  assert.equal(codeOf([note]), "entry_not_allowed");
  assert.equal(codeOf([opening, opening]), "entry_not_allowed");
  for (const late of [fix, refused, closed]) {
    assert.equal(codeOf([opening, closed, late]), "entry_not_allowed");
  }
  const criterion: EntryBody = { type: "note", section: "note", text: "x", criteria: ["more"] };
  assert.equal(codeOf([opening, closed, criterion]), "entry_not_allowed");
  assert.equal(codeOf([opening, closed, note]), undefined);
  assert.equal(codeOf([]), "record_empty");
});

test("an entry of another incident is refused", () => {
  const { lines } = recordOf([opening, note]);
  const chain = readChain(Buffer.from(lines.join("")), "INC_20260102T030405Z_ffffffff");
  assert.equal(chain.problem?.code, "entry_of_other_incident");
});

test("an unfinished last line is no entry and no damage", () => {
  const { lines } = recordOf([opening, note]);
  for (const cut of [1, 20, 200]) {
    const whole = lines.join("");
    const chain = readChain(Buffer.from(whole.slice(0, -cut)), incidentId);
    assert.equal(chain.problem, null);
    assert.equal(chain.links.length, 1);
    assert.equal(chain.torn, (lines[1]?.length ?? 0) - cut);
  }
});

test("malformed bytes of any kind end in a problem and never throw", () => {
  const hostile = ["", "\n", "{}\n", "\ufeff{}\n", "null\n", `${"[".repeat(9999)}\n`, "\0\0\0\n"];
  for (const each of hostile) assert.ok(read([each]).problem, JSON.stringify(each.slice(0, 20)));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.ok(readChain(bytes, incidentId).problem);
    }),
    { seed, numRuns: 500 },
  );
  const [first = ""] = recordOf([opening]).lines;
  const variants = [first.replace("{", "{ "), first.replace("high", "hi\\u0067h")];
  for (const variant of [...variants, first.replace('"by":"ada",', '"by":"ada","by":"ada",')]) {
    assert.notEqual(variant, first);
    assert.equal(read([variant]).problem?.code, "entry_malformed");
  }
});

test("the vector of the contract reads as the contract says", () => {
  const contract = join(import.meta.dirname, "../../../docs/contracts/incidents.md");
  const text = readFileSync(contract, "utf8");
  const [, vector = ""] = /```jsonl\n([^`]+)```/.exec(text) ?? [];
  const { links, problem } = readChain(Buffer.from(vector), incidentId);
  assert.equal(problem, null);
  const [, first, second, ends = ""] =
    /are\n`(\w{64})` and\n`(\w{64})`; they end at bytes ([\d\sand]+)\./.exec(text) ?? [];
  assert.deepEqual(
    [first, second],
    links.map(({ sha256 }) => sha256),
  );
  assert.deepEqual(
    ends.split(/\sand\s/).map(Number),
    links.map(({ end }) => end),
  );
});

test("every code that reading or closing can give stands in the contract", () => {
  const folder = import.meta.dirname;
  const contract = readFileSync(join(folder, "../../../docs/contracts/incidents.md"), "utf8");
  const sources = ["chain", "check-bundle", "judge-closure", "read-incident", "inspect-incident"];
  const form =
    /"((?:record|entry|chain|bundle|run|same|criteria|criterion|closure|head)_[a-z_]+)"/g;
  const codes = sources.flatMap((name) =>
    [...readFileSync(join(folder, `${name}.ts`), "utf8").matchAll(form)].map(
      ([, code = "?"]) => code,
    ),
  );
  assert.ok(codes.length > 20);
  for (const code of codes) assert.ok(contract.includes(`\`${code}\``), code);
});
