import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import type { z } from "zod";
import { meshConfig } from "./mesh-config.ts";
import { checkVariableNames, readConfig } from "./read-config.ts";
import { Secret } from "./secret.ts";
import { type ConfigSpec, optional, required, requiredSecret, secret } from "./setting.ts";
import { flag, httpUrl, wholeNumber, wordList } from "./shapes.ts";

type Config = Readonly<{
  url: URL;
  maxAgeSeconds: number;
  drill: boolean;
  key: Secret | null;
  token: Secret;
}>;

const spec: ConfigSpec<Config> = {
  url: required("MARKETDATA_HEALTH_URL", { meaning: "where freshness is asked", schema: httpUrl }),
  maxAgeSeconds: optional("MARKETDATA_MAX_AGE_SECONDS", {
    meaning: "the oldest tick that counts, in seconds",
    schema: wholeNumber(1, 3600),
    fallback: 60,
  }),
  drill: optional("MARKETDATA_FORCE_STALE", { meaning: "a drill", schema: flag, fallback: false }),
  key: secret("ALPACA_API_KEY", "the key of the data source"),
  token: requiredSecret("ASSAY_STRATEGY_TOKEN", "the token that callers send"),
};

const env = {
  MARKETDATA_HEALTH_URL: "http://127.0.0.1:8080/healthz",
  ASSAY_STRATEGY_TOKEN: "postgres://assay:hunt%20er2@db:5432/x",
};

test("settings become typed values, and what is not said has its fallback", () => {
  const read = readConfig(spec, { ...env, MARKETDATA_FORCE_STALE: "on", ALPACA_API_KEY: "" });
  assert.ok(read.ok);
  const { config, presence, secrets } = read.value;
  assert.equal(config.url.pathname, "/healthz");
  assert.deepEqual([config.maxAgeSeconds, config.drill, config.key], [60, true, null]);
  assert.equal(config.token.reveal(), env.ASSAY_STRATEGY_TOKEN);
  assert.deepEqual(
    presence.map(({ variable, state }) => `${variable} ${state}`),
    [
      "MARKETDATA_HEALTH_URL set",
      "MARKETDATA_MAX_AGE_SECONDS default",
      "MARKETDATA_FORCE_STALE set",
      "ALPACA_API_KEY default",
      "ASSAY_STRATEGY_TOKEN set",
    ],
  );
  assert.deepEqual(secrets, [env.ASSAY_STRATEGY_TOKEN, "hunt%20er2", "hunt er2"]);
});

test("everything that is missing or wrong is told at once, without the text of it", () => {
  const read = readConfig(spec, { MARKETDATA_MAX_AGE_SECONDS: "p4ssword" });
  assert.ok(!read.ok);
  assert.equal(read.fault.code, "config_missing");
  assert.equal(read.fault.at, "MARKETDATA_HEALTH_URL");
  assert.equal(
    read.fault.message,
    "MARKETDATA_HEALTH_URL is not set: where freshness is asked; " +
      "MARKETDATA_MAX_AGE_SECONDS cannot be read (expected a whole number from 1 to 3600): " +
      "the oldest tick that counts, in seconds; " +
      "ASSAY_STRATEGY_TOKEN is not set: the token that callers send",
  );
});

const wrong: readonly (readonly [schema: z.ZodType<unknown, string>, text: string])[] = [
  [flag, "maybe"],
  [flag, "TRUE"],
  [wholeNumber(0, 10), "1.5"],
  [wholeNumber(0, 10), "11"],
  [wholeNumber(0, 10), " 1"],
  [httpUrl, "ftp://host/"],
  [httpUrl, "127.0.0.1:8080"],
  [httpUrl, "http://user:password@host/"],
  [wordList, "a,,b"],
];

for (const [schema, text] of wrong) {
  test(`${JSON.stringify(text)} is refused where it does not belong`, () => {
    const variable = { variable: "X", meaning: "y", secret: false, fallback: null, schema };
    const read = readConfig({ x: variable }, { X: text });
    assert.equal(read.ok ? "ok" : read.fault.code, "config_invalid");
  });
}

test("a variable of ours that nobody reads is refused, with the one that may be meant", () => {
  const known = Object.values(meshConfig).map(({ variable }) => variable);
  const refuse = (name: string): string => {
    const checked = checkVariableNames({ PATH: "/bin", [name]: "x" }, known);
    return checked.ok ? "ok" : `${checked.fault.code} ${checked.fault.message}`;
  };
  assert.equal(
    refuse("ASSAY_BUS_URI"),
    "config_unknown_variable ASSAY_BUS_URI is no setting of Assay; did you mean ASSAY_BUS_URL?",
  );
  assert.match(refuse("ASSAY_ENABLE_EXECUTION"), /^config_unknown_variable .*; unset it$/);
  assert.equal(refuse("ASSAY_BUS_URL"), "ok");
  assert.equal(refuse("OTHER"), "ok");
});

test("no way of printing a secret shows it", () => {
  const hidden = new Secret("hunter2-and-more");
  const shown = [
    JSON.stringify({ hidden }),
    String(hidden),
    inspect({ hidden }, { depth: 9, showHidden: true }),
    Object.values(hidden).join(),
  ].join("\n");
  assert.ok(!shown.includes("hunter2"), shown);
  assert.match(shown, /\[present\]/);
});
