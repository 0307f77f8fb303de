import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sealRun } from "../seal/seal-run.ts";
import { policyOf, runId, sealedMs, system, testKey } from "../seal/sealed-run-fixture.ts";
import { createDocument, makeDirectories } from "../store/document.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { installationLog, logSealedRuns } from "./installation-log.ts";

const contract = join(import.meta.dirname, "../../../docs/contracts/seal.md");

test("the known answers of the contract are what is written, byte for byte", () => {
  const blocks = knownAnswers(readFileSync(contract, "utf8"));
  assert.equal(blocks.size, 12);
  const disk = new SimulatedDisk();
  makeDirectories(disk, "/run");
  for (const path of ["death_events.jsonl", "errors.jsonl", "run_manifest.json"]) {
    assert.ok(createDocument(disk, `/run/${path}`, Buffer.from(blocks.get(path) ?? "?")).ok);
  }
  const sealed = sealRun("/run", { runId, system, keys: [testKey(1)], nowMs: sealedMs, fs: disk });
  assert.ok(sealed.ok);
  const key = testKey(7, "log");
  const processes = {
    self: { host: "h", boot_id: null, pid_namespace: null, pid: 1, started_ticks: null },
    startedTicks: () => null,
  };
  const request = { key, policy: policyOf([key]), memory: null, nowMs: sealedMs, processes };
  const place = installationLog("/", system, disk);
  assert.ok(logSealedRuns(place, [sealed.value], request).ok);

  for (const [path, block] of blocks) {
    const content = disk.contents().get(path.startsWith("log/") ? `/${path}` : `/run/${path}`);
    const bytes = Buffer.from(content ?? "?", "latin1");
    const hex = bytes.toString("hex").replaceAll(/.{64}/g, "$&\n");
    assert.equal(path === "tlog/leaf-hashes" ? hex : bytes.toString("utf8"), block, path);
  }
});

/** `path`: and the fenced block after it. */
function knownAnswers(text: string): Map<string, string> {
  const blocks = text.slice(text.indexOf("## 9 Known answers"));
  const found = blocks.matchAll(/^`([^`]+)`[^\n]*:\n\n```text\n([^`]*)```$/gm);
  return new Map(Array.from(found, ([, path = "", content = ""]) => [path, content]));
}
