import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import fc from "fast-check";
import {
  copyRun,
  editFile,
  eventfulRun,
  hostFacts,
  landRun,
  planOf,
  resealRun,
  syntheticMarket,
  temporaryRoot,
} from "#support";
import type { Verdict } from "../artifacts/verdict.ts";
import { createRunWriter } from "../run/run-writer.ts";
import { verifyRun } from "./verify-run.ts";

function verdictOf(directory: string, root: string | null = null): Verdict {
  const verdict = verifyRun(directory, { root });
  assert.ok(verdict.ok);
  return verdict.value;
}

function claimOf(verdict: Verdict, id: string): Verdict["claims"][number] {
  const claim = verdict.claims.find((entry) => entry.id === id);
  assert.ok(claim !== undefined, `no claim ${id}`);
  return claim;
}

test("a clean run passes, and every claim says how much it looked at", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const { summary } = run;
  assert.ok(summary.births > 0 && summary.survival_kpi.reboots === 1 && summary.alive_agents > 0);
  assert.ok(Object.values(summary.deaths_by_reason).every((deaths) => deaths > 0));
  const verdict = verdictOf(run.directory);
  assert.equal(verdict.verdict, "PASS");
  assert.deepEqual(verdict.findings, []);
  for (const { id, checked, verdict: word } of verdict.claims) {
    const isElsewhere = ["pool_lines", "seal", "authenticity", "installation_log"].includes(id);
    assert.equal(word, isElsewhere ? "NOT_APPLICABLE" : "PASS", id);
    assert.ok(checked > 0 || isElsewhere, `${id} looked at nothing`);
  }
});

test("any run of the world passes: whole, interrupted, ruined or empty of life", () => {
  const world = fc.record({
    seed: fc.integer({ min: 0, max: 1_000_000 }),
    population: fc.integer({ min: 1, max: 12 }),
    leverage: fc.integer({ min: 1, max: 100 }),
    volatility: fc.integer({ min: 1, max: 300 }),
    volume: fc.constantFrom(50, 5000, 3_000_000),
    linear: fc.boolean(),
    drawn: fc.boolean(),
    behaviors: fc.boolean(),
    stopAfterTick: fc.option(fc.integer({ min: 1, max: 120 })),
    reboots: fc.integer({ min: 0, max: 3 }),
  });
  const ends = new Set<string>();
  fc.assert(
    fc.property(world, (spec) => {
      using root = temporaryRoot();
      const { seed, volatility, volume, behaviors, stopAfterTick } = spec;
      const run = landRun(root.path, {
        market: syntheticMarket({ bars: 140, seed, volatility, volume }),
        seed,
        behaviors,
        ...(stopAfterTick === null ? {} : { stopAfterTick }),
        config: {
          population: spec.population,
          max_agents: spec.population + 9,
          initial_total_capital_micro: 40_000_000_000 * spec.population,
          max_leverage_ppm: spec.leverage * 1_000_000,
          review_ticks: 30,
          max_reboots: spec.reboots,
          genome_schema_version: spec.linear ? "linear/1" : "twin-33-5-1/1",
          seasons: spec.drawn ? { kind: "drawn", count: 2, bars: 70 } : { kind: "whole_window" },
        },
      });
      ends.add(run.summary.end);
      const { verdict, findings } = verdictOf(run.directory);
      assert.deepEqual(findings, []);
      assert.equal(verdict, "PASS");
    }),
    { seed: 20_261_121, numRuns: 40 },
  );
  assert.ok(ends.has("window_end") && ends.has("stopped"));
});

test("an unsealed run is not measurable, whatever else is in it", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const copy = copyRun(run.directory, join(root.path, "copy"));
  rmSync(join(copy, "SHA256SUMS"));
  const verdict = verdictOf(copy);
  assert.equal(verdict.verdict, "NOT_MEASURABLE");
  assert.equal(verdict.sealed, false);

  const started = createRunWriter({
    root: root.path,
    plan: planOf(syntheticMarket({ bars: 100, seed: 1 })),
    host: hostFacts,
    clock: { nowMillis: () => 0 },
    behaviors: false,
  });
  assert.ok(started.ok);
  assert.equal(verdictOf(started.value.directory).verdict, "NOT_MEASURABLE");
  started.value.abort({ code: "store_disk_full", message: "no space" });
  const aborted = verdictOf(started.value.directory);
  assert.equal(aborted.verdict, "NOT_MEASURABLE");
  assert.match(aborted.reasons.join(), /aborted/);
});

