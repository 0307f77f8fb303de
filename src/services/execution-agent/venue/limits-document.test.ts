import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, test } from "node:test";
import { openLimits } from "./limits-document.ts";

const folder = mkdtempSync(`${tmpdir()}/assay-limits-`);
after(() => rmSync(folder, { recursive: true }));

test("the digest that people sign is that of the limits that are kept", () => {
  const opened = openLimits(null, folder, ["BTC-USDT-SWAP"]);
  assert.ok(opened.ok);
  const { path, digest } = opened.value;
  const asRead = readFileSync(path);
  assert.deepEqual(digest(), { ok: true, value: sha256(asRead) });

  const tighter = Buffer.from(asRead.toString("utf8").replace(/\d+/, "1"));
  writeFileSync(path, tighter);
  const swapped = digest();
  assert.ok(swapped.ok);
  assert.notEqual(swapped.value, sha256(tighter));
  assert.notEqual(swapped.value, sha256(asRead));

  writeFileSync(path, asRead);
  assert.deepEqual(digest(), { ok: true, value: sha256(asRead) });
  rmSync(path);
  const gone = digest();
  assert.ok(!gone.ok);
  assert.equal(gone.fault.code, "limits_unreadable");
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
