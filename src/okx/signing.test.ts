import assert from "node:assert/strict";
import { test } from "node:test";
import { authHeaders, isSignedBy, loginPrehash, queryText, restPrehash, sign } from "./signing.ts";

const secret = "22582BD0CFF14C41EDBF1AB98506286D";
const timestamp = "2020-12-08T09:08:57.715Z";

test("signatures equal those of OpenSSL", () => {
  // printf %s "$TEXT" | openssl dgst -sha256 -hmac "$SECRET" -binary | base64
  const get = {
    timestamp,
    method: "GET",
    requestPath: "/api/v5/account/balance?ccy=BTC",
    body: "",
  };
  assert.equal(sign(secret, restPrehash({ ...get, method: "GET" })), known.get);
  const body = '{"instId":"BTC-USDT","lever":"5","mgnMode":"isolated"}';
  const post = { timestamp, method: "POST", requestPath: "/api/v5/account/set-leverage", body };
  assert.equal(sign(secret, restPrehash({ ...post, method: "POST" })), known.post);
  assert.equal(sign(secret, loginPrehash("1538054050")), known.login);
});

test("only the signature itself is accepted, in its one spelling", () => {
  const prehash = loginPrehash("1538054050");
  assert.ok(isSignedBy(secret, prehash, known.login));
  assert.ok(!isSignedBy(secret, `${prehash} `, known.login));
  assert.ok(!isSignedBy("another secret", prehash, known.login));
  for (const wrong of ["", "=", known.get, `${known.login}=`, known.login.slice(0, -1), "é"]) {
    assert.ok(!isSignedBy(secret, prehash, wrong), wrong);
  }
});

test("the headers of a demo request say so", () => {
  const key = { apiKey: "key", secret, passphrase: "pass" };
  const request = {
    timestamp,
    method: "GET",
    requestPath: "/api/v5/account/config",
    body: "",
  } as const;
  assert.deepEqual(authHeaders(key, request, true), {
    "OK-ACCESS-KEY": "key",
    "OK-ACCESS-SIGN": sign(secret, `${timestamp}GET/api/v5/account/config`),
    "OK-ACCESS-TIMESTAMP": timestamp,
    "OK-ACCESS-PASSPHRASE": "pass",
    "x-simulated-trading": "1",
  });
  assert.ok(!("x-simulated-trading" in authHeaders(key, request, false)));
});

test("a query keeps its order and is encoded", () => {
  assert.equal(queryText({}), "");
  assert.equal(queryText({ instId: "BTC-USDT", ccy: "BTC,ETH" }), "?instId=BTC-USDT&ccy=BTC%2CETH");
});

const known = {
  get: "HiZhvSfMtWJA3uUIVXV3a/bSXNPCWvYFXoGCVS8V4zY=",
  post: "eCnnCgWLjlQ9XnpUkrcny3qNq3WW/81KNrDr/XR6Xv8=",
  login: "+LdIr8lkkvhr5hoA3g9TMC0+uQJ849ftAcocA/ouu4M=",
};
