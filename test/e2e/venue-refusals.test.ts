import assert from "node:assert/strict";
import { test } from "node:test";
import { codeMessage } from "#okx";
import { makeRoster } from "#simulator";
import {
  bestOf,
  type Desk,
  keyOf,
  lowerCase,
  marketBuy,
  openDesk,
  openLine,
  restingBuy,
  signedHeaders,
  type Told,
  told,
} from "./venue-desk.ts";

const order = "/api/v5/trade/order";
const batch = "/api/v5/trade/batch-orders";

/** Every refusal leaves the engine as it was, to the last bit. */
async function refusedWith(
  desk: Desk,
  ask: () => Promise<Told>,
  expected: Readonly<{ status: number; code: string; sCode?: string }>,
): Promise<void> {
  const before = desk.venue.floor.exchange.digest();
  const answer = await ask();
  const sCode = answer.data[0]?.["sCode"];
  assert.deepEqual(
    { status: answer.status, code: answer.code, ...(sCode === undefined ? {} : { sCode }) },
    expected,
    answer.body,
  );
  assert.equal(desk.venue.floor.exchange.digest(), before, "the engine changed");
}

const row = (sCode: string) => ({ status: 200, code: "1", sCode });

const stopLeg = { slTriggerPx: "1", slOrdPx: "-1" };
const reducing = { reduceOnly: true };

test("orders that break a rule are refused in OKX's codes and change nothing", async () => {
  const desk = openDesk();
  const { trader } = desk;
  const { bid, ask } = await bestOf(desk);
  const low = String(Math.round(bid * 0.98));
  assert.equal((await trader.post(order, { ...restingBuy, px: low, clOrdId: "taken" })).code, "0");
  const place = (change: object) => () => trader.post(order, { ...restingBuy, px: low, ...change });
  const cases: readonly (readonly [string, object, Parameters<typeof refusedWith>[2]])[] = [
    ["unknown instrument", { instId: "DOGE-USDT-SWAP" }, row("51001")],
    ["listed and not traded", { instId: "BTC-USD-SWAP" }, row("51022")],
    ["half a lot", { sz: "0.005" }, row("51121")],
    ["no size", { sz: "0" }, row("51000")],
    ["a negative size", { sz: "-1" }, row("51000")],
    ["below the minimum", { instId: "BTC-USDT", tdMode: "cash", sz: "0.000001" }, row("51020")],
    ["off the tick", { px: `${low}.05` }, row("51000")],
    ["no price", { px: "" }, row("51000")],
    ["beyond the price limit", { px: String(Math.round(ask * 1.2)) }, row("51006")],
    ["more than the instrument takes", { sz: "100000000" }, row("51203")],
    ["more than the money", { sz: "5000" }, row("51008")],
    ["worth more than any account could count", { sz: "80000" }, row("51008")],
    ["more than the tiers hold", { sz: "600000" }, row("51004")],
    ["an exponent for a size", { sz: "1e1" }, { status: 400, code: "51000" }],
    ["a client id that is taken", { clOrdId: "taken" }, row("51016")],
    ["a client id that is too long", { clOrdId: "a".repeat(33) }, row("51000")],
    ["a client id with other signs", { clOrdId: "a-b" }, row("51000")],
    ["a tag that is too long", { tag: "t".repeat(17) }, row("51000")],
    ["cash for a swap", { tdMode: "cash" }, row("51010")],
    ["a side of a hedge in net mode", { posSide: "long" }, row("51000")],
    ["nothing to reduce", { reduceOnly: true }, row("51169")],
    ["FOK that cancels both", { ordType: "fok", stpMode: "cancel_both" }, row("51000")],
    ["half a leg attached to it", { attachAlgoOrds: [{ tpTriggerPx: "1" }] }, row("50014")],
    ["two stops attached to it", { attachAlgoOrds: [stopLeg, stopLeg] }, row("51000")],
    [
      "a stop attached to what only reduces",
      { ...reducing, attachAlgoOrds: [stopLeg] },
      row("51000"),
    ],
  ];
  for (const [name, change, expected] of cases) {
    await refusedWith(desk, place(change), expected).catch((cause: unknown) => {
      throw new Error(name, { cause });
    });
  }
});

