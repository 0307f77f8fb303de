import { cpSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type ClaimVerdict,
  type Finding,
  keysPlace,
  loadPoolTrust,
  loadRunTrust,
  type PoolTrust,
  type RunTrust,
  verifyPool,
  verifyRun,
} from "#evidence";
import type { Subject } from "./subject.ts";
import { type Changes, type Look, poolLook } from "./variant.ts";

export type Seen = Readonly<{
  verdict: string;
  claims: readonly ClaimVerdict[];
  findings: readonly Finding[];
}>;

/** The subject on disk, to be spoiled and mended again and again. */
export type Installation = Readonly<{
  root: string;
  /** The policy file of its keys. */
  policy: string;
  /** Where it keeps what was seen of the log or of the pool. */
  memoryOf: (what: Look) => string;
  /** Does this to the files, asks, and puts everything back. */
  withChanges: <T>(changes: Changes, ask: () => T) => T;
  /** The verdict of the product's own verifier; memory is what was seen of log and pool before. */
  look: (what: Look, withMemory: boolean) => Seen;
}>;

export function install(folder: string, subject: Subject): Installation {
  const root = join(folder, "root");
  const keys = join(folder, "keys");
  cpSync(subject.keys, keys, { recursive: true });
  for (const [path, bytes] of subject.files) put(join(root, path), bytes);
  const { run, pool } = trustOf(keys, root);
  return {
    root,
    policy: join(keys, "policy.json"),
    memoryOf: (what) => {
      const { memory } = what === poolLook ? pool : run;
      return memory?.directory ?? "";
    },
    withChanges(changes, ask) {
      for (const [path, bytes] of changes) {
        if (bytes === null) take(root, path);
        else put(join(root, path), bytes);
      }
      try {
        return ask();
      } finally {
        for (const path of changes.keys()) {
          const before = subject.files.get(path);
          if (before === undefined) take(root, path);
          else put(join(root, path), before);
        }
      }
    },
    look(what, withMemory): Seen {
      const verdict =
        what === poolLook
          ? verifyPool(root, { trust: remembering(pool, withMemory), integrityOnly: false })
          : verifyRun(join(root, what), {
              root,
              trust: remembering(run, withMemory),
            });
      if (verdict.ok) return verdict.value;
      return { verdict: verdict.fault.code, claims: [], findings: [] };
    },
  };
}

type Trust = Readonly<{ run: RunTrust; pool: PoolTrust }>;

function trustOf(keys: string, root: string): Trust {
  const place = keysPlace(keys, root);
  if (!place.ok) throw new Error(place.fault.message);
  const asked = { ring: place.value, policyFile: null, root };
  const [run, pool] = [loadRunTrust(asked), loadPoolTrust({ ...asked, nowMs: 0 })];
  if (!run.ok || !pool.ok) throw new Error("the subject's keys cannot be trusted");
  return { run: run.value, pool: pool.value };
}

function remembering<Kind extends RunTrust | PoolTrust>(trust: Kind, withMemory: boolean): Kind {
  return withMemory ? trust : { ...trust, memory: null };
}

/** Snapshots count only while nobody may write to them. */
function put(path: string, bytes: Uint8Array): void {
  rmSync(path, { force: true });
  const mode = path.includes("/snapshots/") ? 0o444 : 0o644;
  try {
    writeFileSync(path, bytes, { mode });
  } catch {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes, { mode });
  }
}

/** With the folders that it leaves empty: an empty folder is a change of its own. */
function take(root: string, path: string): void {
  rmSync(join(root, path), { force: true });
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    if (readdirSync(join(root, folder)).length > 0) return;
    rmdirSync(join(root, folder));
  }
}
