import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8ToBytes } from "#base";
import { formatSums, isEvidencePath, parseSums } from "./sums.ts";

const [a, b] = ["a".repeat(64), "b".repeat(64)];

test("sums are sorted lines that sha256sum reads", () => {
  const bytes = formatSums([
    { path: "tlog/checkpoint", sha256: b },
    { path: "run_manifest.json", sha256: a },
  ]);
  assert.equal(Buffer.from(bytes).toString(), `${a}  run_manifest.json\n${b}  tlog/checkpoint\n`);
  assert.deepEqual(parseSums(bytes), {
    ok: true,
    value: [
      { path: "run_manifest.json", sha256: a },
      { path: "tlog/checkpoint", sha256: b },
    ],
  });
});

test("paths stay inside the directory and need no escapes", () => {
  for (const good of ["a", "a/b.json", "runs_hf/HF_0/x-1.npy", "_x"]) {
    assert.ok(isEvidencePath(good), good);
  }
  const bad = ["", "/a", "../a", "a/../b", "a//b", "a/", ".", ".a", "a/.b", "-a", "a b", "a\\b"];
  for (const path of [...bad, "a\nb", "é", "a\0", "x".repeat(600)]) {
    assert.ok(!isEvidencePath(path), JSON.stringify(path));
  }
});

test("other spellings of a list of sums are refused with their line", () => {
  const bad = new Map([
    [`${a}  b\n${a}  a\n`, "line 2"],
    [`${a}  a\n${b}  a\n`, "line 2"],
    [`${a} *a\n`, "line 1"],
    [`${a} a\n`, "line 1"],
    [`${a.toUpperCase()}  a\n`, "line 1"],
    [`${a.slice(1)}  a\n`, "line 1"],
    [`\\${a}  a\n`, "line 1"],
    [`${a}  ../a\n`, "line 1"],
    [`${a}  a\r\n`, "line 1"],
    [`${a}  a\n\n`, "line 2"],
    [`${a}  a`, "line 1"],
  ]);
  for (const [text, at] of bad) {
    const read = parseSums(utf8ToBytes(text));
    assert.ok(!read.ok && read.fault.code === "sums_malformed" && read.fault.at === at, text);
  }
  assert.deepEqual(parseSums(new Uint8Array(0)), { ok: true, value: [] });
});
