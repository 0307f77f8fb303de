import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, test } from "node:test";
import {
  keysPlace,
  loadRunTrust,
  makeDevelopmentKeys,
  openRunSealer,
  policyPath,
  type RunTrust,
  verifyRun,
} from "#evidence";
import { editDocument, editFile, editRecord, eventfulRun, landRun, temporaryRoot } from "#support";

const script = join(import.meta.dirname, "../../tools/verify_py/verify.py");
const skip = spawnSync("python3", ["--version"]).status !== 0 && "no python3";
const nowMs = 1_795_219_200_000;
const temporary = temporaryRoot();
after(() => temporary[Symbol.dispose]());
const folder = temporary.path;

type Spoken = Readonly<{
  verdict: string;
  claims: readonly { id: string; verdict: string }[];
  findings: readonly { claim: string; code: string; file: string | null }[];
}>;
type Trusted = Readonly<{ file: string | null; trust: RunTrust }>;
type Tampering = readonly [name: string, verdict: string, edit: (run: string) => unknown];

test("the Python verifier and ours agree on sealed and tampered runs", { skip }, () => {
  const ours = trustOf("keys");
  const [run, other] = [8, 9].map((seed) => sealedRun("root", seed)) as [string, string];
  const nobody: Trusted = { file: null, trust: { policy: null, memory: null } };
  agree(
    [
      ["clean", "PASS", run],
      ["another", "PASS", other],
    ],
    ours,
  );
  agree([["clean, trusting nobody", "NOT_MEASURABLE", run]], nobody);
  agree([["clean, trusting somebody else", "FAIL", run]], trustOf("others"));
  const tampered = [...byteTamperings(run), ...tamperings(run, other)];
  assert.ok(tampered.length >= 40);
  const copies = tampered.map(([name, verdict, edit], index) => {
    const copy = writableCopy(run, join(folder, "tampered", `${index}`, basename(run)));
    edit(copy);
    return [name, verdict, copy] as const;
  });
  agree(copies, ours);
  const forgedRuns = forgeries.map((each, index) => forged(run, each, index));
  for (const { claims } of agree(forgedRuns, ours)) {
    const ofSeal = claims.filter(({ id }) => id === "seal" || id === "authenticity");
    assert.deepEqual(
      ofSeal.map(({ verdict }) => verdict),
      ["PASS", "PASS"],
    );
  }
});

