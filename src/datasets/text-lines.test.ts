import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { readLines } from "./text-lines.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-lines-"));
after(() => rmSync(folder, { recursive: true }));

test("plain and gzip files give the same lines, with and without a last line ending", async () => {
  const text = "a,b\n1,2\n3,4";
  for (const [name, bytes] of [
    ["plain.csv", Buffer.from(text)],
    ["ended.csv", Buffer.from(`${text}\n`)],
    ["crlf.csv", Buffer.from(text.replaceAll("\n", "\r\n"))],
    ["bom.csv", Buffer.from(`\uFEFF${text}`)],
    ["packed.csv.gz", gzipSync(text)],
    ["packed-without-suffix", gzipSync(text)],
  ] as const) {
    const { lines, facts } = await read(file(name, bytes));
    assert.deepEqual(lines, ["1 a,b", "2 1,2", "3 3,4"], name);
    assert.equal(facts?.bytes, bytes.length);
    assert.equal(facts?.sha256, createHash("sha256").update(bytes).digest("hex"));
    assert.equal(facts?.is_gzip, name.startsWith("packed"));
  }
});

test("a line that spans many chunks arrives whole", async () => {
  const rows = Array.from({ length: 60_000 }, (_, row) => `${row},${row * 7},äöü`);
  const { lines } = await read(file("long.csv.gz", gzipSync(rows.join("\n"))));
  assert.deepEqual(
    lines,
    rows.map((row, index) => `${index + 1} ${row}`),
  );
});

test("what cannot be read is one clear fault", async () => {
  const packed = gzipSync("a,b\n".repeat(5000));
  mkdirSync(join(folder, "folder.csv"));
  const cases: readonly (readonly [path: string, code: string])[] = [
    [join(folder, "absent.csv"), "file_missing"],
    [join(folder, "folder.csv"), "file_unreadable"],
    [file("empty.csv", Buffer.alloc(0)), "file_empty"],
    [file("cut.csv.gz", packed.subarray(0, packed.length - 20)), "gzip_truncated"],
    [
      file("broken.csv.gz", Buffer.concat([packed.subarray(0, 30), Buffer.alloc(40, 7)])),
      "gzip_damaged",
    ],
    [file("no.csv.gz", Buffer.from("ts_ms,open\n")), "gzip_damaged"],
    [file("binary.csv", Buffer.from([1, 2, 0, 10, 5])), "file_not_text"],
    [file("utf16.csv", Buffer.from("\uFEFFts_ms,open\n", "utf16le")), "file_not_text"],
  ];
  for (const [path, code] of cases) {
    const { fault } = await read(path);
    assert.equal(fault?.code, code, path);
    assert.equal(fault?.at, path);
    assert.doesNotMatch(fault?.message ?? "", /\n/);
  }
});

test("a line without end is refused before it fills the memory", async () => {
  const endless = gzipSync(Buffer.alloc(64_000_000, 49));
  const before = process.memoryUsage().rss;
  const { fault } = await read(file("endless.csv.gz", endless));
  assert.equal(fault?.code, "line_too_long");
  assert.ok(process.memoryUsage().rss - before < 60_000_000);
});

test("an aborted signal ends the reading as interrupted", async () => {
  const path = file("aborted.csv", Buffer.from("a\n".repeat(500_000)));
  const stop = new AbortController();
  const read = await readLines(path, {
    onLine: (_, line) => {
      if (line === 10) stop.abort();
      return null;
    },
    signal: stop.signal,
  });
  assert.equal(read.ok ? "" : read.fault.code, "import_interrupted");
});

test("a bug in the caller's code is not taken for a broken file", async () => {
  const path = file("bug.csv", Buffer.from("a\n"));
  const reading = readLines(path, {
    onLine: () => {
      throw new TypeError("bug");
    },
  });
  await assert.rejects(reading, /bug/);
});

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function read(path: string) {
  const lines: string[] = [];
  const result = await readLines(path, {
    onLine: (text, line) => {
      lines.push(`${line} ${text}`);
      return null;
    },
  });
  return { lines, facts: result.ok ? result.value : null, fault: result.ok ? null : result.fault };
}
