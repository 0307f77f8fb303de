import assert from "node:assert/strict";
import { test } from "node:test";
import { codeMessage, findCode, venueCodes } from "./table.ts";
import { codeMeaning, isOutcomeUnsure } from "./taxonomy.ts";

test("every code stands once, in order, with a message", () => {
  const codes = venueCodes.map((each) => Number(each.code));
  assert.deepEqual(
    codes,
    [...new Set(codes)].sort((a, b) => a - b),
  );
  for (const { code, message } of venueCodes) assert.ok(message !== "" || code === "0", code);
});

test("a message names what the venue names", () => {
  assert.equal(codeMessage("51000", ["sz"]), "Parameter sz error");
  assert.equal(
    codeMessage("50015", ["ordId", "clOrdId"]),
    "Either parameter ordId or clOrdId is required.",
  );
  assert.equal(codeMessage("51008", []), "Order failed. Insufficient {0} margin in account.");
});

test("the frozen reasons of the taxonomy keep their class", () => {
  const expected = {
    "0": "L1_OK",
    "50001": "L1_RETRYABLE_TRANSPORT",
    "50004": "L1_RETRYABLE_TRANSPORT",
    "50011": "L1_RETRYABLE_TRANSPORT",
    "50061": "L1_RETRYABLE_TRANSPORT",
    "50111": "L1_ACCOUNT_RESTRICTED",
    "50120": "L1_ACCOUNT_RESTRICTED",
    "51000": "L1_EXCHANGE_REJECTED",
    "51001": "L1_EXCHANGE_REJECTED",
    "51008": "L1_EXCHANGE_REJECTED",
    "51121": "L1_EXCHANGE_REJECTED",
    "51169": "L1_EXCHANGE_REJECTED",
    "51109": "L1_LIQUIDITY_UNAVAILABLE",
    "51603": "L1_TRUTH_INCOMPLETE",
  };
  for (const [code, l1] of Object.entries(expected)) assert.equal(codeMeaning(code).l1, l1, code);
});

test("an unknown code proves nothing", () => {
  assert.deepEqual(codeMeaning("99999"), {
    l1: "L1_TRUTH_INCOMPLETE",
    errorClass: "EXCHANGE_REJECTED",
    reason: "unknown_reason_code:99999",
  });
  assert.ok(isOutcomeUnsure("99999"));
  assert.ok(isOutcomeUnsure("50004"));
  assert.ok(!isOutcomeUnsure("51008"));
  assert.equal(findCode("99999"), null);
});