test("each file removed, emptied, cut, doubled, exchanged or replaced is found", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const other = landRun(root.path, { ...eventfulRun(), seed: 9 });
  const otherNameOf = (name: string): string => name.replace(run.run_id, other.run_id);
  const acts: Readonly<Record<string, (path: string, name: string) => void>> = {
    removed: (path) => rmSync(path),
    emptied: (path) => writeFileSync(path, ""),
    "cut in the middle": (path) => cut(path, (text) => text.slice(0, text.length / 2)),
    "cut by one line": (path) => cut(path, (text) => text.replace(/[^\n]*\n$/, "")),
    doubled: (path) => cut(path, (text) => text + text),
    "of another run": (path, name) => {
      rmSync(path);
      copyFile(join(other.directory, otherNameOf(name)), path);
    },
    "a link to itself elsewhere": (path) => {
      renameSync(path, `${root.path}/moved`);
      symlinkSync(`${root.path}/moved`, path);
    },
    "a directory": (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    "a pipe": (path) => {
      rmSync(path);
      assert.equal(spawnSync("mkfifo", [path]).status, 0);
    },
    "with a byte order mark": (path) => cut(path, (text) => `\ufeff${text}`),
    "with carriage returns": (path) => cut(path, (text) => text.replaceAll("\n", "\r\n")),
  };
  const names = readdirSync(run.directory).filter((file) => file !== "SHA256SUMS");
  for (const [row, name] of names.entries()) {
    for (const [column, [act, change]] of Object.entries(acts).entries()) {
      for (const reseal of [false, true]) {
        // A third of the table: each file meets many acts, each act many files.
        if ((row + column + (reseal ? 1 : 0)) % 3 !== 0) continue;
        const copy = copyRun(run.directory, join(root.path, "copy"));
        change(join(copy, name), name);
        const unreadable = act === "a directory" || act === "a pipe";
        if (reseal && !unreadable) resealRun(copy);
        const { verdict, sealed } = verdictOf(copy);
        const same = name === "errors.jsonl" && sameWhenEmpty.has(act);
        if (!same) assert.equal(verdict, "FAIL", `${name} ${act}, resealed ${reseal}`);
        assert.ok(sealed);
        rmSync(copy, { recursive: true, force: true });
      }
    }
  }
});

/** What changes nothing in a file that is empty, here and in the other run. */
const sameWhenEmpty: ReadonlySet<string> = new Set([
  "emptied",
  "cut in the middle",
  "cut by one line",
  "doubled",
  "of another run",
  "with carriage returns",
]);

test("a file that the seal does not list is found, hidden or not", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  for (const extra of ["notes.txt", ".hidden", "zz\nnewline"]) {
    const copy = copyRun(run.directory, join(root.path, "copy"));
    writeFileSync(join(copy, extra), "x");
    assert.equal(claimOf(verdictOf(copy), "sums").verdict, "FAIL");
    rmSync(copy, { recursive: true });
  }
});

test("a run under another name, or replaced by another run, is found", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const copy = copyRun(run.directory, join(root.path, "HF_0123456789abcdef"));
  assert.equal(claimOf(verdictOf(copy), "manifest_identity").verdict, "FAIL");
});

test("lines swapped, removed or repeated are found although the sums were made anew", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const edits: Readonly<Record<string, (lines: string[]) => void>> = {
    swapped: (lines) => lines.splice(1, 2, lines[2] ?? "", lines[1] ?? ""),
    removed: (lines) => lines.splice(1, 1),
    repeated: (lines) => lines.splice(1, 0, lines[1] ?? ""),
    "last removed": (lines) => lines.splice(-2, 1),
  };
  for (const name of readdirSync(run.directory).filter((file) => /l?json.*|jsonl$/.test(file))) {
    if (!/^(agent_roster|behaviors|.*\.jsonl$)/.test(name) || name === "errors.jsonl") continue;
    for (const [what, edit] of Object.entries(edits)) {
      const copy = copyRun(run.directory, join(root.path, run.run_id));
      editFile(copy, name, (text) => {
        const lines = text.split("\n");
        edit(lines);
        return lines.join("\n");
      });
      resealRun(copy);
      assert.equal(verdictOf(copy).verdict, "FAIL", `${name} ${what}`);
      rmSync(copy, { recursive: true });
    }
  }
});

test("a manifest that cannot be read fails, and says that the rest could not be measured", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const copy = copyRun(run.directory, join(root.path, "copy"));
  writeFileSync(join(copy, "run_manifest.json"), "{");
  const verdict = verdictOf(copy);
  assert.equal(verdict.verdict, "FAIL");
  assert.equal(claimOf(verdict, "contract_run_manifest").verdict, "FAIL");
  assert.equal(claimOf(verdict, "life_records").verdict, "NOT_MEASURABLE");
});

test("what is no run directory is a fault, not a verdict", () => {
  using root = temporaryRoot();
  writeFileSync(join(root.path, "file"), "");
  const missing = verifyRun(join(root.path, "nothing"), { root: null });
  const file = verifyRun(join(root.path, "file"), { root: null });
  assert.ok(!missing.ok && missing.fault.code === "run_missing");
  assert.ok(!file.ok && file.fault.code === "run_not_directory");
});

test("an unreadable file fails its contract, and claims on it are not measurable", {
  skip: process.getuid?.() === 0 && "root reads everything",
}, () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const copy = copyRun(run.directory, join(root.path, "copy"));
  chmodSync(join(copy, "birth_events.jsonl"), 0o000);
  const verdict = verdictOf(copy);
  assert.equal(claimOf(verdict, "contract_birth_events").verdict, "FAIL");
  assert.equal(claimOf(verdict, "lineage").verdict, "NOT_MEASURABLE");
});

function cut(path: string, edit: (text: string) => string): void {
  editFile(join(path, ".."), path.slice(path.lastIndexOf("/") + 1), edit);
}

function copyFile(from: string, to: string): void {
  writeFileSync(to, "");
  appendFileSync(to, spawnSync("cat", [from]).stdout);
}
