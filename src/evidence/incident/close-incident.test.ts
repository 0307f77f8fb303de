import assert from "node:assert/strict";
import { appendFileSync, chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Fault, Result } from "#base";
import {
  copyRun,
  editDocument,
  editFile,
  landRun,
  landVenueRun,
  resealRun,
  temporaryRoot,
} from "#support";
import { sealVenueRun } from "../log/seal-venue-run.ts";
import { verifyRun } from "../verify/verify-run.ts";
import { fixIncident, noteIncident } from "./add-to-incident.ts";
import { type Closing, type ClosureOutcome, closeIncident } from "./close-incident.ts";
import { incidentHost } from "./incident-host.ts";
import { inspectIncident, listIncidents } from "./inspect-incident.ts";
import { openIncident } from "./open-incident.ts";

const openedMs = 1_767_323_045_000;
const later = openedMs + 60_000;

/** An installation with a run in trouble and an incident about it. */
function troubled(criteria: readonly string[] = ["claim:roster_join=PASS"]) {
  const root = temporaryRoot();
  const bad = landRun(root.path, { seed: 1, nowMillis: () => openedMs - 60_000 });
  const verify: Closing["verify"] = (directory) => verifyRun(directory, { root: root.path });
  const opened = openIncident(incidentHost(), {
    root: root.path,
    runDirectory: bad.directory,
    title: "Agents without an anchor",
    impact: "No clustering by genome",
    severity: "high",
    incidentType: "Observability gap",
    sections: [],
    claims: [],
    criteria,
    by: "ada",
    clock: { nowMillis: () => openedMs },
    nonce: "0123abcd",
    verify,
  });
  assert.ok(opened.ok);
  const { id, folder } = opened.value;
  const act = { root: root.path, incident: id, by: "grace", clock: { nowMillis: () => later } };
  const close = (
    runDirectory: string,
    confirmations: Closing["confirmations"] = [],
  ): Result<ClosureOutcome, Fault> =>
    closeIncident(incidentHost(), act, { runDirectory, verify, confirmations });
  return {
    ...{ root, bad, id, folder, act, close },
    path: root.path,
    record: () => readFileSync(join(folder, "record.jsonl"), "utf8"),
    [Symbol.dispose]: () => root[Symbol.dispose](),
  };
}

function goodRun(root: string, seed = 2) {
  return landRun(root, { seed, nowMillis: () => openedMs + 1000 });
}

function codesOf(outcome: Result<ClosureOutcome, Fault>): readonly string[] {
  assert.ok(outcome.ok, JSON.stringify(outcome));
  assert.equal(outcome.value.closed, outcome.value.reasons.length === 0);
  return outcome.value.reasons.map(({ code }) => code);
}

function findingsOf(path: string, incident: string, head: string | null = null) {
  const inspected = inspectIncident(incidentHost(), { root: path, incident }, head);
  assert.ok(inspected.ok);
  return inspected.value;
}

test("another run, started later, sealed and passing, closes an incident for good", () => {
  using place = troubled(["claim:roster_join=PASS", "artifact:agent_roster.json"]);
  const run = goodRun(place.path);
  const outcome = place.close(run.directory);
  assert.deepEqual(codesOf(outcome), []);
  assert.ok(outcome.ok && outcome.value.criteria.every(({ met }) => met));
  const shown = findingsOf(place.path, "0123abcd");
  assert.deepEqual(
    [shown.findings, shown.document, shown.state?.status],
    [[], "current", "closed"],
  );
  assert.match(shown.text ?? "", /- \*\*closed\*\* 2026-01-02T03:05:05\.000Z by grace/);
  assert.ok(shown.text?.includes(run.run_id));

  const before = place.record();
  const again = place.close(run.directory);
  assert.equal(!again.ok && again.fault.code, "incident_closed");
  assert.equal(place.record(), before);
});

