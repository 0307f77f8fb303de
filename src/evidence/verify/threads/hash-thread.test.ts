import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import {
  copyRun,
  editFile,
  editRecord,
  eventfulRun,
  landRun,
  resealRun,
  temporaryRoot,
} from "#support";
import { makeDevelopmentKeys } from "../../keys/development-keys.ts";
import { keysPlace } from "../../keys/keys-place.ts";
import { openRunSealer } from "../../log/run-sealer.ts";
import { verifyRun } from "../verify-run.ts";

type Edit = (directory: string) => void;

const edits: Readonly<Record<string, Edit>> = {
  nothing: () => {},
  "a genome's hash": (run) =>
    editRecord(run, "genomes_snapshot.jsonl", 3, (record) => {
      record["weights_sha256"] = "0".repeat(64);
    }),
  "a gene id": (run) =>
    editRecord(run, "genomes_snapshot.jsonl", 0, (record) => {
      record["gene_id"] = "0".repeat(16);
    }),
  "the hash of an agent": (run) =>
    editFile(run, "agent_roster.json", (text) =>
      text.replace(/("agent_id":"a000002","agent_id_hash":")[0-9a-f]{4}/, "$10000"),
    ),
  "a file without its end": (run) => appendFileSync(join(run, "birth_events.jsonl"), "{"),
  "a line that is no record": (run) => appendFileSync(join(run, "death_events.jsonl"), "{}\n"),
  "a file taken away": (run) => rmSync(join(run, "agent_roster.json")),
  "a folder in the place of a file": (run) => {
    rmSync(join(run, "survivors.jsonl"));
    mkdirSync(join(run, "survivors.jsonl"));
  },
};

test("threads beside change nothing in a verdict, whatever is wrong with the run", () => {
  using root = temporaryRoot();
  const original = landRun(root.path, eventfulRun()).directory;
  for (const [name, edit] of Object.entries(edits)) {
    for (const isForged of [false, true]) {
      const run = copyRun(original, join(root.path, `${name} ${isForged}`, basename(original)));
      edit(run);
      if (isForged && !name.startsWith("a folder")) resealRun(run);
      const alone = verifyRun(run, { root: null, threadsFromBytes: Number.POSITIVE_INFINITY });
      const beside = verifyRun(run, { root: null, threadsFromBytes: 0 });
      assert.ok(alone.ok);
      assert.deepEqual(beside, alone, name);
      assert.equal(alone.value.verdict === "PASS", name === "nothing", name);
    }
  }
});

test("a seal is judged beside as it is judged alone", () => {
  using root = temporaryRoot();
  const home = join(root.path, "home");
  mkdirSync(home);
  const ring = keysPlace(join(root.path, "keys"), home);
  assert.ok(ring.ok && makeDevelopmentKeys(ring.value, 1_795_219_200_000).ok);
  const sealer = openRunSealer(ring.value, home, { nowMillis: () => 1_795_219_200_000 });
  assert.ok(sealer.ok && sealer.value !== null);
  const { directory, run_id } = landRun(home, eventfulRun());
  assert.ok(sealer.value.seal(directory, run_id).ok);
  for (const [name, edit] of Object.entries(sealEdits)) {
    const run = copyRun(directory, join(root.path, name, run_id));
    edit(run);
    const alone = verifyRun(run, { root: null, threadsFromBytes: Number.POSITIVE_INFINITY });
    const beside = verifyRun(run, { root: null, threadsFromBytes: 0 });
    assert.ok(alone.ok);
    assert.deepEqual(beside, alone, name);
    assert.equal(alone.value.verdict, name === "nothing" ? "PASS" : "FAIL", name);
  }
});

const sealEdits: Readonly<Record<string, Edit>> = {
  nothing: () => {},
  "no checkpoint": (run) => rmSync(join(run, "tlog", "checkpoint")),
  "no leaf hashes": (run) => rmSync(join(run, "tlog", "leaf-hashes")),
  "other leaf hashes": (run) => {
    const path = join(run, "tlog", "leaf-hashes");
    const bytes = readFileSync(path);
    bytes[77] = (bytes[77] ?? 0) ^ 1;
    rmSync(path);
    writeFileSync(path, bytes);
  },
  "lines exchanged": (run) =>
    editFile(run, "death_events.jsonl", (text) => {
      const [first = "", second = "", ...rest] = text.split("\n");
      return [second, first, ...rest].join("\n");
    }),
  "a line repeated": (run) =>
    editFile(run, "capital_ledger.jsonl", (text) => `${text.split("\n")[0]}\n${text}`),
  "a line less": (run) =>
    editFile(run, "survivors.jsonl", (text) => text.split("\n").slice(1).join("\n")),
};
