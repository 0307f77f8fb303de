import { type Entry, listFolder, sourcesIn } from "./list-folder.ts";
import { type EntryMust, refuseEntry } from "./refusals.ts";
import type { Source } from "./source.ts";
import { stampOf } from "./stamp.ts";

const stageMust: EntryMust = { be: "directory", form: /^[a-z0-9_]{1,64}$/, what: "a stage" };
const poolMust: EntryMust = { be: "file", form: /^pool\.jsonl$/, what: "a pool" };
const snapshotMust: EntryMust = {
  be: "file",
  form: /^[A-Za-z0-9_-]{1,128}\.jsonl$/,
  what: "a snapshot",
};

/** `pools/<stage>/pool.jsonl` and `pools/<stage>/snapshots/<snapshot>.jsonl`. */
export function listPools(root: string): readonly Source[] {
  const stages = sourcesIn(root, "pool", "pools", (entry) =>
    poolSource(root, entry.name, entry, stageMust),
  );
  return stages.flatMap((stage) => (stage.refusal === null ? listStage(root, stage) : [stage]));
}

/** A file of another name beside a pool belongs to it and is no source of its own. */
function listStage(root: string, stage: Source): readonly Source[] {
  const inside = listFolder(root, stage.path);
  if (!inside.ok) return [{ ...stage, refusal: inside.fault }];
  const pools = inside.value
    .filter(({ name }) => name === "pool.jsonl")
    .map((entry) => poolSource(root, stage.name, entry, poolMust));
  const snapshots = sourcesIn(root, "pool", `${stage.path}/snapshots`, (entry) =>
    poolSource(root, `${stage.name}/${entry.name.replace(/\.jsonl$/, "")}`, entry, snapshotMust),
  );
  // Other files beside snapshots (their seals) belong to them; the folder itself may be refused.
  return [
    ...pools,
    ...snapshots.filter(({ path, name }) => path.endsWith(".jsonl") || name === path),
  ];
}

function poolSource(root: string, name: string, entry: Entry, must: EntryMust): Source {
  const { path } = entry;
  const refusal = refuseEntry(entry, must);
  return { kind: "pool", name, path, stamp: stampOf(root, [path]), refusal };
}