test("a fix alone closes nothing", () => {
  using place = troubled();
  const fixed = fixIncident(incidentHost(), place.act, { commit: "10bdcfb", text: "Land it" });
  assert.ok(fixed.ok && fixed.value.state.status === "open");
  assert.match(readFileSync(join(place.folder, "INCIDENT.md"), "utf8"), /Pending: a fix closes/);
  assert.ok(codesOf(place.close(place.bad.directory)).includes("same_run"));
});

test("a refusal is an entry with every reason, and the incident stays open", () => {
  using place = troubled(["claim:roster_join=PASS", "Seen by two people", "artifact:nothing.json"]);
  const outcome = place.close(place.bad.directory);
  const reasons = ["same_run", "run_not_newer", "criterion_unmet", "criterion_unmet"];
  assert.deepEqual(codesOf(outcome), reasons);
  const last = JSON.parse(place.record().trimEnd().split("\n").at(-1) ?? "");
  assert.equal(last.type, "close_refused");
  assert.equal(last.reasons.length, 4);
  assert.equal(findingsOf(place.path, place.id).state?.status, "open");
});

test("a run that started before the opening, or after now, does not close", () => {
  using place = troubled();
  for (const [seed, startMs, code] of [
    [2, openedMs, "run_not_newer"],
    [3, openedMs - 1, "run_not_newer"],
    [4, later + 1, "run_start_in_future"],
  ] as const) {
    const run = landRun(place.path, { seed, nowMillis: () => startMs });
    assert.deepEqual(codesOf(place.close(run.directory)), [code]);
  }
});

test("an unsealed, a damaged and a forged run do not close", () => {
  using place = troubled();
  const run = goodRun(place.path);
  const copy = (name: string): string =>
    copyRun(run.directory, join(place.path, name, "runs_hf", run.run_id));

  const unsealed = copy("unsealed");
  rmSync(join(unsealed, "SHA256SUMS"));
  assert.deepEqual(codesOf(place.close(unsealed)), ["run_not_sealed", "criterion_unmet"]);

  const damaged = copy("damaged");
  editFile(damaged, "seasons.jsonl", (text) => text.replace("1", "2"));
  assert.ok(codesOf(place.close(damaged)).includes("run_not_verified"));

  const backdated = copy("backdated");
  editDocument(backdated, "run_manifest.json", (manifest) => {
    manifest["run_id"] = "HF_ffffffffffffffff";
  });
  resealRun(backdated);
  assert.ok(codesOf(place.close(backdated)).includes("run_not_verified"));

  const nameless = copy("nameless");
  writeFileSync(join(nameless, "run_manifest.json"), "{}");
  const codes = codesOf(place.close(nameless));
  for (const code of ["run_unknown", "run_start_unknown"]) assert.ok(codes.includes(code), code);
});

test("the same run executed again elsewhere is no other run", () => {
  using place = troubled();
  const again = landRun(join(place.path, "elsewhere"), { seed: 1, nowMillis: () => later - 1 });
  assert.deepEqual(codesOf(place.close(again.directory)), ["same_run"]);
});

test("criteria that no verifier, file or join meets keep an incident open", () => {
  using place = troubled([
    "claim:step93_agent_roster=PASS",
    "claim:genome_matrix=PASS",
    "artifact:order_attempts.jsonl",
    "join:order_attempts->agent_roster",
    "join:birth_events->agent_roster",
    "artifact:SHA256SUMS",
  ]);
  const outcome = place.close(goodRun(place.path).directory);
  assert.ok(outcome.ok && !outcome.value.closed);
  assert.deepEqual(
    outcome.value.criteria.map(({ met, detail }) => [met, detail.replace(/[\d,]+ checked/, "n")]),
    [
      [false, "the verifier makes no claim step93_agent_roster"],
      [false, "NOT_APPLICABLE (behaviors_not_enabled), 0 checked".replace("0 checked", "n")],
      [false, "is not in the run"],
      [false, "the run has no order_attempts"],
      [true, "roster_join: PASS, n"],
      [false, "is not listed in SHA256SUMS"],
    ],
  );
});

