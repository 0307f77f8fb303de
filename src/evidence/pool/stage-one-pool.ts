import { err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { machineProcesses } from "../store/process-identity.ts";
import { type NewRecord, openPoolWriter, type PoolState, type PoolWriter } from "./append-pool.ts";
import { poolPlace } from "./pool-place.ts";
import { poolLineOf, poolRecordsOf } from "./pool-records.ts";
import { createLeafHasher } from "./pool-tree.ts";
import { noTrust, type PoolTrust } from "./pool-trust.ts";
import { createTailExaminer } from "./tail-examiner.ts";

/** How many records a call put into the pool, and how many were there already. */
export type PoolAppend = Readonly<{ appended: number; present: number }>;

/**
 * Appends the survivors of sealed runs to `pools/stage1/pool.jsonl`, run by run in the order given,
 * and signs the pool as it then is where the installation has a pool key. A record that is there
 * already is skipped; one that is there with other bytes is the fault pool_record_differs, and
 * nothing of its run is appended. One process at a time holds the pool. Other faults: those of
 * openPoolWriter and of poolRecordsOf.
 */
export function appendRunsToPool(
  root: string,
  directories: readonly string[],
  trust: PoolTrust = noTrust,
): Result<PoolAppend & PoolState, Fault> {
  const place = poolPlace(root);
  const opened = openPoolWriter({
    fs: nodeFileSystem,
    place,
    processes: machineProcesses(),
    trust,
    examine: createTailExaminer(root, place.pool),
  });
  if (!opened.ok) return opened;
  const writer = opened.value;
  const appended = appendAll(writer, directories);
  if (!appended.ok) {
    writer.abandon();
    return appended;
  }
  const closed = writer.close();
  return closed.ok ? ok({ ...appended.value, ...closed.value }) : closed;
}

function appendAll(writer: PoolWriter, directories: readonly string[]): Result<PoolAppend, Fault> {
  let [appended, present] = [0, 0];
  for (const directory of directories) {
    const records = newRecords(writer, directory);
    if (!records.ok) return records;
    for (const record of records.value.missing) {
      const taken = writer.append(record);
      if (!taken.ok) return taken;
    }
    // A run is in the pool whole or, after a crash here, is completed by the next call.
    const landed = writer.commit();
    if (!landed.ok) return landed;
    appended += records.value.missing.length;
    present += records.value.present;
  }
  return ok({ appended, present });
}

type NewRecords = Readonly<{ missing: readonly NewRecord[]; present: number }>;

function newRecords(writer: PoolWriter, directory: string): Result<NewRecords, Fault> {
  const records = poolRecordsOf(directory);
  if (!records.ok) return records;
  const hashLeaf = createLeafHasher();
  const missing: NewRecord[] = [];
  let present = 0;
  for (const record of records.value) {
    const line = poolLineOf(record);
    const known = writer.leafOf(record.source.run_id, record.agent_id);
    if (known === null) {
      missing.push({ runId: record.source.run_id, agentId: record.agent_id, line });
    } else if (known === hashLeaf(utf8ToBytes(line))) {
      present += 1;
    } else {
      const message = `the pool holds another record of ${record.id}; one of them is not genuine`;
      return err({ code: "pool_record_differs", message, at: directory });
    }
  }
  return ok({ missing, present });
}