test("requests that are no orders at all are refused as a whole", async () => {
  const desk = openDesk();
  const { trader } = desk;
  const good = { ...restingBuy, px: "50000" };
  const whole = (status: number, code: string) => ({ status, code });
  const post =
    (body: unknown, headers = {}) =>
    () =>
      trader.post(order, body, headers);
  await refusedWith(desk, post("{not json"), whole(400, "50002"));
  await refusedWith(desk, post("[]"), whole(400, "50002"));
  await refusedWith(desk, post('"order"'), whole(400, "50002"));
  await refusedWith(desk, post(""), whole(400, "50000"));
  await refusedWith(desk, post(good, { "content-type": "text/plain" }), whole(400, "50006"));
  await refusedWith(desk, post({ ...good, instId: "" }), whole(400, "50014"));
  await refusedWith(desk, post({ ...good, side: "hold" }), whole(400, "51000"));
  await refusedWith(desk, post({ ...good, sz: "many" }), whole(400, "51000"));
  const list = Array.from({ length: 21 }, () => good);
  await refusedWith(desk, () => trader.post(batch, list), whole(200, "51111"));
  await refusedWith(desk, () => trader.post(batch, []), whole(400, "50014"));
  await refusedWith(desk, () => trader.post(batch, good), whole(400, "50002"));
  await refusedWith(desk, () => trader.post("/api/v5/trade/nothing", good), whole(404, "404"));
  await refusedWith(desk, () => trader.get("/api/v5/trade/batch-orders"), whole(405, "50115"));
  const past = String(desk.venue.clock.nowMs() - 1);
  await refusedWith(desk, post(good, { expTime: past }), whole(400, "50036"));
  await refusedWith(desk, post(good, { expTime: "soon" }), whole(400, "51000"));
  const forged = { type: "refused", code: "0", params: [] };
  await refusedWith(desk, post(forged), whole(400, "50014"));
});

test("who has no right key, time or environment does not come in", async () => {
  const desk = openDesk();
  const { venue, trader, auditor, roster } = desk;
  const body = JSON.stringify({ ...restingBuy, px: "50000" });
  const signed = { method: "POST", path: order, body } as const;
  const good: Readonly<Record<string, string>> = {
    ...signedHeaders(venue, trader.key, signed),
    "content-type": "application/json",
  };
  const send = (change: Readonly<Record<string, string>>) => async (): Promise<Told> =>
    told(await venue.handle({ ...signed, headers: lowerCase({ ...good, ...change }) }));
  const no = (code: string) => ({ status: 401, code });
  const late = new Date(venue.clock.nowMs() - 31_000).toISOString();
  const cases: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ "OK-ACCESS-KEY": "" }, "50103"],
    [{ "OK-ACCESS-PASSPHRASE": "" }, "50104"],
    [{ "OK-ACCESS-SIGN": "" }, "50106"],
    [{ "OK-ACCESS-TIMESTAMP": "" }, "50107"],
    [{ "OK-ACCESS-TIMESTAMP": "yesterday" }, "50112"],
    [{ "OK-ACCESS-TIMESTAMP": late }, "50102"],
    [{ "OK-ACCESS-KEY": "no-key" }, "50111"],
    [{ "OK-ACCESS-KEY": "00000000-0000-4000-8000-000000000000" }, "50119"],
    [{ "OK-ACCESS-PASSPHRASE": `${trader.key.passphrase}x` }, "50105"],
    [{ "OK-ACCESS-SIGN": "AAAA" }, "50113"],
    [{ "OK-ACCESS-SIGN": `${good["OK-ACCESS-SIGN"]}=` }, "50113"],
    [{ "x-simulated-trading": "0" }, "50101"],
  ];
  for (const [change, code] of cases) await refusedWith(desk, send(change), no(code));
  const stolen = { "OK-ACCESS-KEY": keyOf(roster, "second").apiKey };
  await refusedWith(desk, send({ ...stolen }), no("50105"));
  await refusedWith(desk, () => auditor.post(order, { ...restingBuy, px: "50000" }), no("50120"));
  await refusedWith(desk, () => auditor.post("/api/v5/trade/cancel-order", {}), no("50120"));
  assert.equal((await auditor.get("/api/v5/account/positions")).code, "0");
  assert.equal((await send({})()).code, "0");
});

test("a live venue takes no demo header, and its keys no demo venue", async () => {
  const roster = makeRoster("live");
  const { venue, trader } = openDesk({ roster });
  const path = "/api/v5/account/balance";
  const ask = async (demo: boolean): Promise<string> => {
    const headers = signedHeaders(venue, trader.key, { method: "GET", path, body: "" }, demo);
    return told(await venue.handle({ method: "GET", path, headers: lowerCase(headers), body: "" }))
      .code;
  };
  assert.equal(await ask(true), "50101");
  assert.equal(await ask(false), "0");
});

test("a list is judged entry by entry, and one that is malformed harms no other", async () => {
  const desk = openDesk();
  const { bid } = await bestOf(desk);
  const good = { ...restingBuy, px: String(Math.round(bid * 0.98)) };
  const answer = await desk.trader.post(batch, [
    { ...good, clOrdId: "b1" },
    { ...good, clOrdId: "b2", side: "hold" },
    { ...good, clOrdId: "b1" },
    { ...good, clOrdId: "b3" },
  ]);
  assert.equal(answer.code, "2");
  assert.deepEqual(
    answer.data.map((each) => each["sCode"]),
    ["0", "51000", "51016", "0"],
  );
  assert.equal(answer.msg, codeMessage("2"));
});

