import { statSync } from "node:fs";
import { err, type Fault, ok, type Result } from "#base";
import { reasonOf, systemCode } from "../files/system-code.ts";
import { incidentRecord } from "./incident-files.ts";
import { type Entry, sourcesIn } from "./list-folder.ts";
import { listPools } from "./list-pools.ts";
import { refuseEntry } from "./refusals.ts";
import { runFiles, runFolders, verdictFile } from "./run-files.ts";
import type { Source } from "./source.ts";
import { stampOf } from "./stamp.ts";

/**
 * Everything under the root that the index is made of, by path, without opening a file. What is in
 * the place of a source and cannot be one is listed with its refusal. Fault: root_unreadable.
 */
export function listSources(root: string): Result<readonly Source[], Fault> {
  const refused = refuseRoot(root);
  if (refused !== null) return err(refused);
  const sources = [
    ...runFolders.flatMap(({ folder, form }) =>
      sourcesIn(root, "run", folder, (entry) => runSource(root, entry, form)),
    ),
    ...sourcesIn(root, "dataset", "datasets", (entry) => datasetSource(root, entry)),
    ...sourcesIn(root, "campaign", "campaigns", (entry) => campaignSource(root, entry)),
    ...sourcesIn(root, "incident", "incidents", (entry) => incidentSource(root, entry)).filter(
      ({ name }) => name !== setAside,
    ),
    ...listPools(root),
  ];
  // Names that are not UTF-8 may read alike; one of them stands for all.
  const byPath = new Map(sources.map((source) => [source.path, source]));
  return ok([...byPath.values()].sort((one, two) => (one.path < two.path ? -1 : 1)));
}

function refuseRoot(root: string): Fault | null {
  try {
    if (statSync(root).isDirectory()) return null;
    return { code: "root_unreadable", message: "the root is not a directory", at: root };
  } catch (cause) {
    const code = systemCode(cause);
    if (code === null) throw cause;
    const message = `cannot read the root: ${reasonOf(code)}`;
    return { code: "root_unreadable", message, at: root };
  }
}

function runSource(root: string, entry: Entry, form: RegExp): Source {
  const { name, path } = entry;
  const files = Object.values(runFiles).map((file) => `${path}/${file}`);
  const stamp = stampOf(root, [path, ...files, verdictFile(name)]);
  const refusal = refuseEntry(entry, { be: "directory", form, what: "a run in this folder" });
  return { kind: "run", name, path, stamp, refusal };
}

function datasetSource(root: string, entry: Entry): Source {
  const { name, path } = entry;
  const stamp = stampOf(root, [path, `${path}/dataset.json`]);
  const form = /^[0-9a-f]{16}$/;
  const refusal = refuseEntry(entry, { be: "directory", form, what: "a dataset" });
  return { kind: "dataset", name, path, stamp, refusal };
}

function campaignSource(root: string, entry: Entry): Source {
  const { path } = entry;
  const form = /^[A-Za-z0-9_-]{1,128}\.jsonl$/;
  const refusal = refuseEntry(entry, { be: "file", form, what: "a campaign record" });
  const name = entry.name.replace(/\.jsonl$/, "");
  return { kind: "campaign", name, path, stamp: stampOf(root, [path]), refusal };
}

/** Unfinished records of runs that were run again, under the same id: the run is in its place. */
const setAside = "set_aside";

function incidentSource(root: string, entry: Entry): Source {
  const { name, path } = entry;
  const form = /^INC_[A-Za-z0-9_]{1,64}$/;
  const refusal = refuseEntry(entry, { be: "directory", form, what: "an incident" });
  const stamp = stampOf(root, [`${path}/${incidentRecord}`]);
  return { kind: "incident", name, path, stamp, refusal };
}
