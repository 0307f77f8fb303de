import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { changeOps, disarmReasons } from "#safety";
import { neededEvidence } from "./evidence-rules.ts";

const text = readFileSync(new URL("../../docs/contracts/arming.md", import.meta.url), "utf8");

/** Words in quotes that look like codes and are names of fields, records or forms. */
const notCodes: ReadonlySet<string> = new Set([
  ...["account_hash", "release_digest", "policy_digest", "limits_digest", "system_id", "boot_id"],
  ...["log_size", "log_root", "proposed_digest", "deploy_report", "not_ok", "two_person"],
  ...["policy_adopted", "challenge_issued", "attempt_refused", "handed_on", "halt_posture"],
  ...["change_text", "ssh_malformed", "challenge_malformed", "store_missing", "okx_live"],
  ...["assay_change_request", "assay_change_policy", "assay_change_challenge"],
  ...["evidence_malformed", "evidence_unknown", "challenge_differs", "real_money"],
  ...["halt_released", "nonce_too_short", "storage_failed", "data_stale", "digests_read"],
]);

test("the contract of arming names every code that the code has", () => {
  const folder = new URL(".", import.meta.url);
  const files = readdirSync(folder).filter((name) => /^(?!.*\.test\.).*\.ts$/.test(name));
  const safety = ["approved-change", "arming"].map((name) => `../safety/${name}.ts`);
  let seen = 0;
  for (const file of [...files, ...safety]) {
    const source = readFileSync(new URL(file, folder), "utf8");
    for (const [, code = ""] of source.matchAll(/"([a-z]+(?:_[a-z]+)+)"/g)) {
      if (notCodes.has(code)) continue;
      seen += 1;
      assert.ok(text.includes(`\`${code}\``), `${file}: ${code}`);
    }
  }
  assert.ok(seen > 60, `${seen}`);
});

test("the contract of arming has the evidence, the reasons and the ops that the code has", () => {
  for (const op of changeOps) {
    const names = neededEvidence[op].map((name) => `\`${name}\``);
    const row = `| \`${op}\` | ${names.length === 0 ? "none" : names.join(", ")} |`;
    assert.ok(text.includes(row), row);
  }
  for (const reason of disarmReasons) {
    if (reason !== "boot") assert.ok(text.includes(`disarmed: \`${reason}\``), reason);
  }
});