test("a text is met by who confirms it with evidence, and by nothing else", () => {
  using place = troubled(["claim:roster_join=PASS", "The dashboards agree"]);
  const run = goodRun(place.path);
  assert.deepEqual(codesOf(place.close(run.directory)), ["criterion_unmet"]);
  const before = place.record();
  const slips = [
    [{ number: 3, evidence: "x" }],
    [{ number: 0, evidence: "x" }],
    [{ number: 1, evidence: "x" }],
    [2, 2].map((number) => ({ number, evidence: "x" })),
  ];
  for (const confirmations of slips) {
    const refused = place.close(run.directory, confirmations);
    assert.equal(!refused.ok && refused.fault.code, "confirmation_unfit");
  }
  const empty = place.close(run.directory, [{ number: 2, evidence: " " }]);
  assert.equal(!empty.ok && empty.fault.code, "incident_text_unfit");
  assert.equal(place.record(), before);
  const outcome = place.close(run.directory, [{ number: 2, evidence: "panel 7, 12:04" }]);
  assert.deepEqual(codesOf(outcome), []);
  const text = readFileSync(join(place.folder, "INCIDENT.md"), "utf8");
  assert.match(text, /The dashboards agree: confirmed; confirmed by grace: panel 7, 12:04/);
});

test("without a criterion nothing is closed; one may be added until then", () => {
  using place = troubled([]);
  const run = goodRun(place.path);
  assert.deepEqual(codesOf(place.close(run.directory)), ["criteria_missing"]);
  const note = {
    section: "note",
    text: "Found what matters",
    criteria: ["claim:sums=PASS"],
  } as const;
  assert.ok(noteIncident(incidentHost(), place.act, note).ok);
  const repeated = noteIncident(incidentHost(), place.act, note);
  assert.equal(!repeated.ok && repeated.fault.code, "criterion_repeated");
  assert.deepEqual(codesOf(place.close(run.directory)), []);
  const late = noteIncident(incidentHost(), place.act, { ...note, criteria: ["more"] });
  assert.equal(!late.ok && late.fault.code, "incident_closed");
  assert.ok(noteIncident(incidentHost(), place.act, { ...note, criteria: [] }).ok);
  const fixed = fixIncident(incidentHost(), place.act, { commit: "0123abc", text: "Late" });
  assert.equal(!fixed.ok && fixed.fault.code, "incident_closed");
});

test("a bundle that was touched keeps the incident open, a broken chain refuses everything", () => {
  using place = troubled();
  const run = goodRun(place.path);
  const roster = join(place.folder, "bundle", "run", "agent_roster.json");
  chmodSync(roster, 0o644);
  appendFileSync(roster, " ");
  assert.deepEqual(codesOf(place.close(run.directory)), ["bundle_altered"]);

  const record = join(place.folder, "record.jsonl");
  writeFileSync(record, place.record().replace("No clustering", "So clustering"));
  const before = place.record();
  const closed = place.close(run.directory);
  assert.equal(!closed.ok && closed.fault.code, "incident_damaged");
  const fixed = fixIncident(incidentHost(), place.act, { commit: "0123abc", text: "x" });
  assert.equal(!fixed.ok && fixed.fault.code, "incident_damaged");
  assert.equal(place.record(), before);
  const shown = findingsOf(place.path, place.id);
  assert.deepEqual([shown.state, shown.findings[0]?.code], [null, "chain_broken"]);
  const listed = listIncidents(incidentHost(), place.path);
  assert.match((listed.ok && listed.value.incidents[0]?.problem) || "", /\[chain_broken\]$/);
});

