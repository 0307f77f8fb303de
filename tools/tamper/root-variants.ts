import { basename } from "node:path";
import type { Files, Subject } from "./subject.ts";
import { type Changes, filesBelow, inFile, poolLook, type Variant, variantOf } from "./variant.ts";

/** Whole runs, the log and the pool taken away, replaced, or put back as they were before. */
export function* rootVariants(subject: Subject): Generator<Variant> {
  yield* replacedRuns(subject);
  yield* logs(subject);
  yield* pools(subject);
}

const log = "log/";

function* replacedRuns(subject: Subject): Generator<Variant> {
  const { files, run, other, older } = subject;
  const home = `${run}/`;
  const base = { file: home, look: run };
  yield variantOf({
    ...base,
    kind: "whole run taken away",
    what: `${run}, seen from ${other}`,
    changes: () => without(files, home),
    look: other,
    place: inFile(basename(run)),
    expected: { claim: "installation_log", code: "log_run_missing" },
  });
  yield variantOf({
    ...base,
    kind: "whole run replaced by an older seal of it",
    what: run,
    changes: () => instead(files, filesBelow(older, home), home),
    place: inFile(basename(run)),
    expected: { claim: "installation_log", code: "log_run_replaced" },
    mustPass: ["seal", "authenticity"],
  });
  yield variantOf({
    ...base,
    kind: "whole run replaced by another run",
    what: `${other} in the place of ${run}`,
    changes: () => instead(files, filesBelow(files, `${other}/`), home),
    place: inFile("run_manifest.json"),
  });
  yield variantOf({
    ...base,
    kind: "run stripped of its whole seal",
    what: run,
    changes: () => strippedOf(files, home),
    expected: { claim: "installation_log", code: "log_run_replaced" },
    place: inFile(basename(run)),
  });
}

function* logs({ files, run, other, earlier, older }: Subject): Generator<Variant> {
  const base = { file: log, look: run, needsMemory: true };
  const rolledBack = { claim: "installation_log", code: "log_rolled_back" };
  yield variantOf({
    ...base,
    kind: "log rolled back",
    what: "leaves and checkpoint of an earlier time",
    changes: () => instead(files, filesBelow(earlier, log), log),
    expected: rolledBack,
  });
  yield variantOf({
    ...base,
    kind: "whole root rolled back",
    what: "runs, log and pool of an earlier time",
    changes: () => instead(files, earlier, ""),
    look: other,
    expected: rolledBack,
  });
  yield variantOf({
    ...base,
    kind: "whole root replaced by another of the same keys",
    what: "older run and its log",
    changes: () => instead(files, older, ""),
    expected: rolledBack,
  });
  yield variantOf({
    ...base,
    kind: "log taken away",
    what: "leaves and checkpoint",
    changes: () => without(files, log),
    place: inFile("checkpoint"),
  });
  yield variantOf({
    ...base,
    kind: "log of another root",
    what: `one that knows ${run} alone`,
    changes: () => instead(files, filesBelow(older, log), log),
    expected: rolledBack,
  });
}

function* pools({ files, earlier }: Subject): Generator<Variant> {
  const pool = `${poolLook}/`;
  const base = { file: pool, look: poolLook, needsMemory: true };
  yield variantOf({
    ...base,
    kind: "pool rolled back",
    what: "records and checkpoints of an earlier time",
    changes: () => instead(files, filesBelow(earlier, pool), pool),
    expected: { claim: "pool_checkpoints", code: "pool_rolled_back" },
    place: inFile("pools/stage1/pool.jsonl"),
  });
  yield variantOf({
    ...base,
    kind: "pool taken away",
    what: "records, checkpoints and snapshots",
    changes: () => without(files, pool),
    expected: { claim: "pool_records", code: "pool_removed" },
    place: inFile("pools/stage1/pool.jsonl"),
  });
}

/** The folder holds these files and no others. */
function instead(files: Files, theirs: Files, folder: string): Changes {
  const put = [...theirs].map(([name, bytes]) => [folder + name, bytes] as const);
  return new Map<string, Uint8Array | null>([...without(files, folder), ...put]);
}

function without(files: Files, folder: string): Changes {
  const paths = [...files.keys()].filter((path) => path.startsWith(folder));
  return new Map(paths.map((path) => [path, null]));
}

/** What an honest run without keys looks like: its records and their sums. */
function strippedOf(files: Files, home: string): Changes {
  const sums = Buffer.from(files.get(`${home}SHA256SUMS`) ?? []).toString();
  const ofRecords = sums.split(/(?<=\n)/).filter((line) => !/ {2}(?:tlog|proofs)\//.test(line));
  const isSeal = (path: string): boolean =>
    /^(?:tlog\/|proofs\/|attestations)/.test(path.slice(home.length));
  const paths = [...files.keys()].filter((path) => path.startsWith(home) && isSeal(path));
  return new Map<string, Uint8Array | null>([
    ...paths.map((path) => [path, null] as const),
    [`${home}SHA256SUMS`, Buffer.from(ofRecords.join(""))],
  ]);
}
