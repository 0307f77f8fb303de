import { assert, ok } from "#base";
import { naiveRoot } from "../merkle/naive.ts";
import { system } from "../seal/sealed-run-fixture.ts";
import { type Enumerated, enumerateCrashes } from "../store/crash-driver.ts";
import { makeDirectories } from "../store/document.ts";
import type { SimulatedDisk } from "../store/simulated-disk.ts";
import { openPoolWriter, type PoolState, type PoolWriterOptions } from "./append-pool.ts";
import { inspectSnapshot } from "./inspect-snapshot.ts";
import { judgeCheckpoint, listCheckpoints } from "./pool-checkpoints.ts";
import { linesOf, lonelyProcesses, newRecordOf, trustOn } from "./pool-fixture.ts";
import { poolOrigin, poolPlace } from "./pool-place.ts";
import { createLeafHasher, createPoolTree } from "./pool-tree.ts";
import type { PoolTrust } from "./pool-trust.ts";
import { type SnapshotRequest, writeSnapshot } from "./write-snapshot.ts";

const place = poolPlace("/root");

/**
 * For tests: crashes and faults while records are appended and signed in two batches. What is found
 * is a prefix that keeps all that landed, and the next writer signs it and goes on.
 */
export function crashWhileAppending(oneIn: number): Enumerated {
  return enumerateCrashes<{ records: number; checkpoint: number }>(
    {
      setUp: (disk) => void makeDirectories(disk, "/root/pools"),
      ledger: () => ({ records: 0, checkpoint: 0 }),
      run(disk, ledger): void {
        for (const [from, to] of [
          [0, 2],
          [2, 3],
        ] as const) {
          const opened = openPoolWriter(optionsOn(disk));
          if (!opened.ok) return;
          const writer = opened.value;
          for (let at = from; at < to; at++) if (!writer.append(newRecordOf(at)).ok) return;
          if (!writer.commit().ok) return writer.abandon();
          ledger.records = to;
          const closed = writer.close();
          if (!closed.ok) return;
          ledger.checkpoint = closed.value.checkpoint ?? 0;
        }
      },
      check(disk, ledger, label): void {
        assert((signedSizes(disk).at(-1) ?? 0) >= ledger.checkpoint, label);
        const state = appendOn(disk, [0, 0]);
        assert(state.records >= ledger.records, label);
        assert(linesOn(disk).join() === linesOf(0, state.records).join(), label);
        assert((signedSizes(disk).at(-1) ?? 0) === state.records, label);
        const rest = appendOn(disk, [state.records, 3]);
        assert(rest.checkpoint === 3 && linesOn(disk).join() === linesOf(0, 3).join(), label);
      },
    },
    oneIn,
  );
}

/**
 * For tests: crashes and faults while a snapshot is written. What is found opens whole and
 * read-only, or is not there yet; taking it again gives the same.
 */
export function crashWhileTakingSnapshot(oneIn: number): Enumerated {
  const lines = linesOf(0, 4);
  const tree = createPoolTree();
  for (const line of lines) tree.add(createLeafHasher()(Buffer.from(line)));
  const request: SnapshotRequest = {
    poolSize: 4,
    poolRoot: Buffer.from(tree.root()).toString("base64"),
    rule: [{ field: "generation", operator: "<", value: 2 }],
    note: null,
    createdAt: "2026-01-02T03:04:05.006Z",
  };
  return enumerateCrashes<{ path: string | null }>(
    {
      setUp: (disk) => void appendOn(disk, [0, 4]),
      ledger: () => ({ path: null }),
      run(disk, ledger): void {
        const written = writeSnapshot(disk, place, request);
        if (written.ok) ledger.path = written.value.path;
      },
      check(disk, ledger, label): void {
        if (ledger.path !== null) assert(inspectSnapshot(disk, ledger.path, null).ok, label);
        const again = writeSnapshot(disk, place, request);
        assert(again.ok, `${label}: ${JSON.stringify(again)}`);
        const opened = inspectSnapshot(disk, again.value.path, null);
        assert(opened.ok, `${label}: ${JSON.stringify(opened)}`);
        const left = [...disk.contents().keys()].filter((name) => name.endsWith(".tmp"));
        assert(!left.some((name) => name.includes("snapshot.jsonl")), label);
      },
    },
    oneIn,
  );
}

export function optionsOn(
  disk: SimulatedDisk,
  trust: PoolTrust = trustOn(disk),
): PoolWriterOptions {
  const examine = () => ok("proven" as const);
  return { fs: disk, place, processes: lonelyProcesses, trust, examine };
}

/** Appends the records from..to - 1. */
export function appendOn(
  disk: SimulatedDisk,
  [from, to]: readonly [number, number],
  options: PoolWriterOptions = optionsOn(disk),
): PoolState {
  const opened = openPoolWriter(options);
  assert(opened.ok, JSON.stringify(opened));
  for (let at = from; at < to; at++) assert(opened.value.append(newRecordOf(at)).ok, "append");
  const closed = opened.value.close();
  assert(closed.ok, JSON.stringify(closed));
  return closed.value;
}

export function linesOn(disk: SimulatedDisk): string[] {
  return (disk.contents().get(place.pool) ?? "").split("\n").slice(0, -1);
}

/** Every checkpoint signs the root of the definition over so many lines; gives the sizes. */
export function signedSizes(disk: SimulatedDisk): readonly number[] {
  const listed = listCheckpoints(disk, place);
  assert(listed.ok, JSON.stringify(listed));
  const lines = linesOn(disk).map((line) => Buffer.from(line));
  return listed.value.notes.map(({ size, bytes }) => {
    const { policy } = trustOn(disk);
    const judged = judgeCheckpoint(bytes, { origin: poolOrigin(system), size }, policy);
    assert(judged.ok && judged.value.isTrusted, JSON.stringify(judged));
    const due = naiveRoot(lines.slice(0, size));
    assert(Buffer.compare(judged.value.checkpoint.root, due) === 0, `the root of ${size} records`);
    return size;
  });
}
