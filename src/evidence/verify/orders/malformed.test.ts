import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { editDocument, landVenueRun, temporaryRoot } from "#support";
import type { OrderVerdict } from "./order-verdict.ts";
import { orderArtifacts, orderFileNames } from "./records.ts";
import { verifyOrders } from "./verify-orders.ts";

const files: readonly string[] = [
  "run_manifest.json",
  ...orderArtifacts.map((artifact) => orderFileNames[artifact]),
  "m_execution_raw_part_0001.json",
];

/** What may lie where a file belongs. */
const wrecks: Readonly<Record<string, (path: string) => void>> = {
  nothing: () => {},
  "a directory": (path) => mkdirSync(path),
  "a link to a file that is elsewhere": (path) => symlinkSync("/etc/hostname", path),
  "a link to itself": (path) => symlinkSync(path, path),
  "a pipe that nobody writes": (path) => void execFileSync("mkfifo", [path]),
  "bytes that are no text": (path) => writeFileSync(path, Buffer.from([0, 255, 254, 10, 0x80])),
  "a byte order mark": (path) => writeFileSync(path, "\ufeff{}\n"),
  "a list": (path) => writeFileSync(path, "[]\n"),
  "a number": (path) => writeFileSync(path, "7\n"),
  "half a record": (path) => writeFileSync(path, '{"run_id":"AUDIT_'),
  "a line of nine megabytes": (path) => writeFileSync(path, `"${"x".repeat(9_000_000)}"\n`),
  "a million open brackets": (path) => writeFileSync(path, `${"[".repeat(1_000_000)}\n`),
};

for (const [wreck, put] of Object.entries(wrecks)) {
  test(`${wreck} in the place of any file never passes, hangs or throws`, () => {
    using root = temporaryRoot();
    const directory = landVenueRun(root.path);
    for (const name of files) {
      const path = join(directory, name);
      const before = readFileSync(path);
      rmSync(path);
      put(path);
      const verdict = verify(directory);
      assert.notEqual(verdict.verdict, "PASS", `${wreck} as ${name}`);
      assert.ok(verdict.findings.length > 0, `${wreck} as ${name}`);
      rmSync(path, { recursive: true, force: true });
      writeFileSync(path, before);
    }
    assert.equal(verify(directory).verdict, "PASS");
  });
}

test("nesting without end inside a part that a venue sent is a finding, not a crash", () => {
  using root = temporaryRoot();
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const directory = landVenueRun(
    root.path,
    {},
    {
      texts: (texts) => {
        const calls = texts.get("exchange_api_calls.jsonl") ?? "";
        const params = /"params":\{[^}]*\}/;
        texts.set("exchange_api_calls.jsonl", calls.replace(params, `"params":{"a":${deep}}`));
      },
    },
  );
  const { findings } = verify(directory);
  assert.ok(
    findings.some(({ file, code }) => {
      return file === "exchange_api_calls.jsonl" && code === "file_malformed";
    }),
  );
});

test("an index that names one part again and again costs one reading of it", () => {
  using root = temporaryRoot();
  const directory = landVenueRun(root.path);
  const clean = verify(directory).records_read;
  editDocument(directory, "m_execution_raw_index.json", (index) => {
    const [first] = index["shards"] as readonly object[];
    index["shards"] = Array.from({ length: 5000 }, () => first);
  });
  const { verdict, records_read: read } = verify(directory);
  assert.equal(verdict, "FAIL");
  assert.ok(read <= clean, `${read} records, ${clean} of a sound index`);
});

test("windows line ends are not the text of a record", () => {
  using root = temporaryRoot();
  const directory = landVenueRun(root.path);
  const path = join(directory, "fills.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").replaceAll("\n", "\r\n"));
  assert.equal(verify(directory).verdict, "FAIL");
});

test("any byte changed in any file that the index lists is found", () => {
  using root = temporaryRoot();
  const directory = landVenueRun(root.path);
  const names = readdirSync(directory).filter((name) => {
    return name !== "run_manifest.json" && readFileSync(join(directory, name)).length > 3;
  });
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (file, at, change) => {
      const path = join(directory, names[file % names.length] ?? "");
      const before = readFileSync(path);
      const after = Buffer.from(before);
      const place = at % after.length;
      after[place] = (after[place] ?? 0) ^ change;
      overwrite(path, after);
      const { verdict, findings } = verify(directory);
      overwrite(path, before);
      assert.equal(verdict, "FAIL");
      assert.ok(findings.length > 0);
    }),
    { seed: 88, numRuns: 150 },
  );
});

test("lines shuffled, cut, doubled and joined never throw and never pass", () => {
  using root = temporaryRoot();
  const directory = landVenueRun(root.path);
  const names = files.filter((name) => name.endsWith(".jsonl"));
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), (file, moves) => {
      const path = join(directory, names[file % names.length] ?? "");
      const before = readFileSync(path, "utf8");
      const lines = before.split("\n");
      for (const move of moves) {
        const [from, to] = [move % lines.length, (move * 7 + 1) % lines.length];
        const [line = ""] = lines.splice(from, 1);
        lines.splice(to, 0, move % 3 === 0 ? line.slice(move % 40) : line);
        if (move % 5 === 0) lines.splice(to, 0, line);
      }
      const after = lines.join("\n");
      fc.pre(after !== before);
      writeFileSync(path, after);
      const { verdict } = verify(directory);
      writeFileSync(path, before);
      assert.equal(verdict, "FAIL");
    }),
    { seed: 41, numRuns: 120 },
  );
});

test("what is no directory is a fault, and an empty one is judged", () => {
  using root = temporaryRoot();
  const fault = verifyOrders(join(root.path, "nowhere"));
  assert.ok(!fault.ok);
  assert.equal(fault.fault.code, "run_not_found");
  assert.equal(verify(root.path).verdict, "FAIL");
});

test("a run in which nothing was ever tried proves nothing", () => {
  using root = temporaryRoot();
  const directory = landVenueRun(
    root.path,
    { agents: 0, oneShot: false, rounds: 0, frozen: false, audited: false },
    {
      session(session) {
        for (const list of ["attempts", "calls", "samples", "history", "fills", "bills"] as const) {
          session[list].splice(0, session[list].length);
        }
        session.preflight.before.positions_count = 0;
      },
      manifest(manifest) {
        Object.assign(manifest.startup_flatten ?? {}, {
          positions_detected: 0,
          orders_submitted: 0,
        });
      },
    },
  );
  const { verdict, claims, gaps } = verify(directory);
  assert.notEqual(verdict, "PASS");
  const reasons = new Map(claims.map(({ id, reason }) => [id, reason]));
  assert.equal(reasons.get("step88_p0_attempts"), "nothing_to_check");
  assert.equal(reasons.get("step88_order_confirmation"), "no_order_placed");
  assert.ok(gaps.length > 0);
});

function overwrite(path: string, bytes: Buffer): void {
  rmSync(path);
  writeFileSync(path, bytes);
}

function verify(directory: string): OrderVerdict {
  const verdict = verifyOrders(directory);
  assert.ok(verdict.ok);
  return verdict.value;
}
