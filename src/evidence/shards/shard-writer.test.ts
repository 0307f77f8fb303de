import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isoFromMillis } from "#base";
import { temporaryRoot } from "#support";
import type { ReconstructionRawRecord } from "../artifacts/orders/raw-shards.ts";
import { createShardWriter, type FinishedShards } from "./shard-writer.ts";

const runId = "AUDIT_0123456789abcdef";
const stem = "positions_reconstruction_raw";
const start = Date.parse("2026-01-05T00:00:00.000Z");

test("two hundred records make one shard and the next begins another", () => {
  using root = temporaryRoot();
  const { index } = land(
    root.path,
    Array.from({ length: 401 }, (_, at) => at),
  );
  assert.deepEqual(
    index.shards.map(({ filename, records_count }) => [filename, records_count]),
    [
      [`${stem}_part_0001.json`, 200],
      [`${stem}_part_0002.json`, 200],
      [`${stem}_part_0003.json`, 1],
    ],
  );
  assert.deepEqual([index.total_shards, index.total_records], [3, 401]);
});

test("five minutes of record time end a shard, whatever the clock of the machine says", () => {
  using root = temporaryRoot();
  const { index } = land(root.path, [0, 299_999, 300_000, 300_001, 900_000]);
  assert.deepEqual(
    index.shards.map(({ records_count }) => records_count),
    [3, 1, 1],
  );
});

test("closed shards are read-only JSON whose digest is in the index", () => {
  using root = temporaryRoot();
  const { index, indexPath, indexSha256 } = land(root.path, [0, 1, 400_000]);
  for (const { filename, sha256, sha256_16, records_count } of index.shards) {
    const path = join(root.path, filename);
    const bytes = readFileSync(path);
    assert.equal(statSync(path).mode & 0o777, 0o444);
    assert.equal(digest(bytes), sha256);
    assert.equal(sha256.slice(0, 16), sha256_16);
    const shard = JSON.parse(bytes.toString("utf8")) as { records: unknown[] };
    assert.equal(shard.records.length, records_count);
  }
  assert.equal(digest(readFileSync(join(root.path, indexPath))), indexSha256);
});

test("a run without raw records has an index of no shards", () => {
  using root = temporaryRoot();
  assert.deepEqual(land(root.path, []).index.shards, []);
});

test("every record lies in exactly one shard, in its order, and no shard passes a bound", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 90_000 }), { maxLength: 60 }), (gaps) => {
      using root = temporaryRoot();
      let at = 0;
      const offsets = gaps.map((gap) => (at += gap));
      const policy = { max_records: 7, max_span_ms: 200_000 };
      const { index } = land(root.path, offsets, policy);
      const read = index.shards.flatMap(({ filename }) => {
        const text = readFileSync(join(root.path, filename), "utf8");
        return (JSON.parse(text) as { records: ReconstructionRawRecord[] }).records;
      });
      assert.deepEqual(read, offsets.map(recordAt));
      for (const shard of index.shards) {
        assert.ok(shard.records_count <= policy.max_records);
        const span = Date.parse(shard.end_ts) - Date.parse(shard.start_ts);
        assert.ok(span <= policy.max_span_ms);
      }
    }),
    { seed: 11, numRuns: 40 },
  );
});

test("a record whose schema refuses it, or that runs backwards, never reaches the disk", () => {
  using root = temporaryRoot();
  const writer = createShardWriter({ directory: root.path, stem, runId });
  assert.ok(writer.append(recordAt(5000, 0)).ok);
  assert.throws(() => writer.append({ ...recordAt(6000, 1), inst_id: "" }), /inst_id/);
  assert.throws(() => writer.append(recordAt(4000, 1)), /backwards/);
});

test("a shard that cannot be written is a fault, and the writer stays silent after it", () => {
  using root = temporaryRoot();
  const writer = createShardWriter({ directory: join(root.path, "gone"), stem, runId });
  const first = writer.append(recordAt(0, 0));
  assert.ok(!first.ok);
  assert.equal(first.fault.code, "store_missing");
  assert.deepEqual(writer.append(recordAt(1, 1)), first);
  assert.deepEqual(writer.finish(isoFromMillis(start)), first);
});

test("an existing part is never written over", () => {
  using root = temporaryRoot();
  land(root.path, [0]);
  chmodSync(join(root.path, `${stem}_part_0001.json`), 0o644);
  const again = createShardWriter({ directory: root.path, stem, runId }).append(recordAt(0, 0));
  assert.ok(!again.ok);
  assert.equal(again.fault.code, "store_exists");
});

function land(
  directory: string,
  offsets: readonly number[],
  policy?: Readonly<{ max_records: number; max_span_ms: number }>,
): FinishedShards {
  const options = { directory, stem, runId } as const;
  const writer = createShardWriter(policy === undefined ? options : { ...options, policy });
  for (const [seq, offset] of offsets.entries()) {
    assert.ok(writer.append(recordAt(offset, seq)).ok);
    assert.ok(writer.land().ok);
  }
  const finished = writer.finish(isoFromMillis(start));
  assert.ok(finished.ok);
  return finished.value;
}

function recordAt(offset: number, seq: number): ReconstructionRawRecord {
  return {
    run_id: runId,
    seq,
    ts_utc: isoFromMillis(start + offset),
    evidence_type: "fill",
    inst_id: "BTC-USDT-SWAP",
    tradeId: `t${seq}`,
    tradeId_reason: null,
    position_before: "0",
    position_after: "1.5",
    raw: { tradeId: `t${seq}` },
  };
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
