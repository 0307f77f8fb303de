import { writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { openAppendWriter } from "./append-writer.ts";
import { makeDirectories, writeDocument } from "./document.ts";
import { takeLock } from "./lock.ts";
import { nodeFileSystem as fs } from "./node-file-system.ts";
import { machineProcesses } from "./process-identity.ts";

/** For tests: number `record` of batch `batch`, of several lengths. */
export function recordText(batch: number, record: number): string {
  return JSON.stringify({ batch, record, text: "x".repeat(record * 400) });
}

/**
 * For tests, in a process of its own: appends four batches of three records to a new file and says
 * on standard output how many have landed, so that its system calls can be broken from outside.
 * Gives the exit code.
 */
export function appendBatches(path: string): number {
  const directory = dirname(path);
  if (!makeDirectories(fs, directory).ok) return 5;
  const lock = takeLock(fs, join(directory, "writer.lock"), machineProcesses());
  if (!lock.ok) return 5;
  const opened = openAppendWriter({ fs, path, start: "new", reserve: null });
  if (!opened.ok) return 5;
  fs.syncDirectory(directory);
  const writer = opened.value;
  for (let batch = 0; batch < 4; batch++) {
    for (let record = 0; record < 3; record++) {
      if (!writer.append(recordText(batch, record)).ok) return 5;
    }
    const landed = writer.commit();
    if (!landed.ok) return 5;
    writeSync(1, `${landed.value.records}\n`);
  }
  const count = Buffer.from(String(writer.landed.records));
  if (!writeDocument(fs, join(directory, "count"), count).ok) return 5;
  return writer.close().ok ? 0 : 5;
}
