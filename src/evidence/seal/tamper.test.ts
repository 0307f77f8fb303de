import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesToHex } from "#base";
import { sha256 } from "../merkle/hash.ts";
import { formatEnvelope, parseEnvelope } from "./dsse.ts";
import { sealFiles } from "./seal-files.ts";
import { sealRun } from "./seal-run.ts";
import { policyOf, testKey } from "./sealed-run-fixture.ts";
import { formatSums, parseSums } from "./sums.ts";
import {
  checkTampered,
  findingsOf,
  sealRequest,
  tamperPolicy,
  tinySealedRun,
} from "./tamper-scenario.ts";

test("a changed, removed, added or moved record is found at its line", () => {
  const [path, text] = [
    "/run/death_events.jsonl",
    tinySealedRun().contents().get("/run/death_events.jsonl") ?? "",
  ];
  const lines = text.split(/(?<=\n)/);
  const cases: [string[], string][] = [
    [lines.with(2, '{"n":9}\n'), "seal_record_differs death_events.jsonl line 3"],
    [lines.toSpliced(3, 1), "seal_record_differs death_events.jsonl line 4"],
    [lines.toSpliced(3, 0, lines[3] ?? ""), "seal_record_differs death_events.jsonl line 5"],
    [
      lines.with(1, lines[4] ?? "").with(4, lines[1] ?? ""),
      "seal_record_differs death_events.jsonl line 2",
    ],
    [lines.toReversed(), "seal_record_differs death_events.jsonl line 1"],
    [lines.slice(0, 4), "seal_records_missing death_events.jsonl line 5"],
    [[], "seal_records_missing death_events.jsonl line 1"],
    [[...lines, '{"n":6}\n'], "seal_records_added death_events.jsonl line 7"],
    [[text.slice(0, -1)], "seal_file_differs death_events.jsonl"],
  ];
  for (const [changed, expected] of cases) {
    const disk = tinySealedRun();
    disk.tamper(path, Buffer.from(changed.join("")));
    assert.deepEqual(findingsOf(checkTampered(disk)), [expected]);
  }
});

test("every removed, emptied or exchanged file is found", () => {
  const paths = [...tinySealedRun().contents().keys()];
  for (const path of paths) {
    const place = path.slice("/run/".length);
    const removed = tinySealedRun();
    removed.tamper(path, null);
    const check = checkTampered(removed);
    if (place === sealFiles.statement) assert.equal(check.state, "unsealed");
    else
      assert.ok(findingsOf(check).includes(`seal_file_missing ${place}`), findingsOf(check).join());

    const emptied = tinySealedRun();
    if (emptied.contents().get(path) === "") continue;
    emptied.tamper(path, Buffer.alloc(0));
    assert.ok(
      checkTampered(emptied).findings.some(({ at }) => at.startsWith(place)),
      place,
    );

    for (const other of paths) {
      const exchanged = tinySealedRun();
      const contents = exchanged.contents();
      if (contents.get(path) === contents.get(other)) continue;
      exchanged.tamper(path, Buffer.from(contents.get(other) ?? "", "latin1"));
      exchanged.tamper(other, Buffer.from(contents.get(path) ?? "", "latin1"));
      assert.ok(checkTampered(exchanged).findingCount > 0, `${path} and ${other}`);
    }
  }
});

test("an added file, also in the seal's own folders, is found", () => {
  for (const path of [
    "verdict.json",
    "tlog/more",
    "proofs/x.tlog-proof",
    ".hidden",
    "a/b/c.json",
  ]) {
    const disk = tinySealedRun();
    if (path.startsWith("a/")) {
      disk.makeDirectory("/run/a", 0o755);
      disk.makeDirectory("/run/a/b", 0o755);
    }
    disk.tamper(`/run/${path}`, Buffer.from("{}"));
    assert.deepEqual(findingsOf(checkTampered(disk)), [`seal_file_unlisted ${path}`]);
  }
});

test("a file that cannot be read is a finding, not an end", () => {
  const disk = tinySealedRun();
  const open: typeof disk.open = (path, mode, permissions) => {
    if (path.endsWith("death_events.jsonl")) {
      throw Object.assign(new Error("no"), { code: "EACCES" });
    }
    return disk.open(path, mode, permissions);
  };
  const check = checkTampered(
    Object.assign(tinySealedRun(), { open, read: disk.read, stat: disk.stat, close: disk.close }),
  );
  assert.deepEqual(findingsOf(check), ["seal_file_unreadable death_events.jsonl"]);
});

test("a run forged with sums and tree made anew is found by its signature", () => {
  const forged = tinySealedRun({ "death_events.jsonl": '{"n":"forged"}\n' });
  const thief = testKey(66);
  forged.tamper(`/run/${sealFiles.statement}`, null);
  assert.ok(sealRun("/run", { ...sealRequest, keys: [thief], fs: forged }).ok);
  const check = checkTampered(forged);
  assert.equal(check.authenticity, "failed");
  assert.ok(findingsOf(check).includes(`seal_signer_untrusted ${sealFiles.statement}`));
  // In itself it is whole, and without a policy nobody can say more.
  assert.deepEqual(findingsOf(checkTampered(forged, { policy: null })), []);
  assert.equal(checkTampered(forged, { policy: policyOf([thief]) }).authenticity, "proven");
});

test("everything made anew but the statement, or its payload alone, is found", () => {
  const honest = tinySealedRun().contents();
  const statement = Buffer.from(honest.get(`/run/${sealFiles.statement}`) ?? "", "latin1");
  const forged = tinySealedRun({ "death_events.jsonl": '{"n":"forged"}\n' });
  forged.tamper(`/run/${sealFiles.statement}`, statement);
  const kept = findingsOf(checkTampered(forged));
  assert.ok(kept.includes(`seal_subjects_differ ${sealFiles.sums}`));
  assert.ok(kept.includes(`seal_checkpoint_wrong ${sealFiles.checkpoint}`));

  const other = tinySealedRun({ "death_events.jsonl": '{"n":"forged"}\n' });
  const theirs = parseEnvelope(
    Buffer.from(other.contents().get(`/run/${sealFiles.statement}`) ?? "", "latin1"),
  );
  const ours = parseEnvelope(statement);
  assert.ok(theirs.ok && ours.ok);
  const spliced = formatEnvelope({ ...theirs.value, signatures: ours.value.signatures });
  other.tamper(`/run/${sealFiles.statement}`, Buffer.from(spliced));
  assert.ok(
    findingsOf(checkTampered(other)).includes(`seal_signature_wrong ${sealFiles.statement}`),
  );
});

test("a record changed together with SHA256SUMS is still found at its line", () => {
  const disk = tinySealedRun();
  const changed = Buffer.from(
    (disk.contents().get("/run/order_attempts.jsonl") ?? "").replace("y", "w"),
  );
  disk.tamper("/run/order_attempts.jsonl", changed);
  const sums = parseSums(Buffer.from(disk.contents().get(`/run/${sealFiles.sums}`) ?? ""));
  assert.ok(sums.ok);
  const fitted = sums.value.map((sum) =>
    sum.path === "order_attempts.jsonl" ? { ...sum, sha256: bytesToHex(sha256(changed)) } : sum,
  );
  disk.tamper(`/run/${sealFiles.sums}`, Buffer.from(formatSums(fitted)));
  const found = findingsOf(checkTampered(disk, { policy: tamperPolicy }));
  assert.ok(found.includes(`seal_subjects_differ ${sealFiles.sums}`), found.join());
  assert.ok(found.includes("seal_record_differs order_attempts.jsonl line 2"), found.join());
});
