import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { keysPlace, makeDevelopmentKeys, openRunSealer, verifyRun } from "#evidence";
import { eventfulRun, filesBelow, landRun, landVenueRun, resealRun, temporaryRoot } from "#support";

/*
 * What may lie where a file of a run belongs, against both verifiers. The sums are made to fit, so
 * that whoever reads the file has to find it.
 */
const python = join(import.meta.dirname, "../../tools/verify_py/verify.py");
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const temporary = temporaryRoot();
after(() => temporary[Symbol.dispose]());

type Wreck = (path: string, before: Buffer) => void;

const put =
  (bytes: string | Uint8Array): Wreck =>
  (path) =>
    writeFileSync(path, bytes);
const edit =
  (change: (text: string) => string): Wreck =>
  (path, before) =>
    writeFileSync(path, change(before.toString()));

const wrecks: Readonly<Record<string, Wreck>> = {
  "nothing at all": (path) => rmSync(path),
  "an empty file": put(""),
  "a line end alone": put("\n"),
  "a directory": (path) => {
    rmSync(path);
    mkdirSync(path);
  },
  "a link to the very file elsewhere": (path) => {
    const elsewhere = join(temporary.path, `${basename(dirname(path))}-${basename(path)}`);
    renameSync(path, elsewhere);
    symlinkSync(elsewhere, path);
  },
  "a link to itself": (path) => {
    rmSync(path);
    symlinkSync(path, path);
  },
  "a pipe that nobody writes": (path) => {
    rmSync(path);
    execFileSync("mkfifo", [path]);
  },
  "a byte order mark before it": edit((text) => `\ufeff${text}`),
  "windows line ends": edit((text) => text.replaceAll("\n", "\r\n")),
  "no last line end": edit((text) => text.slice(0, -1)),
  "half of it": edit((text) => text.slice(0, text.length / 2)),
  "zero bytes behind it": (path) => appendFileSync(path, Buffer.alloc(600)),
  "its text in UTF-16": (path, before) =>
    writeFileSync(path, Buffer.from(`\ufeff${before.toString()}`, "utf16le")),
  "bytes that are no text": put(Buffer.from([0x7b, 0xff, 0xfe, 0xc0, 0x80, 0x7d, 0x0a])),
  "half a pair of UTF-16": put(`{"run_id":"\\ud800"}\n`),
  "a list": put("[]\n"),
  "a number": put("7\n"),
  null: put("null\n"),
  "a number without end": put(`{"seq":1e999,"run_id":${"9".repeat(5000)}}\n`),
  "words that only some parsers know": put('{"seq":NaN,"tick":Infinity,}\n'),
  "a member twice": edit((text) => text.replace("{", '{"run_id":"HF_0000000000000000",')),
  "a prototype for a member": edit((text) => text.replace("{", '{"__proto__":{"run_id":1},')),
  "texts for numbers": edit((text) => text.replace(/":( ?)(\d+)/, '":$1"$2"')),
  "a list for a value": edit((text) => text.replace(/":( ?)"/, '":$1["x"],"y":$1"')),
  "a million open brackets": put(`${"[".repeat(1_000_000)}\n`),
  "a member in a million objects": put(`${'{"a":'.repeat(300_000)}1${"}".repeat(300_000)}\n`),
  "a line of nine megabytes": put(`"${"x".repeat(9_000_000)}"\n`),
};

type Subject = Readonly<{ name: string; directory: string; isSigned: boolean }>;

/** A run of each kind without a signature, and one with. */
const subjects: readonly Subject[] = [
  { name: "offline", directory: offlineRun("plain"), isSigned: false },
  { name: "venue", directory: venueRun(), isSigned: false },
  { name: "signed", directory: signedRun(), isSigned: true },
];

/** Sealed and listed like all the others, but of a form that only the venue knows. */
const ofVenue = /^okx_rest_/;

/** Every file meets some wrecks and every wreck some files of each run. */
const places = subjects.flatMap((subject) => {
  const files = [...filesBelow(subject.directory).keys()].filter((file) => !ofVenue.test(file));
  return files.map((file) => ({ subject, file }));
});
const oneIn = 19;

for (const [row, [what, wreck]] of Object.entries(wrecks).entries()) {
  test(`both verifiers find ${what} where a file belongs`, () => {
    const spoiled = places
      .filter((_, column) => (5 * row + column) % oneIn === 0)
      .flatMap(({ subject, file }) => spoil(subject, file, wreck) ?? []);
    assert.ok(spoiled.length > 1);
    judgeAll(spoiled, what);
  });
}

test("both verifiers find a line and a document of one gigabyte, without reading it all", () => {
  const [offline] = subjects;
  assert.ok(offline !== undefined);
  const huge: Wreck = (path) => truncateSync(path, 2 ** 30);
  const files = ["birth_events.jsonl", "run_manifest.json"];
  judgeAll(
    files.flatMap((file) => spoil(offline, file, huge, false) ?? []),
    "a gigabyte",
  );
});

test("both verifiers find a file that they may not read", () => {
  const [offline] = subjects;
  assert.ok(offline !== undefined);
  const locked: Wreck = (path) => chmodSync(path, 0);
  chmodSync(temporary.path, 0o755);
  for (const file of ["birth_events.jsonl", "run_manifest.json", "SHA256SUMS"]) {
    const directory: string = spoil(offline, file, locked, false)?.directory ?? "";
    const script = `import { verifyRun } from "#evidence";
      console.log(JSON.stringify(verifyRun(process.argv[1], { root: null }).value));`;
    const ours = asNobody(process.execPath, ["--input-type=module", "-e", script, directory]);
    assert.equal(ours.verdict, "FAIL", file);
    if (!hasPython) continue;
    assert.equal(asNobody("python3", [python, directory, "--json"]).verdict, "FAIL", file);
  }
});

test("both verifiers find what does not belong into a run, whatever it is", () => {
  const [, , signed] = subjects;
  assert.ok(signed !== undefined);
  const strangers: readonly ((directory: string) => void)[] = [
    (directory) => writeFileSync(join(directory, "new\nline"), "x"),
    (directory) => writeFileSync(Buffer.from(`${directory}/\xff\xfe`, "latin1"), "x"),
    (directory) => writeFileSync(join(directory, "x".repeat(255)), "x"),
    (directory) => writeFileSync(join(directory, "-rf"), "x"),
    (directory) => symlinkSync("..", join(directory, "loop")),
    (directory) => void execFileSync("mkfifo", [join(directory, "pipe")]),
    (directory) => mkdirSync(join(directory, "empty")),
    (directory) => mkdirSync(join(directory, "a/".repeat(200)), { recursive: true }),
  ];
  const spoiled = strangers.map((stranger, at): Spoiled => {
    const directory = copyOf(signed, `stranger-${at}`);
    stranger(directory);
    return { directory, file: `stranger ${at}`, mayBeUnfinished: false };
  });
  judgeAll(spoiled, "a stranger");
});

type Spoiled = Readonly<{ directory: string; file: string; mayBeUnfinished: boolean }>;

/** A copy with one file spoiled and sums that fit it; null where that changes nothing. */
function spoil(subject: Subject, file: string, wreck: Wreck, fits = true): Spoiled | null {
  const directory = copyOf(subject, file.replaceAll("/", "-"));
  const path = join(directory, file);
  const before = readFileSync(path);
  wreck(path, before);
  const isFile = lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
  if (isFile && fits && readFileSync(path).equals(before)) return null;
  const isSums = file === "SHA256SUMS";
  if (isFile && fits && !subject.isSigned && !isSums) resealRun(directory);
  return { directory, file, mayBeUnfinished: isSums && !subject.isSigned };
}

let copies = 0;

/** Named as the run, in a folder of its own. */
function copyOf({ directory }: Subject, name: string): string {
  copies += 1;
  const to = join(temporary.path, `${copies}-${name}`.slice(0, 80), basename(directory));
  cpSync(directory, to, { recursive: true, verbatimSymlinks: true });
  for (const file of filesBelow(to).keys()) chmodSync(join(to, file), 0o644);
  return to;
}

/** Each ends with a verdict, the same of both, and it is FAIL; a run without sums is unfinished. */
function judgeAll(spoiled: readonly Spoiled[], what: string): void {
  const others = hasPython ? second(spoiled.map(({ directory }) => directory)) : [];
  for (const [at, { directory, file, mayBeUnfinished }] of spoiled.entries()) {
    const label = `${what} as ${file} in ${directory}`;
    const verdict = verifyRun(directory, { root: null });
    assert.ok(verdict.ok, label);
    const word = verdict.value.verdict;
    assert.ok(word === "FAIL" || (mayBeUnfinished && word === "NOT_MEASURABLE"), label);
    assert.ok(word !== "FAIL" || verdict.value.findings.length > 0, label);
    if (hasPython) assert.equal(others[at]?.verdict, word, label);
    rmSync(dirname(directory), { recursive: true, force: true });
  }
}

type Said = Readonly<{ verdict: string }>;

function second(directories: readonly string[]): readonly Said[] {
  const { stdout, stderr, signal } = spawnSync("python3", [python, ...directories, "--json"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 300_000,
  });
  assert.equal(signal, null, "the second verifier does not end");
  const lines = stdout.split("\n").filter((line) => line !== "");
  assert.equal(lines.length, directories.length, stderr);
  return lines.map((line) => JSON.parse(line) as Said);
}

/** Root may read everything, so root asks as somebody else. */
function asNobody(program: string, args: readonly string[]): Said {
  const who = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const cwd = join(import.meta.dirname, "../..");
  const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8", cwd, ...who });
  assert.ok(stdout.startsWith("{"), stderr);
  return JSON.parse(stdout) as Said;
}

function offlineRun(name: string): string {
  return landRun(join(temporary.path, name), eventfulRun()).directory;
}

function venueRun(): string {
  const directory = landVenueRun(join(temporary.path, "venue"));
  resealRun(directory);
  return directory;
}

function signedRun(): string {
  const directory = offlineRun("signed");
  const root = join(temporary.path, "signed");
  const place = keysPlace(join(temporary.path, "keys"), root);
  assert.ok(place.ok && makeDevelopmentKeys(place.value, Date.now()).ok);
  const sealer = openRunSealer(place.value, root, { nowMillis: Date.now });
  assert.ok(sealer.ok && sealer.value !== null);
  assert.ok(sealer.value.seal(directory, basename(directory)).ok);
  return directory;
}