test("cancel, amend and query say what is wrong with what is not there", async () => {
  const desk = openDesk();
  const { trader, second } = desk;
  const { bid } = await bestOf(desk);
  const instId = "BTC-USDT-SWAP";
  const low = String(Math.round(bid * 0.98));
  await trader.post(order, { ...restingBuy, px: low, clOrdId: "mine" });
  const cancel = (body: object) => () => trader.post("/api/v5/trade/cancel-order", body);
  const amend = (body: object) => () => trader.post("/api/v5/trade/amend-order", body);
  await refusedWith(desk, cancel({ instId }), row("51407"));
  await refusedWith(desk, cancel({ instId, clOrdId: "none" }), row("51400"));
  await refusedWith(desk, cancel({ instId, ordId: "12345" }), row("51400"));
  await refusedWith(desk, cancel({ instId: "ETH-USDT-SWAP", clOrdId: "mine" }), row("51400"));
  await refusedWith(desk, amend({ instId, clOrdId: "none", newSz: "2" }), row("51503"));
  await refusedWith(desk, amend({ instId, clOrdId: "mine" }), row("51500"));
  await refusedWith(desk, amend({ instId, clOrdId: "mine", newSz: "0.001" }), row("51121"));
  await refusedWith(desk, amend({ instId, clOrdId: "mine", newPx: "1.23" }), row("51000"));
  const theirs = () => second.post("/api/v5/trade/cancel-order", { instId, clOrdId: "mine" });
  await refusedWith(desk, theirs, row("51400"));
  const query = (text: string) => () => trader.get(`${order}?instId=${instId}${text}`);
  await refusedWith(desk, query(""), { status: 200, code: "51003" });
  await refusedWith(desk, query("&clOrdId=none"), { status: 200, code: "51603" });
  assert.equal((await cancel({ instId, clOrdId: "mine" })()).code, "0");
  const again = await cancel({ instId, clOrdId: "mine" })();
  assert.equal(again.data[0]?.["sCode"], "51401");
});

test("settings and timers outside their bounds are refused", async () => {
  const desk = openDesk();
  const { trader } = desk;
  const instId = "BTC-USDT-SWAP";
  const lever = (body: object) => () => trader.post("/api/v5/account/set-leverage", body);
  const timer = (timeOut: string) => () =>
    trader.post("/api/v5/trade/cancel-all-after", { timeOut });
  const whole = (code: string, status = 200) => ({ status, code });
  await refusedWith(desk, lever({ instId, lever: "500", mgnMode: "cross" }), whole("59102"));
  await refusedWith(desk, lever({ instId, lever: "0", mgnMode: "cross" }), whole("51000", 400));
  await refusedWith(desk, lever({ lever: "5", mgnMode: "cross" }), whole("50014", 400));
  await refusedWith(desk, timer("5"), whole("51000", 400));
  await refusedWith(desk, timer("121"), whole("51000", 400));
  const close = () => trader.post("/api/v5/trade/close-position", { instId, mgnMode: "cross" });
  await refusedWith(desk, close, whole("51023"));
  await trader.post(order, marketBuy);
  const mode = () => trader.post("/api/v5/account/set-position-mode", { posMode: "net_mode" });
  const hedge = () =>
    trader.post("/api/v5/account/set-position-mode", { posMode: "long_short_mode" });
  assert.equal((await mode()).code, "0");
  await refusedWith(desk, hedge, whole("59000"));
});

test("limits hold by user and instrument, over REST and connections together", async () => {
  const desk = openDesk({ rateLimits: true });
  const { trader, second } = desk;
  const { bid } = await bestOf(desk);
  const low = String(Math.round(bid * 0.98));
  const place = () => trader.post(order, { ...restingBuy, px: low });
  for (let count = 0; count < 59; count += 1) assert.equal((await place()).code, "0");
  const line = openLine(desk, "private", trader.key);
  line.say({ id: "1", op: "order", args: [{ ...restingBuy, px: low }] });
  assert.equal(line.heard.at(-1)?.["code"], "0");
  await refusedWith(desk, place, { status: 429, code: "50011" });
  line.say({ id: "2", op: "order", args: [{ ...restingBuy, px: low }] });
  assert.equal(line.heard.at(-1)?.["code"], "50011");
  assert.equal((await second.post(order, { ...restingBuy, px: low })).code, "0");
  assert.equal(
    (await trader.post(order, { ...restingBuy, instId: "ETH-USDT-SWAP", px: "2900" })).code,
    "0",
  );
  assert.equal(desk.venue.counters.of("rate_limited", "place_order"), 2);
  desk.pass(2000);
  assert.equal((await place()).code, "0");
});
