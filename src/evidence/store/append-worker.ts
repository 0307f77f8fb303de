/**
 * A process that appends records to the file of its first argument and says on standard output how
 * many have landed, so that a test can break its system calls or kill it from outside.
 */
import { writeSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { openAppendWriter } from "./append-writer.ts";
import { makeDirectories, writeDocument } from "./document.ts";
import { takeLock } from "./lock.ts";
import { nodeFileSystem as fs } from "./node-file-system.ts";
import { machineProcesses } from "./process-identity.ts";

process.exitCode = work(process.argv[2] ?? "");

function work(path: string): number {
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
      const text = JSON.stringify({ batch, record, text: "x".repeat(record * 400) });
      if (!writer.append(text).ok) return 5;
    }
    const landed = writer.commit();
    if (!landed.ok) return 5;
    writeSync(1, `${landed.value.records}\n`);
  }
  const count = Buffer.from(String(writer.landed.records));
  if (!writeDocument(fs, join(directory, "count"), count).ok) return 5;
  return writer.close().ok ? 0 : 5;
}
