import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import {
  keysPlace,
  loadRunTrust,
  makeDevelopmentKeys,
  openRunSealer,
  policyPath,
  type RunSealer,
  type RunTrust,
  sealVenueRun,
  type Verdict,
  verifyRun,
} from "#evidence";
import { eventfulRun, landRun, temporaryRoot } from "#support";

/*
 * The second verifier, tools/verify_py, is written from the contracts. Here it is held to their
 * tables and known answers and to our word on clean and on golden runs; the tamper campaign
 * (tools/tamper) compares both on spoiled ones.
 */
const tools = join(import.meta.dirname, "../../tools/verify_py");
const docs = join(import.meta.dirname, "../../docs/contracts");
const golden = join(import.meta.dirname, "../golden/orders");
const skip = spawnSync("python3", ["--version"]).status !== 0 && "no python3";
const temporary = temporaryRoot();
after(() => temporary[Symbol.dispose]());

test("its tables are those of the contracts", { skip }, () => {
  const [tables] = answers([["tables"]]) as [Record<string, string>];
  const blocks: readonly (readonly [table: string, file: string, fence: string, at: number])[] = [
    ["world", "run-directory.md", "shapes", 0],
    ["orders", "orders.md", "shapes", 0],
    ["reads", "orders.md", "reads", 0],
    ["pool_record", "pools.md", "shapes", 0],
    ["snapshot", "pools.md", "shapes", 1],
  ];
  for (const [table, file, fence, at] of blocks) {
    const form = new RegExp(`^\`\`\`${fence}\\n([^\`]*)\`\`\`$`, "gm");
    const found = [...readFileSync(join(docs, file), "utf8").matchAll(form)][at];
    assert.equal(found?.[1]?.trim(), tables[table]?.trim(), `${file} ${table}`);
  }
  assert.ok(contract("run-directory.md").includes(`\`${tables["inventory"]}\``));
});

