import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import type { Fault, Result } from "#base";
import { enumerateCrashes, type Scenario } from "../store/crash-driver.ts";
import type { SimulatedDisk } from "../store/simulated-disk.ts";
import { type ChainHost, chainHost } from "./append-chained-log.ts";
import { type ChainedLog, openChainedLog } from "./open-chained-log.ts";
import { type Chained, type ChainedPlace, readChainedLog } from "./read-chained-log.ts";

type Note = Chained & Readonly<{ text: string }>;

const schema: z.ZodType<Note> = z.strictObject({
  seq: z.int().min(0),
  previous_sha256: z.string().nullable(),
  text: z.string(),
});

test("records are added one by one, and the next opening finds them all", () => {
  withFolder((place) => {
    const log = open(place);
    assert.deepEqual(log.head(), { records: 0, sha256: null });
    const first = must(log.append({ text: "one" }));
    const second = must(log.append({ text: "two" }));
    assert.equal(second.record.previous_sha256, first.sha256);
    assert.deepEqual(log.head(), { records: 2, sha256: second.sha256 });
    must(log.close());
    const again = open(place);
    assert.deepEqual(
      again.found.map(({ record }) => record.text),
      ["one", "two"],
    );
    assert.equal(must(again.append({ text: "three" })).record.seq, 2);
    must(again.close());
    const read = must(readChainedLog(chainHost().fs, place, schema));
    assert.deepEqual(read.findings, []);
    assert.equal(read.links.length, 3);
  });
});

test("a lock that a full disk kept from being given back is given back by closing again", () => {
  withFolder((place) => {
    let isFull = false;
    const { fs, ...rest } = chainHost();
    const write: typeof fs.write = (...given) => {
      if (isFull) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      return fs.write(...given);
    };
    const log = must(openChainedLog({ ...rest, fs: { ...fs, write } }, place, schema, 0));
    must(log.append({ text: "one" }));
    isFull = true;
    const closed = log.close();
    assert.equal(closed.ok ? null : closed.fault.code, "store_disk_full");
    const second = openChainedLog(chainHost(), place, schema, 0);
    assert.equal(second.ok ? null : second.fault.code, "store_lock_unavailable");
    isFull = false;
    must(log.close());
    must(open(place).close());
  });
});

test("a log has one writer, and a damaged one has none", () => {
  withFolder((place, path) => {
    const log = open(place);
    const second = openChainedLog(chainHost(), place, schema, 0);
    assert.equal(second.ok ? null : second.fault.code, "store_lock_unavailable");
    must(log.append({ text: "one" }));
    must(log.close());
    writeFileSync(path, readFileSync(path, "utf8").replace("one", "ONE"));
    const damaged = openChainedLog(chainHost(), place, schema, 0);
    assert.equal(damaged.ok ? null : damaged.fault.code, "chained_log_damaged");
    writeFileSync(path, readFileSync(path, "utf8").replace("ONE", "one"));
    appendFileSync(path, '{"previous');
    const torn = open(place);
    assert.equal(torn.torn?.bytes, 10, "the lock was given back by the opening that failed");
    must(torn.close());
  });
});

test("no crash loses a record that append has acknowledged", (t) => {
  const scenario: Scenario<{ records: number }> = {
    setUp: (disk) => disk.makeDirectory("/log", 0o755),
    ledger: () => ({ records: 0 }),
    run: (disk, ledger) => {
      const log = openChainedLog(hostOn(disk), crashPlace, schema, 0);
      if (!log.ok) return;
      for (const text of ["a", "b".repeat(700)]) {
        if (!log.value.append({ text }).ok) break;
        ledger.records += 1;
      }
      log.value.close();
    },
    check: (disk, ledger, label) => {
      const log = openChainedLog(hostOn(disk), crashPlace, schema, 0);
      assert.ok(log.ok, `does not open: ${label}`);
      assert.ok(log.value.found.length >= ledger.records, `a record is lost: ${label}`);
      assert.ok(log.value.append({ text: "more" }).ok, `no more records: ${label}`);
    },
  };
  const counted = enumerateCrashes(scenario, 5);
  t.diagnostic(JSON.stringify(counted));
  assert.ok(counted.states > 300, JSON.stringify(counted));
});

const crashPlace: ChainedPlace = { folder: "/log", name: "notes" };

function hostOn(disk: SimulatedDisk): ChainHost {
  return { fs: disk, processes: { ...chainHost().processes, startedTicks: () => "gone" } };
}

function open(place: ChainedPlace): ChainedLog<Note> {
  return must(openChainedLog(chainHost(), place, schema, 0));
}

function withFolder(act: (place: ChainedPlace, path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "assay-chain-"));
  try {
    act({ folder, name: "notes" }, join(folder, "notes.jsonl"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function must<T>(result: Result<T, Fault>): T {
  assert.ok(result.ok, result.ok ? "" : result.fault.message);
  return result.value;
}
