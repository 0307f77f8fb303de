import { basename } from "node:path";
import type { Subject } from "./subject.ts";
import {
  type Changes,
  filesBelow,
  inFile,
  poolLook,
  targetsOf,
  type Variant,
  variantOf,
} from "./variant.ts";

/** Whole files taken away, added, and replaced by those of other seals. */
export function* fileVariants(subject: Subject): Generator<Variant> {
  yield* removed(subject);
  yield* added(subject);
  yield* exchangedBetween(subject);
}

function* removed(subject: Subject): Generator<Variant> {
  for (const { path, files, look } of targetsOf(subject)) {
    const [file] = files;
    const changes = (): Changes => new Map([[path, null]]);
    const base = { kind: "file removed", what: path, file: path, changes, look };
    const number = /\/checkpoints\/(\d+)\.checkpoint$/.exec(file)?.[1];
    // An older checkpoint may be missing: the newer ones prove the same (pools.md 8.1).
    if (number !== undefined && !isNewest(subject, Number(number))) continue;
    // What nobody signed, and what lost its signature, is whole and a doubt (pools.md P8).
    if (file.endsWith(".checkpoint")) yield variantOf({ ...base, isDoubtEnough: true });
    else yield variantOf({ ...base, place: inFile(...besides(file)) });
  }
  const run = `${subject.run}/`;
  for (const folder of ["proofs/", "tlog/"]) {
    const paths = [...subject.files.keys()].filter((path) => path.startsWith(run + folder));
    const changes = (): Changes => new Map(paths.map((path) => [path, null]));
    const place = inFile(paths[0]?.slice(run.length) ?? "");
    yield variantOf({
      kind: "folder removed",
      what: folder,
      file: `${run}${folder}`,
      changes,
      look: subject.run,
      place,
    });
  }
}

/** A document whose records stand alone is missed where they are. */
function besides(file: string): readonly string[] {
  return file.includes("/snapshots/") ? [file, `${file}l`, file.slice(0, -1)] : [file];
}

function isNewest({ files }: Subject, size: number): boolean {
  const folder = "pools/stage1/checkpoints/";
  const names = filesBelow(files, folder).keys();
  return Math.max(...[...names].map((name) => Number.parseInt(name, 10))) === size;
}

function* added({ files, run }: Subject): Generator<Variant> {
  const content = files.get(`${run}/survivors.jsonl`) ?? new Uint8Array(0);
  const names = ["notes.txt", "verdict.json", ".hidden", "survivors.jsonl.bak", "more/inside.json"];
  names.push("tlog/more", "tlog/tile/0/000", "proofs/survivors.jsonl.tlog-proof", "raw/SHA256SUMS");
  for (const name of names) {
    const path = `${run}/${name}`;
    const changes = (): Changes => new Map([[path, content]]);
    yield variantOf({
      kind: "file added",
      what: path,
      file: path,
      changes,
      look: run,
      place: inFile(name),
    });
  }
  for (const folder of ["checkpoints", "snapshots"]) {
    const path = `${poolLook}/${folder}/notes.txt`;
    const changes = (): Changes => new Map([[path, content]]);
    const place = inFile(path);
    yield variantOf({ kind: "file added", what: path, file: path, changes, look: poolLook, place });
  }
}

/** Every two files of a run in each other's place. */
export function* exchangedFiles(subject: Subject): Generator<Variant> {
  const ours = targetsOf(subject).filter(({ path, look }) => path.startsWith(look));
  for (const [at, one] of ours.entries()) {
    for (const two of ours.slice(at + 1)) {
      if (one.look !== two.look || one.look === poolLook) continue;
      if (Buffer.compare(one.bytes, two.bytes) === 0) continue;
      const changes = (): Changes =>
        new Map([
          [one.path, two.bytes],
          [two.path, one.bytes],
        ]);
      yield variantOf({
        kind: "files exchanged within the run",
        what: `${one.path} and ${two.path}`,
        file: one.path,
        changes,
        look: one.look,
        place: inFile(...one.files, ...two.files),
      });
    }
  }
}

/** A file of the run replaced by that of another run, and by its own older self. */
function* exchangedBetween(subject: Subject): Generator<Variant> {
  const { files, run, other, older } = subject;
  const home = `${run}/`;
  const sources = [
    ["another run", filesBelow(files, `${other}/`)],
    ["the same run, sealed before", filesBelow(older, home)],
  ] as const;
  for (const [whose, theirs] of sources) {
    for (const {
      path,
      files: [file],
      bytes,
    } of targetsOf(subject)) {
      const replacement =
        theirs.get(file.replace(basename(run), basename(other))) ?? theirs.get(file);
      if (!path.startsWith(home) || replacement === undefined) continue;
      if (Buffer.compare(replacement, bytes) === 0) continue;
      yield variantOf({
        kind: `file of ${whose}`,
        what: path,
        file: path,
        changes: () => new Map([[path, replacement]]),
        look: run,
        place: inFile(file, ...isSigned(file)),
      });
    }
  }
}

/** A statement that is genuine and of another seal: it is all others that it does not sign. */
function isSigned(file: string): readonly string[] {
  return file.startsWith("attestations") ? ["SHA256SUMS"] : [];
}
