/**
 * The frozen core. `npm run core:check` fails when a file that core or kernel rests on is not the
 * one core.lock names. `npm run core:renew -- --reason "..."` is the act that changes the lock.
 */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { frozenFiles } from "./core-lock/closure.ts";
import {
  type CoreLock,
  coreHash,
  differences,
  hashFiles,
  lockPath,
  readLock,
} from "./core-lock/lock.ts";

const renewHint = 'npm run core:renew -- --reason "what changed and why old runs may differ"';

if (import.meta.main) process.exit(main(process.argv.slice(2)));

function main(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { reason: { type: "string" }, root: { type: "string" } },
  });
  const root = values.root ?? join(import.meta.dirname, "..");
  if (positionals[0] === "check") return checkLock(root);
  if (positionals[0] === "renew") return renewLock(root, values.reason ?? "", new Date());
  console.error(`usage: core-lock.ts check | renew --reason "..."`);
  return 2;
}

/** 0 when every file is the locked one, else 1 and what differs. */
export function checkLock(root: string): number {
  const lock = readLock(root);
  if (lock === null) {
    console.error(`${lockPath} is missing: ${renewHint}`);
    return 1;
  }
  const differing = differences(lock, hashFiles(root, frozenFiles(root)));
  if (coreHash(lock.files) !== lock.core_hash || lock.history.at(-1)?.version !== lock.version) {
    differing.push(`edited   ${lockPath} by hand`);
  }
  if (differing.length > 0) {
    console.error(`${differing.join("\n")}\nthe frozen core changed: undo it, or ${renewHint}`);
    return 1;
  }
  const count = Object.keys(lock.files).length;
  console.log(`core ${lock.version} is unchanged: ${count} files, ${lock.core_hash}`);
  return 0;
}

/** Writes the next version of the lock with its reason; nothing to renew is not a new version. */
export function renewLock(root: string, reason: string, now: Date): number {
  const words = reason.trim().split(/\s+/).length;
  if (words < 3) {
    console.error(`a new core needs a reason of at least three words: ${renewHint}`);
    return 2;
  }
  const old = readLock(root);
  const files = hashFiles(root, frozenFiles(root));
  const hash = coreHash(files);
  if (old?.core_hash === hash) {
    console.log(`core ${old.version} is unchanged: nothing to renew`);
    return 0;
  }
  const version = (old?.version ?? 0) + 1;
  const date = now.toISOString().slice(0, 10);
  const renewal = { version, core_hash: hash, date, reason: reason.trim() };
  const history = [...(old?.history ?? []), renewal];
  const lock: CoreLock = { format: "core-lock/1", version, core_hash: hash, files, history };
  const path = join(root, lockPath);
  writeFileSync(`${path}.new`, `${JSON.stringify(lock, null, 2)}\n`);
  renameSync(`${path}.new`, path);
  console.log(`core ${old?.version ?? 0} -> ${version}: ${hash}`);
  return 0;
}
