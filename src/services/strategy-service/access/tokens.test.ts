import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "#mesh";
import { openTokens } from "./tokens.ts";

const [one, other] = ["o".repeat(32), "t".repeat(32)];

test("each token is that of one tenant and role", () => {
  const opened = openTokens(new Secret(`a/editor=${one},b/reader=${other}`), "/nowhere");
  assert.ok(opened.ok);
  const { callerOf } = opened.value.tokens;
  assert.deepEqual(callerOf(one), { tenant: "a", role: "editor" });
  assert.deepEqual(callerOf(other), { tenant: "b", role: "reader" });
  assert.equal(callerOf(""), null);
});

test("a token that is given out twice is refused and not shown", () => {
  const opened = openTokens(new Secret(`a/reader=${one},b/editor=${one}`), "/nowhere");
  assert.ok(!opened.ok);
  assert.equal(opened.fault.code, "config_invalid");
  assert.ok(!opened.fault.message.includes(one));
});
