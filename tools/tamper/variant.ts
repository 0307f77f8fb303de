import type { Files, Subject } from "./subject.ts";

/** What lies otherwise than in the subject, by path below the root; null = it is gone. */
export type Changes = ReadonlyMap<string, Uint8Array | null>;

/** Which verdict must find it: that on the pool, or on the run in this folder of the root. */
export type Look = string;

export const poolLook: Look = "pools/stage1";

/** Where the damage is: some finding must name one of the files, and the line where it is known. */
export type Place = Readonly<{ files: readonly string[]; line: number | null }>;

/** The finding that must be among them, where the attacker spared everything else. */
export type Expected = Readonly<{ claim: string; code: string }>;

/** One way to spoil the subject. */
export type Variant = Readonly<{
  /** The kind of act, as counted in the report. */
  kind: string;
  /** What exactly was done, so that it can be done again by hand. */
  what: string;
  /** Under which file it counts. */
  file: string;
  /** Made when it is needed: a campaign is shared among workers. */
  changes: () => Changes;
  look: Look;
  /** Null where the whole root was made anew: there is no place that differs from another. */
  place: Place | null;
  expected: Expected | null;
  /** Whether only what was seen before can find it. */
  needsMemory: boolean;
  /** Claims that must pass all the same: the seal of a forger who has the key. */
  mustPass: readonly string[];
  /** A verdict that is not PASS is all that can be had (the contract says where). */
  isDoubtEnough: boolean;
}>;

type Given = Pick<Variant, "kind" | "what" | "file" | "changes" | "look"> & Partial<Variant>;

/** A variant that has to be found, wherever, unless more is said. */
export function variantOf(given: Given): Variant {
  return {
    place: null,
    expected: null,
    needsMemory: false,
    mustPass: [],
    isDoubtEnough: false,
    ...given,
  };
}

/** A file whose bytes are changed, and how findings call it. */
export type Target = Readonly<{
  path: string;
  /** As findings name it: itself first, then what can be blamed as well. */
  files: readonly [string, ...string[]];
  look: Look;
  bytes: Uint8Array;
  /** Whether findings name lines of it. */
  hasLines: boolean;
}>;

/** Every file of the two runs, then those of the root's log and pool. */
export function targetsOf({ files, run, venueRun }: Subject): readonly Target[] {
  return [...files].flatMap(([path, bytes]): Target[] => {
    // A verdict on a pool names its files from the root, and lines only where one alone is wrong.
    if (path.startsWith(poolLook)) {
      return [{ path, files: boundTo(path), look: poolLook, bytes, hasLines: false }];
    }
    const folder = [run, venueRun, "log"].find((each) => path.startsWith(`${each}/`));
    if (folder === undefined) return [];
    const file = path.slice(folder.length + 1);
    // The log keeps no hash of each line: of a false digest only the root can tell. Nor does the
    // seal of what lies in a folder with sums of its own.
    const isRecords = folder !== "log" && !/^(?:attestations|raw\/)/.test(file);
    const hasLines = isRecords && file.endsWith(".jsonl");
    return [{ path, files: [file], look: folder === "log" ? run : folder, bytes, hasLines }];
  });
}

/** What only a signature holds together differs from it, whichever of the two was changed. */
function boundTo(path: string): readonly [string, ...string[]] {
  if (!path.includes("/snapshots/") || path.endsWith(".jsonl")) return [path];
  const stem = path.slice(0, path.lastIndexOf("."));
  return [path, `${stem}.json`, `${stem}.checkpoint`];
}

/** Somewhere in this file. */
export function inFile(...files: readonly string[]): Place {
  return { files, line: null };
}

/** Files of one folder, by their name in it. */
export function filesBelow(files: Files, folder: string): Files {
  const inside = [...files].filter(([path]) => path.startsWith(folder));
  return new Map(inside.map(([path, bytes]) => [path.slice(folder.length), bytes]));
}
