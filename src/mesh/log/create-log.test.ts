import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../config/secret.ts";
import { createLog } from "./create-log.ts";
import type { Log } from "./log.ts";
import { createRedact } from "./redact.ts";

const secret = "s3cr3t-p4ssword";

function logged(act: (log: Log) => void, level: "debug" | "info" = "info"): readonly Line[] {
  const lines: string[] = [];
  const log = createLog({
    speaker: { agent_name: "strategy-engine", boot_id: "boot-1234", version: "1.2.3" },
    level,
    redact: createRedact([secret, "ab"]),
    sink: { write: (line) => void lines.push(line) },
    nowMs: () => 1_700_000_000_123,
  });
  act(log);
  for (const line of lines) assert.ok(line.endsWith("\n") && !line.trim().includes("\n"));
  return lines.map((line): Line => JSON.parse(line));
}

type Line = Readonly<Record<string, unknown>>;

test("a line has the fields of the schema, and those that were given", () => {
  const fields = { correlation_id: "c-1", outcome: "refused", reason_code: "halted" } as const;
  const [line] = logged((log) => log.warn("proposal.refused", { ...fields, age_ms: 7 }));
  assert.deepEqual(line, {
    level: "warn",
    ts: "2023-11-14T22:13:20.123Z",
    service: "strategy-engine",
    version: "1.2.3",
    boot_id: "boot-1234",
    event: "proposal.refused",
    correlation_id: "c-1",
    outcome: "refused",
    reason_code: "halted",
    age_ms: 7,
  });
});

test("a service cannot say who it is or when it speaks", () => {
  const forged = { service: "other", ts: "1970", level: "fatal", boot_id: "x", event: "y" };
  const [line] = logged((log) => log.info("real", forged));
  assert.deepEqual(
    [line?.["service"], line?.["level"], line?.["boot_id"], line?.["event"]],
    ["strategy-engine", "info", "boot-1234", "real"],
  );
});

test("secrets are cut out by their key and by their text, however deep they stand", () => {
  const lines = logged((log) => {
    log.child({ authorization: "Bearer xyz" }).error("failed", {
      url: new URL("http://me:hidden@host/path"),
      note: `login with ${secret} failed`,
      nested: { api_key: "k-1", list: [{ Password: "p", ok: secret }] },
      wrapped: new Secret("other"),
      error: new Error(`cannot log in as ${secret}`, { cause: new Error(secret) }),
      [`key ${secret}`]: 1,
    });
  });
  const text = JSON.stringify(lines);
  for (const hidden of [secret, "xyz", "hidden", "k-1", '"p"', "other"]) {
    assert.ok(!text.includes(hidden), `${hidden} in ${text}`);
  }
  assert.equal(lines[0]?.["note"], "login with [redacted] failed");
  assert.equal(lines[0]?.["url"], "http://host/path");
  assert.equal(lines[0]?.["wrapped"], "[present]");
});

test("words too short to be a secret, and keys that only look like one, stay readable", () => {
  const [line] = logged((log) => log.info("x", { note: "about", token_count: 3, passed: true }));
  assert.deepEqual([line?.["note"], line?.["token_count"], line?.["passed"]], ["about", 3, true]);
});

test("whatever is logged becomes one bounded line of JSON", () => {
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;
  const [line] = logged((log) =>
    log.info("odd", {
      text: "a\nb".repeat(2000),
      many: Array.from({ length: 1000 }, () => 0),
      loop,
      number: Number.NaN,
      big: 10n,
      none: undefined,
      act: () => 1,
    }),
  );
  assert.ok(JSON.stringify(line).length < 6000);
  assert.deepEqual([line?.["number"], line?.["big"], line?.["act"]], ["NaN", "10", "[function]"]);
});

test("a bug shows its stack, a fault with a code does not", () => {
  const coded = Object.assign(new Error("gone"), { code: "ECONNRESET" });
  const lines = logged((log) => {
    log.error("bug", { error: new TypeError("x is not a function") });
    log.error("fault", { error: coded });
  });
  assert.match(String(lines[0]?.["stack"]), /create-log\.test/);
  assert.deepEqual(lines[1]?.["error"], { name: "Error", message: "gone", code: "ECONNRESET" });
  assert.ok(!("stack" in (lines[1] ?? {})));
});

test("lines below the level are not written", () => {
  assert.equal(logged((log) => log.debug("x")).length, 0);
  assert.equal(logged((log) => log.debug("x"), "debug").length, 1);
});