test("the verdict that closed an incident and a head noted elsewhere are checked", () => {
  using place = troubled();
  const outcome = place.close(goodRun(place.path).directory);
  assert.ok(outcome.ok && outcome.value.closed);
  const { head } = outcome.value.state;
  assert.deepEqual(findingsOf(place.path, place.id, head).findings, []);
  const foreign = findingsOf(place.path, place.id, "f".repeat(64)).findings;
  assert.deepEqual(
    foreign.map(({ code }) => code),
    ["head_unknown"],
  );
  // Record and document cut back together: only the head from elsewhere tells.
  const [opening = ""] = place.record().split("\n");
  writeFileSync(join(place.folder, "record.jsonl"), `${opening}\n`);
  rmSync(join(place.folder, "INCIDENT.md"));
  assert.deepEqual(findingsOf(place.path, place.id).findings, []);
  const cut = findingsOf(place.path, place.id, head).findings;
  assert.deepEqual(
    cut.map(({ code }) => code),
    ["head_unknown"],
  );
});

test("a closing verdict that was changed is found", () => {
  using place = troubled();
  assert.deepEqual(codesOf(place.close(goodRun(place.path).directory)), []);
  const path = join(place.folder, "closure", "verdict.json");
  chmodSync(path, 0o644);
  appendFileSync(path, "\n");
  const { findings } = findingsOf(place.path, place.id);
  assert.deepEqual(
    findings.map(({ code }) => code),
    ["closure_altered"],
  );
});

test("an unknown incident and a run that is not there leave no entry", () => {
  using place = troubled();
  const before = place.record();
  const nowhere = place.close(join(place.path, "nowhere"));
  assert.equal(!nowhere.ok && nowhere.fault.code, "run_missing");
  for (const incident of ["INC_", "ffffffff", "", "../x", "INC_2027"]) {
    const act = { ...place.act, incident };
    const unknown = fixIncident(incidentHost(), act, { commit: "0123abc", text: "x" });
    assert.equal(!unknown.ok && unknown.fault.code, "incident_unknown");
  }
  const malformed = fixIncident(incidentHost(), place.act, { commit: "HEAD", text: "x" });
  assert.equal(!malformed.ok && malformed.fault.code, "commit_malformed");
  assert.equal(place.record(), before);
});

test("an incident about orders is closed by a run at a venue whose orders join", () => {
  const criteria = ["join:order_attempts->agent_roster", "claim:step88_p3_fills=PASS"];
  using place = troubled([...criteria, "artifact:fills.jsonl"]);
  const unmet = place.close(goodRun(place.path).directory);
  assert.deepEqual(codesOf(unmet), ["criterion_unmet", "criterion_unmet", "criterion_unmet"]);
  const directory = landVenueRun(place.path);
  assert.ok(sealVenueRun(directory, null).ok);
  // The session of the test support is of 2026-01-05.
  const clock = { nowMillis: () => Date.parse("2026-01-06T00:00:00.000Z") };
  const outcome = closeIncident(
    incidentHost(),
    { ...place.act, clock },
    {
      runDirectory: directory,
      verify: (path) => verifyRun(path, { root: place.path }),
      confirmations: [],
    },
  );
  assert.deepEqual(codesOf(outcome), []);
  const shown = findingsOf(place.path, "0123abcd");
  assert.deepEqual([shown.findings, shown.state?.status], [[], "closed"]);
});

test("entries of before authenticity was recorded are still entries", () => {
  using place = troubled();
  assert.deepEqual(codesOf(place.close(goodRun(place.path).directory)), []);
  const [open = "", closed = ""] = place.record().split("\n");
  const asked = ',"verdict":{"authenticity":"NOT_APPLICABLE: integrity_only",';
  assert.ok(closed.includes(asked));
  writeFileSync(
    join(place.folder, "record.jsonl"),
    `${open}\n${closed.replace(asked, ',"verdict":{')}\n`,
  );
  rmSync(join(place.folder, "INCIDENT.md"));
  const shown = findingsOf(place.path, "0123abcd");
  assert.deepEqual([shown.findings, shown.state?.status], [[], "closed"]);
  assert.doesNotMatch(shown.text ?? "", /authenticity/);
});
