import assert from "node:assert/strict";
import { test } from "node:test";
import type { PrivateKey, TrustPolicy } from "#evidence";
import { approvalPolicy, approverKeys, promotionOf, signedPromotion } from "#support";
import { type PromotionRecord, verifyPromotion } from "./promotion-record.ts";

const { ann, annAgain, ben, eve } = approverKeys;
const record = promotionOf(3, "bars");

test("two people who may approve promote a genome, and its weights come back", () => {
  const verified = verifyPromotion(signedPromotion(record, [ann, ben]), approvalPolicy());
  assert.ok(verified.ok, verified.ok ? "" : verified.fault.message);
  assert.deepEqual(verified.value.holders, ["ann", "ben"]);
  assert.equal(verified.value.weights.length, 342);
});

test("nobody promotes alone, nor with keys for something else, ended keys or a stranger", () => {
  const cases: readonly [string, readonly PrivateKey[], TrustPolicy][] = [
    ["one person", [ann], approvalPolicy()],
    ["one person with two keys", [ann, annAgain], approvalPolicy()],
    ["the same key twice", [ann, ann], approvalPolicy()],
    ["a stranger beside one", [ann, eve], approvalPolicy()],
    ["keys for changes", [ann, ben], approvalPolicy("change-approval")],
    ["keys that had ended", [ann, ben], approvalPolicy("approval", Date.UTC(2025, 0, 1))],
    ["nobody is trusted", [ann, ben], { system: "assay.local", keys: [], thresholds: {} }],
  ];
  for (const [name, keys, policy] of cases) refuses(name, signedPromotion(record, keys), policy);
});

test("another type, other weights, another gene and other words are refused", () => {
  const both = [ann, ben];
  refuses("type", signedPromotion(record, both, "application/vnd.assay.other+json"));
  const changes: readonly Partial<PromotionRecord>[] = [
    { weights_base64: promotionOf(4, "bars").weights_base64 },
    { weights_sha256: promotionOf(4, "bars").weights_sha256 },
    { gene_id: "0000000000000000" },
    { genome_schema_version: "twin-99/1" },
    { weights_base64: "AAAA" },
    { agent_id: -1 },
    { promotion_id: "x" },
  ];
  for (const change of changes) {
    refuses(JSON.stringify(change), signedPromotion({ ...record, ...change }, both));
  }
});

test("every byte of the file matters", () => {
  const bytes = signedPromotion(record, [ann, ben]);
  for (let at = 0; at < bytes.length; at += 7) {
    const edited = Uint8Array.from(bytes);
    edited[at] = (edited[at] ?? 0) ^ 1;
    refuses(`byte ${at}`, edited);
  }
  refuses("cut short", bytes.subarray(0, bytes.length - 1));
  refuses("empty", new Uint8Array());
});

function refuses(name: string, bytes: Uint8Array, policy: TrustPolicy = approvalPolicy()): void {
  const verified = verifyPromotion(bytes, policy);
  assert.ok(!verified.ok, name);
  assert.equal(verified.fault.code, "promotion_unverified", name);
}
