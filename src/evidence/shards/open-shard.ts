import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { ShardEntry, ShardHead } from "../artifacts/orders/raw-shards.ts";
import { listHeadText, listTail } from "../run/list-document.ts";
import { openAppendWriter } from "../store/append-writer.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import type { ShardExtent } from "./rotation.ts";

/** A shard that takes records. Faults are those of the store; after one it is to be left alone. */
export type OpenShard = Readonly<{
  readonly extent: ShardExtent;
  append: (text: string, ts_utc: string) => Result<void, Fault>;
  land: () => Result<void, Fault>;
  /** Lands it, gives it its digest and takes the right to write it from everyone. */
  close: () => Result<ShardEntry, Fault>;
}>;

export type ShardPlace = Readonly<{ fs: FileSystem; path: string; filename: string }>;

/** Creates the file of a shard, durable under its name, with its head on the first line. */
export function openShard(
  { fs, path, filename }: ShardPlace,
  head: ShardHead,
  start_ts: string,
): Result<OpenShard, Fault> {
  const opened = openAppendWriter({ fs, path, start: "new", reserve: null });
  if (!opened.ok) return opened;
  const writer = opened.value;
  const named = attemptIo("write", path, () => fs.syncDirectory(dirname(path)));
  if (!named.ok) return named;
  const digest = createHash("sha256");
  let [records, end_ts] = [0, start_ts];

  function line(text: string): Result<void, Fault> {
    const taken = writer.append(text);
    if (!taken.ok) return taken;
    digest.update(`${text}\n`);
    return ok(undefined);
  }

  const begun = line(listHeadText(head, "records"));
  if (!begun.ok) return begun;
  return ok({
    get extent(): ShardExtent {
      return { records, start_ts, end_ts };
    },
    append(text, ts_utc): Result<void, Fault> {
      const written = line(records === 0 ? text : `,${text}`);
      if (!written.ok) return written;
      records += 1;
      end_ts = ts_utc;
      return ok(undefined);
    },
    land(): Result<void, Fault> {
      const landed = writer.commit();
      return landed.ok ? ok(undefined) : err(landed.fault);
    },
    close(): Result<ShardEntry, Fault> {
      const ended = line(listTail);
      if (!ended.ok) return ended;
      const landed = writer.close();
      if (!landed.ok) return landed;
      const locked = attemptIo("write", path, () => fs.changeMode(path, 0o444));
      if (!locked.ok) return locked;
      const sha256 = digest.digest("hex");
      const sha256_16 = sha256.slice(0, 16);
      return ok({ filename, start_ts, end_ts, records_count: records, sha256, sha256_16 });
    },
  });
}