/** Both verifiers say the expected word, and whoever says FAIL says where. */
function agree(
  rows: readonly (readonly [string, string, string])[],
  { file, trust }: Trusted,
): readonly Spoken[] {
  const policy = file === null ? [] : ["--policy", file];
  const runs = rows.map(([, , run]) => run);
  const { stdout, stderr, status } = spawnSync("python3", [script, ...runs, ...policy, "--json"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const spoken = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Spoken);
  assert.equal(spoken.length, rows.length, stderr);
  const words = new Set(rows.map(([, verdict]) => verdict));
  assert.equal(status, words.has("FAIL") ? 1 : words.has("NOT_MEASURABLE") ? 3 : 0, stderr);
  const disagreements = rows.flatMap(([name, expected, run], index) => {
    const verdict = verifyRun(run, { root: join(folder, "root"), trust });
    assert.ok(verdict.ok, name);
    const python = spoken[index];
    const said = { typescript: verdict.value.verdict, python: python?.verdict };
    const places = python?.findings.filter(({ file: place }) => place !== null) ?? [];
    const found = expected !== "FAIL" || places.length > 0;
    if (said.typescript === expected && said.python === expected && found) return [];
    return [{ name, expected, ...said, ours: verdict.value.findings.slice(0, 3), places }];
  });
  assert.deepEqual(disagreements, []);
  return spoken;
}

function trustOf(name: string): Trusted {
  const root = join(folder, "root");
  mkdirSync(root, { recursive: true });
  const place = keysPlace(join(folder, name), root);
  assert.ok(place.ok);
  assert.ok(makeDevelopmentKeys(place.value, nowMs).ok);
  const trust = loadRunTrust({ ring: place.value, policyFile: null, root });
  assert.ok(trust.ok);
  return { file: policyPath(place.value), trust: trust.value };
}

function sealedRun(rootName: string, seed: number): string {
  const { directory } = landRun(join(folder, rootName), { ...eventfulRun(), seed });
  seal(join(folder, rootName), directory);
  return directory;
}

function seal(root: string, run: string): void {
  const place = keysPlace(join(folder, "keys"), root);
  assert.ok(place.ok);
  const sealer = openRunSealer(place.value, root, { nowMillis: () => nowMs });
  assert.ok(sealer.ok && sealer.value !== null);
  const sealed = sealer.value.seal(run, basename(run));
  assert.ok(sealed.ok, JSON.stringify(sealed));
}

function writableCopy(from: string, to: string): string {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
  for (const file of filesOf(to)) chmodSync(join(to, file), 0o644);
  return to;
}

function filesOf(run: string): readonly string[] {
  const names = readdirSync(run, { recursive: true, encoding: "utf8" }).toSorted();
  return names.filter((name) => statSync(join(run, name)).isFile());
}

/** In every file: one byte in the middle, and the last byte taken away. */
function byteTamperings(run: string): readonly Tampering[] {
  const full = filesOf(run).filter((file) => statSync(join(run, file)).size > 0);
  return full.flatMap((file): Tampering[] => [
    [`one byte in ${file}`, "FAIL", (copy) => flip(join(copy, file))],
    [`${file} a byte short`, "FAIL", (copy) => shorten(join(copy, file))],
  ]);
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function shorten(path: string): void {
  truncateSync(path, statSync(path).size - 1);
}

const nested = `${"[".repeat(50_000)}${"]".repeat(50_000)}\n`;

/** Changes of lines and files; those with sums made anew need no key. */
function tamperings(run: string, other: string): readonly Tampering[] {
  const lineFiles = ["birth_events", "death_events", "genomes_snapshot", "capital_ledger"];
  const last = ["attestations.intoto.jsonl", "SHA256SUMS"];
  const removed = filesOf(run).filter((file) => !last.includes(file));
  const exchanged = ["survivors.jsonl", "run_manifest.json", "attestations.intoto.jsonl"];
  exchanged.push("SHA256SUMS", "tlog/checkpoint", "tlog/files.json", "tlog/leaf-hashes");
  const whole = "attestations.intoto.jsonl";
  return [
    ...lineFiles.flatMap((name): Tampering[] => [
      [
        `swapped lines of ${name}`,
        "FAIL",
        relined(`${name}.jsonl`, ([a, b, ...c]) => [b, a, ...c]),
      ],
      [`a line twice in ${name}`, "FAIL", relined(`${name}.jsonl`, ([a, ...c]) => [a, a, ...c])],
      [`a line less in ${name}`, "FAIL", relined(`${name}.jsonl`, ([, ...c]) => c)],
    ]),
    ...removed.map(
      (file): Tampering => [`${file} removed`, "FAIL", (copy) => rmSync(join(copy, file))],
    ),
    ...exchanged.map(
      (file): Tampering => [
        `${file} of another run`,
        "FAIL",
        (copy) => cpSync(join(other, file), join(copy, file), { force: true }),
      ],
    ),
    ["statement removed", "FAIL", (copy) => rmSync(join(copy, whole))],
    ["sums removed", "FAIL", (copy) => rmSync(join(copy, "SHA256SUMS"))],
    ["sums and statement removed", "FAIL", (copy) => last.forEach((f) => rmSync(join(copy, f)))],
    ["only the proofs left", "FAIL", onlyProofs],
    ["never finished", "NOT_MEASURABLE", unfinished],
    ["a file added", "FAIL", (copy) => writeFileSync(join(copy, "notes.txt"), "")],
    ["a file added to the tree", "FAIL", (copy) => writeFileSync(join(copy, "tlog/more"), "")],
    ["a folder added", "FAIL", (copy) => mkdirSync(join(copy, "more"))],
    ["a hidden file added", "FAIL", (copy) => writeFileSync(join(copy, ".hidden"), "")],
    ["renamed", "FAIL", (copy) => renameSync(join(copy, "seasons.jsonl"), join(copy, "s.jsonl"))],
    ["a link", "FAIL", linked],
    ["a pipe", "FAIL", piped],
    ["a statement nested deeply", "FAIL", (copy) => writeFileSync(join(copy, whole), nested)],
    [
      "a table nested deeply",
      "FAIL",
      (copy) => writeFileSync(join(copy, "tlog/files.json"), nested),
    ],
    ["a number beyond all", "FAIL", (copy) => writeFileSync(join(copy, whole), "1e999\n")],
    ["a space behind the statement", "FAIL", (copy) => appendFileSync(join(copy, whole), " ")],
    ["a proof of another file", "FAIL", otherProof],
    ["a second signature line", "FAIL", (copy) => twiceSigned(join(copy, "tlog/checkpoint"))],
    ["another tree size", "FAIL", (copy) => editFile(copy, "tlog/checkpoint", enlarge)],
    ["a manifest indented", "FAIL", (copy) => editFile(copy, "run_manifest.json", (t) => `${t} `)],
    [
      "the older name of a run",
      "FAIL",
      (copy) => cpSync(other, copy, { recursive: true, force: true }),
    ],
  ];
}

function relined(name: string, edit: (lines: string[]) => (string | undefined)[]) {
  return (copy: string): void => {
    editFile(copy, name, (text) => `${edit(text.trimEnd().split("\n")).join("\n")}\n`);
    sumAnew(copy);
  };
}

/** What somebody without the key can do: sums that fit. */
function sumAnew(run: string): void {
  editFile(run, "SHA256SUMS", (text) =>
    text.replace(/^\w{64} {2}(.*)$/gm, (_, name: string) => {
      const digest = createHash("sha256")
        .update(readFileSync(join(run, name)))
        .digest("hex");
      return `${digest}  ${name}`;
    }),
  );
}

function onlyProofs(run: string): void {
  for (const name of ["attestations.intoto.jsonl", "SHA256SUMS", "tlog"]) {
    rmSync(join(run, name), { recursive: true });
  }
}

function unfinished(run: string): void {
  for (const name of ["attestations.intoto.jsonl", "SHA256SUMS", "tlog", "proofs"]) {
    rmSync(join(run, name), { recursive: true });
  }
}

function linked(run: string): void {
  rmSync(join(run, "seasons.jsonl"));
  symlinkSync(join(run, "survivors.jsonl"), join(run, "seasons.jsonl"));
}

function piped(run: string): void {
  rmSync(join(run, "seasons.jsonl"));
  assert.equal(spawnSync("mkfifo", [join(run, "seasons.jsonl")]).status, 0);
}

function otherProof(run: string): void {
  const [one = "", other = ""] = readdirSync(join(run, "proofs"));
  cpSync(join(run, "proofs", one), join(run, "proofs", other));
}

function twiceSigned(path: string): void {
  const text = readFileSync(path, "utf8");
  writeFileSync(path, `${text}${text.split("\n\n")[1] ?? ""}`);
}

function enlarge(text: string): string {
  return text.replace(/^\d+$/m, (size) => `${Number(size) + 1}`);
}

type Forgery = readonly [name: string, edit: (run: string) => void];

/** False content under the right key: only the claims about the content find it. */
const forgeries: readonly Forgery[] = [
  ["a reserve that grew", (run) => editRecord(run, "capital_ledger.jsonl", 2, grow)],
  ["another genome", (run) => editRecord(run, "genomes_snapshot.jsonl", 0, mutate)],
  ["a death left out", (run) => editFile(run, "death_events.jsonl", withoutFirstLine)],
  ["a birth left out", (run) => editFile(run, "birth_events.jsonl", withoutFirstLine)],
  ["a richer survivor", (run) => editRecord(run, "survivors.jsonl", 0, enrich)],
  ["another gene id", (run) => editRecord(run, "birth_events.jsonl", 0, rename)],
  [
    "another seed",
    (run) => editDocument(run, "run_manifest.json", (each) => set(each, "seed", 77)),
  ],
  ["another leverage", (run) => editDocument(run, "run_manifest.json", leverage)],
  ["fewer deaths told", (run) => editDocument(run, "multiple_experiments_summary.json", fewer)],
  ["an indented record", (run) => editFile(run, "seasons.jsonl", (t) => t.replace(",", ", "))],
  ["a record nested deeply", (run) => editFile(run, "errors.jsonl", () => nested)],
  ["a file more", (run) => writeFileSync(join(run, "notes.txt"), "not of a run")],
];

/** The run with false records, summed and sealed anew with the trusted key in another root. */
function forged(run: string, [name, edit]: Forgery, index: number) {
  const root = join(folder, `forged-${index}`);
  const copy = writableCopy(run, join(root, "runs_hf", basename(run)));
  for (const part of ["attestations.intoto.jsonl", "tlog", "proofs", "SHA256SUMS"]) {
    rmSync(join(copy, part), { recursive: true });
  }
  edit(copy);
  const lines = filesOf(copy).map((file) => {
    const digest = createHash("sha256")
      .update(readFileSync(join(copy, file)))
      .digest("hex");
    return `${digest}  ${file}\n`;
  });
  writeFileSync(join(copy, "SHA256SUMS"), lines.join(""));
  seal(root, copy);
  return [name, "FAIL", copy] as const;
}

function set(record: Record<string, unknown>, field: string, value: unknown): void {
  record[field] = value;
}

function grow(record: Record<string, unknown>): void {
  const triplet = record["capital_triplet"] as Record<string, number>;
  set(triplet, "system_reserve_micro", (triplet["system_reserve_micro"] ?? 0) + 5);
  set(triplet, "current_total_micro", (triplet["current_total_micro"] ?? 0) + 5);
}

function mutate(record: Record<string, unknown>): void {
  const bytes = Buffer.from(String(record["weights"]), "base64");
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  set(record, "weights", bytes.toString("base64"));
}

function enrich(record: Record<string, unknown>): void {
  const life = record["life"] as Record<string, number>;
  set(life, "final_capital_micro", (life["final_capital_micro"] ?? 0) + 1);
}

function rename(record: Record<string, unknown>): void {
  set(record, "gene_id", "0".repeat(16));
}

function leverage(record: Record<string, unknown>): void {
  set(record["config"] as Record<string, unknown>, "max_leverage_ppm", 1_000_000);
}

function fewer(record: Record<string, unknown>): void {
  set(record, "deaths", Number(record["deaths"]) - 1);
}

function withoutFirstLine(text: string): string {
  return text.slice(text.indexOf("\n") + 1);
}
