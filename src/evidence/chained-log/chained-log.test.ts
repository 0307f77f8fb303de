import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { assertStated } from "#support";
import { enumerateCrashes } from "../store/crash-driver.ts";
import type { SimulatedDisk } from "../store/simulated-disk.ts";
import { appendToChainedLog, type ChainHost, chainHost } from "./append-chained-log.ts";
import { type Chained, type ChainedPlace, readChainedLog } from "./read-chained-log.ts";

type Note = Chained & Readonly<{ text: string }>;

const schema: z.ZodType<Note> = z.strictObject({
  seq: z.int().min(0),
  previous_sha256: z.string().nullable(),
  text: z.string(),
});

test("records name the line before, and a later process goes on with them", () => {
  withFolder((place, path) => {
    assert.equal(must(add(place, "one", "two")).added, 2);
    assert.equal(must(add(place, "three")).links.length, 3);
    const lines = readFileSync(path, "utf8").trim().split("\n");
    assert.deepEqual(
      lines.map((line) => [JSON.parse(line).seq, JSON.parse(line).text]),
      [
        [0, "one"],
        [1, "two"],
        [2, "three"],
      ],
    );
    const read = must(readChainedLog(chainHost().fs, place, schema));
    assert.deepEqual(read.findings, []);
    assert.equal(read.links[2]?.record.previous_sha256, read.links[1]?.sha256);
  });
});

test("nothing is written when nothing is to be said, or when the decision is refused", () => {
  withFolder((place) => {
    assert.equal(must(add(place)).added, 0);
    const refused = appendToChainedLog(chainHost(), place, schema, () =>
      err({ code: "not_now", message: "no" }),
    );
    assert.equal(refused.ok ? null : refused.fault.code, "not_now");
    assert.equal(must(readChainedLog(chainHost().fs, place, schema)).links.length, 0);
  });
});

const damages: readonly (readonly [what: string, code: string, act: (path: string) => void])[] = [
  ["a changed word", "chain_broken", (path) => edit(path, '"two"', '"TWO"')],
  ["a changed last word", "log_replaced", (path) => edit(path, '"three"', '"THREE"')],
  ["another spelling", "record_malformed", (path) => edit(path, '{"previous', '{ "previous')],
  ["a line taken out", "record_out_of_place", (path) => editLines(path, (all) => all.slice(1))],
  ["lines in another order", "record_out_of_place", (path) => editLines(path, swapped)],
  ["an end taken away", "log_shortened", (path) => editLines(path, (all) => all.slice(0, 2))],
  ["everything taken away", "log_shortened", (path) => truncateSync(path)],
  ["the log itself taken away", "log_shortened", (path) => rmSync(path)],
  ["a foreign line", "record_malformed", (path) => appendFileSync(path, "hello\n")],
];

for (const [what, code, damage] of damages) {
  test(`${what} is found, and nothing is added to such a log`, () => {
    withFolder((place, path) => {
      must(add(place, "one", "two", "three"));
      damage(path);
      const read = must(readChainedLog(chainHost().fs, place, schema));
      assert.deepEqual(
        read.findings.map((finding) => finding.code),
        [code],
      );
      const next = add(place, "four");
      assert.equal(next.ok ? null : next.fault.code, "chained_log_damaged");
    });
  });
}

test("a head that is no head is found", () => {
  withFolder((place) => {
    must(add(place, "one"));
    writeFileSync(join(place.folder, "notes.head.json"), "{}\n");
    const read = must(readChainedLog(chainHost().fs, place, schema));
    assert.deepEqual(
      read.findings.map((finding) => finding.code),
      ["head_malformed"],
    );
  });
});

test("what is no file is a fault and not an empty log", () => {
  withFolder((place, path) => {
    mkdirSync(path, { recursive: true });
    const read = readChainedLog(chainHost().fs, place, schema);
    assert.equal(read.ok ? null : read.fault.code, "store_not_regular");
  });
});

test("a tail that a crash cut short is set aside by the next record", () => {
  withFolder((place, path) => {
    must(add(place, "one"));
    appendFileSync(path, '{"previous');
    const after = must(add(place, "two"));
    assert.equal(after.torn?.bytes, 10);
    assert.equal(must(readChainedLog(chainHost().fs, place, schema)).links.length, 2);
  });
});

test("no crash loses a record that had landed, or keeps the log from growing on", (t) => {
  const counted = enumerateCrashes<{ records: number }>({
    setUp: (disk) => disk.makeDirectory("/log", 0o755),
    ledger: () => ({ records: 0 }),
    run: (disk, ledger) => {
      for (const batch of [["a", "b".repeat(700)], ["c"]]) {
        const landed = addOn(hostOn(disk), crashPlace, batch);
        if (!landed.ok) return;
        ledger.records = landed.value.links.length;
      }
    },
    check: (disk, ledger, label) => {
      const read = readChainedLog(disk, crashPlace, schema);
      assert.ok(read.ok && read.value.findings.length === 0, `not sound: ${label}`);
      assert.ok(read.value.links.length >= ledger.records, `a record is lost: ${label}`);
      const next = addOn(hostOn(disk), crashPlace, ["more"]);
      assert.ok(next.ok, `no more records: ${label}`);
    },
  });
  assertStated(t, "adding to a chained log", counted);
});

const crashPlace: ChainedPlace = { folder: "/log", name: "notes" };

type Added = ReturnType<typeof appendToChainedLog<Note>>;

function add(place: ChainedPlace, ...texts: readonly string[]): Added {
  return addOn(chainHost(), place, texts);
}

function addOn(host: ChainHost, place: ChainedPlace, texts: readonly string[]): Added {
  return appendToChainedLog(host, place, schema, () => ok(texts.map((text) => ({ text }))));
}

function hostOn(disk: SimulatedDisk): ChainHost {
  return { fs: disk, processes: { ...chainHost().processes, startedTicks: () => "gone" } };
}

function withFolder(act: (place: ChainedPlace, path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "assay-chain-"));
  try {
    act({ folder, name: "notes" }, join(folder, "notes.jsonl"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function edit(path: string, from: string, to: string): void {
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
}

function editLines(path: string, change: (lines: readonly string[]) => readonly string[]): void {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  writeFileSync(path, `${change(lines).join("\n")}\n`);
}

function swapped([first = "", second = "", ...rest]: readonly string[]): readonly string[] {
  return [second, first, ...rest];
}

function must<T>(result: Result<T, Fault>): T {
  assert.ok(result.ok, result.ok ? "" : result.fault.message);
  return result.value;
}