test("the shapes of the contracts have the keys that their lists give", () => {
  const text = contract("orders.md");
  const shapes = shapesOf(text);
  const lists = [...text.matchAll(/^- `([\w.]+)`: `([^`]+)`/gm)];
  assert.ok(lists.length >= 20);
  for (const [, file = "", list = ""] of lists) {
    const keys = shapes.get(file.replace(/\.jsonl?$/, ""));
    assert.deepEqual(keys, list.split(/,\s+/), file);
  }
});

test("it gives the known answers of the contracts", { skip }, () => {
  const pools = contract("pools.md");
  const rows = [...pools.matchAll(/^\| \d \| `(\w+)` \| `(\w{64})` \| `([\w+/=]+)` \|$/gm)];
  assert.equal(rows.length, 5);
  const leaves = rows.map(([, line = ""]) => Buffer.from(line).toString("hex"));
  const proofs = [...pools.matchAll(/^((?:`[\w+/=]{44}`(?:, )?)+)$/gm)].map(([, list = ""]) =>
    [...list.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => hexOf(text)),
  );
  const [multi = [], consistency = []] = proofs;
  const [root = ""] = rows.slice(-1).map(([, , , text = ""]) => hexOf(text));
  const noted = /```\n(assay\.local\/pool\/stage1\n[^`]+)```/.exec(pools)?.[1] ?? "";
  const key = /`assay\.local\/pool\+\w{8}\+([\w+/=]+)`/.exec(pools)?.[1] ?? "";
  const raw = Buffer.from(key, "base64").subarray(1).toString("hex");
  const said = answers([
    ...rows.map((_, at) => ["tree_root", leaves.slice(0, at + 1)]),
    ["multiproof", 5, [1, 3, 4], [1, 3, 4].map((at) => leaves[at]), multi],
    ["consistency", 3, leaves],
    ["note", noted, "assay.local/pool", raw],
    ["note", noted.replace("\n5\n", "\n4\n"), "assay.local/pool", raw],
  ]);
  assert.deepEqual(said, [
    ...rows.map(([, , , text = ""]) => hexOf(text)),
    root,
    [consistency, true],
    ["assay.local/pool/stage1", 5, root],
    null,
  ]);
});

test("the run of the known answers of the seal is whole and authentic to it", { skip }, () => {
  const blocks = contract("seal.md").slice(contract("seal.md").indexOf("## 9 Known answers"));
  const found = [...blocks.matchAll(/^`([^`]+)`[^\n]*:\n\n```text\n([^`]*)```$/gm)];
  const texts = new Map(found.map(([, path = "", text = ""]) => [path, text]));
  const leaves = (texts.get("death_events.jsonl") ?? "").split("\n").slice(0, -1);
  const hashes = (texts.get("tlog/leaf-hashes") ?? "").split("\n").slice(0, -1);
  const messages = [
    ...leaves.map((line, at) => `assay/1 line death_events.jsonl ${at + 1}\n${line}`),
    `assay/1 document run_manifest.json\n${texts.get("run_manifest.json")}`,
    `assay/1 document tlog/files.json\n${texts.get("tlog/files.json")}`,
  ].map((message) => Buffer.from(message).toString("hex"));
  const [note = "", logNote = ""] = ["tlog/checkpoint", "log/checkpoint"].map(
    (path) => texts.get(path) ?? "",
  );
  const [, , root = ""] = note.split("\n");
  const keys = [...contract("seal.md").matchAll(/`?assay\.local\/[\w-]+\+\w{8}\+([\w+/=]+)`/g)];
  const [sealKey = "", logKey = ""] = keys.map(([, key = ""]) =>
    Buffer.from(key, "base64").subarray(1).toString("hex"),
  );
  const [proof = ""] = ["proofs/run_manifest.json.tlog-proof"].map((path) => texts.get(path) ?? "");
  const path = proof.split("\n\n")[0]?.split("\n").slice(2).map(hexOf) ?? [];
  const said = answers([
    ...messages.map((message) => ["tree_root", [message]]),
    ["tree_root", messages],
    ["inclusion", messages[2], 2, 4, path],
    ["note", note, "assay.local/run-seal", sealKey],
    ["note", logNote, "assay.local/log", logKey],
    ["tree_root", [Buffer.from((texts.get("log/leaves.jsonl") ?? "").trim()).toString("hex")]],
  ]);
  const [, , logRoot = ""] = logNote.split("\n");
  assert.deepEqual(said, [
    ...hashes,
    hexOf(root),
    hexOf(root),
    ["assay.local/run/HF_0123456789abcdef", 4, hexOf(root)],
    ["assay.local/log", 1, hexOf(logRoot)],
    hexOf(logRoot),
  ]);
});

test("both say the same of clean runs, whoever is asked whom to trust", { skip }, () => {
  const ours = install("ours");
  const run = landSealed(ours, 8);
  const full = landSealed(ours, 8, undefined, "AUDIT");
  const [stopped, empty] = [landSealed(ours, 9, 77), landSealed(ours, 3)];
  const others = install("others");
  const cases: readonly (readonly [what: string, run: string, trust: Trusted, word: string])[] = [
    ["trusting the sealer", run, ours, "PASS"],
    ["one that was stopped", stopped, ours, "PASS"],
    ["one of the full tier", full, ours, "PASS"],
    ["another", empty, ours, "PASS"],
    ["trusting nobody", run, { file: null, trust: nobody }, "NOT_MEASURABLE"],
    ["trusting somebody else", run, others, "FAIL"],
  ];
  for (const [what, path, { file, trust }, word] of cases) {
    const verdict = oursOf(path, ours.root, trust);
    const [said] = verdictsOn([path], file);
    assert.deepEqual([verdict.verdict, said?.verdict], [word, word], what);
    if (word !== "PASS") continue;
    assert.deepEqual(differences(verdict, said), [], what);
    for (const claims of [verdict.claims, said?.claims ?? []]) {
      const vacuous = claims.filter((claim) => claim.verdict === "PASS" && claim.checked === 0);
      assert.deepEqual(vacuous, [], what);
    }
    assert.deepEqual(emptyFiles(said?.claims ?? []), emptyFiles(verdict.claims), what);
  }
  const said = emptyFiles(oursOf(run, ours.root, ours.trust).claims);
  assert.ok(said.includes("contract_errors: 1, empty_as_summary_figures_proves"), said.join());
  // Of a log that nobody trusted signed, both say that alone, and nothing of the runs in it.
  const distrusted = [oursOf(run, ours.root, others.trust), ...verdictsOn([run], others.file)];
  for (const { findings } of distrusted) {
    const ofLog = findings.filter(({ claim }) => claim === "installation_log");
    assert.deepEqual(
      ofLog.map(({ code }) => code),
      ["log_checkpoint_wrong"],
    );
  }
  for (const part of ["attestations.intoto.jsonl", "tlog", "proofs", "SHA256SUMS"]) {
    rmSync(join(empty, part), { recursive: true });
  }
  assert.equal(oursOf(empty, ours.root, ours.trust).verdict, "NOT_MEASURABLE");
  assert.equal(verdictsOn([empty], ours.file)[0]?.verdict, "NOT_MEASURABLE");
});

test("of a directory that is no run neither makes a verdict", { skip }, () => {
  const [place, begun] = [join(temporary.path, "no-run"), join(temporary.path, "begun")];
  mkdirSync(join(place, "runs_hf"), { recursive: true });
  mkdirSync(join(begun, "tlog"), { recursive: true });
  const made = verifyRun(place, { root: null });
  assert.equal(!made.ok && made.fault.code, "no_run_here");
  const { status, stderr } = spawnSync("python3", [join(tools, "verify.py"), place]);
  assert.equal(status, 2);
  assert.match(String(stderr), /no run here/);
  // What holds a part of a run is one, and there is something to say of it.
  const verdict = oursOf(begun, null, nobody);
  assert.equal(verdict.verdict, "FAIL");
});

test("both say the same of every golden order run", { skip }, () => {
  const { root, sealerIn, trust, file } = install("orders");
  const [pass, fail] = [join(golden, "pass"), join(golden, "fail")];
  const runs = new Map<string, string>();
  for (const name of readdirSync(pass)) runs.set(name, settle(root, name, [join(pass, name)]));
  for (const name of readdirSync(fail)) {
    const expected = JSON.parse(readFileSync(join(fail, name, "expected.json"), "utf8")) as {
      base: string;
      removed: readonly string[];
    };
    const sources = [join(pass, expected.base), join(fail, name)];
    runs.set(name, settle(root, name, sources, expected.removed));
  }
  // All but a few are one run with one edit each, and a log knows a run once.
  const sealed = [...runs].filter(([name, run]) => sealVenueRun(run, sealerIn(name)).ok);
  // A seal does not begin on samples that are not as their own sums say.
  assert.ok(sealed.length >= runs.size - 1 && sealed.length >= 20);
  const said = verdictsOn(
    sealed.map(([, run]) => run),
    file,
    "--alone",
  );
  for (const [at, [name, run]] of sealed.entries()) {
    const verdict = oursOf(run, null, trust);
    assert.equal(said[at]?.verdict, verdict.verdict, name);
    const [claim = ""] = name.split("--");
    assert.equal(wordOf(said[at], claim), wordOf(verdict, claim), name);
    assert.deepEqual(differences(verdict, said[at]), [], name);
  }
});

type Spoken = Readonly<{
  verdict: string;
  claims: readonly { id: string; verdict: string; reason: string | null; checked: number }[];
  findings: readonly { claim: string; code: string; file: string | null }[];
}>;
type Trusted = Readonly<{ file: string | null; trust: RunTrust }>;
type Installed = Trusted &
  Readonly<{
    root: string;
    sealer: RunSealer;
    /** With the same keys, for an installation beside it. */
    sealerIn: (name: string) => RunSealer;
  }>;

const nobody: RunTrust = { policy: null, memory: null };

function install(name: string): Installed {
  const root = join(temporary.path, name, "root");
  mkdirSync(root, { recursive: true });
  const place = keysPlace(join(temporary.path, name, "keys"), root);
  assert.ok(place.ok);
  assert.ok(makeDevelopmentKeys(place.value, Date.now()).ok);
  const trust = loadRunTrust({ ring: place.value, policyFile: null, root });
  assert.ok(trust.ok);
  const sealerIn = (folder: string): RunSealer => {
    const there = join(root, folder);
    const ring = keysPlace(join(temporary.path, name, "keys"), there);
    assert.ok(ring.ok);
    const sealer = openRunSealer(ring.value, there, { nowMillis: Date.now });
    assert.ok(sealer.ok && sealer.value !== null);
    return sealer.value;
  };
  const sealer = sealerIn(".");
  return { root, sealer, sealerIn, file: policyPath(place.value), trust: trust.value };
}

function landSealed(
  { root, sealer }: Installed,
  seed: number,
  stop?: number,
  purpose: "HF" | "AUDIT" = "HF",
): string {
  const stopped = stop === undefined ? {} : { stopAfterTick: stop };
  const { directory } = landRun(root, { ...eventfulRun(), seed, purpose, ...stopped });
  const sealed = sealer.seal(directory, basename(directory));
  assert.ok(sealed.ok, JSON.stringify(sealed));
  return directory;
}

/** The golden run in a folder of its own, later sources over earlier ones; gives its directory. */
function settle(
  root: string,
  name: string,
  sources: readonly string[],
  removed: readonly string[] = [],
): string {
  const place = join(root, "golden", name);
  for (const source of sources) cpSync(source, place, { recursive: true });
  rmSync(join(place, "expected.json"), { force: true });
  for (const path of removed) rmSync(join(place, path));
  const [folder = ""] = readdirSync(place);
  const [run = ""] = readdirSync(join(place, folder));
  return join(place, folder, run);
}

function oursOf(run: string, root: string | null, trust: RunTrust): Verdict {
  const verdict = verifyRun(run, { root, trust });
  assert.ok(verdict.ok);
  return verdict.value;
}

function verdictsOn(
  runs: readonly string[],
  policy: string | null,
  ...more: readonly string[]
): readonly Spoken[] {
  const trusting = policy === null ? [] : ["--policy", policy];
  const args = [join(tools, "verify.py"), ...runs, ...trusting, ...more, "--json"];
  const { stdout, stderr } = spawnSync("python3", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const lines = stdout.split("\n").filter((line) => line !== "");
  assert.equal(lines.length, runs.length, stderr);
  return lines.map((line) => JSON.parse(line) as Spoken);
}

/** Claims that both judge and judge otherwise. */
function differences(
  first: Verdict,
  second: Spoken | undefined,
): readonly Readonly<{ id: string; first: string; second: string }>[] {
  return first.claims.flatMap(({ id, verdict }) => {
    const other = wordOf(second, id);
    return other === null || other === verdict ? [] : [{ id, first: verdict, second: other }];
  });
}

/** Claims whose PASS is about an empty file, and what they say of it. */
function emptyFiles(claims: Spoken["claims"]): readonly string[] {
  return claims
    .filter(({ reason }) => reason?.startsWith("empty_as_"))
    .map(({ id, reason, checked }) => `${id}: ${checked}, ${reason}`)
    .toSorted();
}

function wordOf(said: Pick<Spoken, "claims"> | undefined, claim: string): string | null {
  return said?.claims.find(({ id }) => id === claim)?.verdict ?? null;
}

function answers(questions: readonly (readonly unknown[])[]): readonly unknown[] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join("");
  const { stdout, stderr } = spawnSync("python3", [join(tools, "answer.py")], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const lines = stdout.split("\n").filter((line) => line !== "");
  assert.equal(lines.length, questions.length, stderr);
  return lines.map((line): unknown => JSON.parse(line));
}

function contract(file: string): string {
  return readFileSync(join(docs, file), "utf8");
}

/** Keys by shape, the fields of others in their place. */
function shapesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const [, block = ""] = /^```shapes\n([^`]*)```$/m.exec(text) ?? [];
  const shapes = new Map<string, string[]>();
  let keys: string[] = [];
  for (const line of block.split("\n")) {
    const words = line.split(/\s+/).filter((word) => word !== "");
    if (!line.startsWith(" ")) shapes.set(words.shift() ?? "", (keys = []));
    for (const word of words) {
      const others = word.startsWith("+") ? shapes.get(word.slice(1)) : undefined;
      keys.push(...(others ?? [word.slice(0, word.indexOf(":"))]));
    }
  }
  return shapes;
}

function hexOf(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}
