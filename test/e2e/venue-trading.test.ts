import assert from "node:assert/strict";
import { test } from "node:test";
import type { RowByEndpoint } from "#okx";
import {
  bestOf,
  type Client,
  type Desk,
  marketBuy,
  noon,
  openDesk,
  restingBuy,
} from "./venue-desk.ts";

const order = "/api/v5/trade/order";
const instId = "BTC-USDT-SWAP";
const eightHours = 28_800_000;

async function orderOf(client: Client, clOrdId: string): Promise<RowByEndpoint["order"]> {
  const [row] = await client.rows("order", `${order}?instId=${instId}&clOrdId=${clOrdId}`);
  assert.ok(row !== undefined);
  return row;
}

/** All rows of a paged endpoint, a few at a time, by the cursor of its last row. */
async function pages<Name extends "orders_history" | "fills" | "bills">(
  client: Client,
  name: Name,
  path: string,
  cursor: (row: RowByEndpoint[Name]) => string,
): Promise<readonly RowByEndpoint[Name][]> {
  const all: RowByEndpoint[Name][] = [];
  for (let after = ""; ; ) {
    const page = await client.rows(name, `${path}&limit=3${after}`);
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < 3) return all;
    after = `&after=${cursor(last)}`;
  }
}

async function crossAgents(
  { trader }: Desk,
  price: number,
  stpMode: string,
  n: string,
): Promise<void> {
  const px = String(price);
  const rests = { ...restingBuy, px, clOrdId: `maker${n}` };
  assert.equal((await trader.post(order, rests)).code, "0");
  const takes = { ...rests, side: "sell", clOrdId: `taker${n}`, stpMode };
  assert.equal((await trader.post(order, takes)).code, "0");
}

test("two agents of one account that cross never trade with each other", async () => {
  const expected = {
    cancel_maker: ["canceled", "32"],
    cancel_taker: ["live", ""],
    cancel_both: ["canceled", "32"],
  } as const;
  for (const [mode, [state, source]] of Object.entries(expected)) {
    const desk = openDesk();
    const { bid, ask } = await bestOf(desk);
    // Inside the spread there is nobody but the two.
    const middle = Number(((bid + ask) / 2).toFixed(1));
    await crossAgents(desk, middle, mode, "1");
    const maker = await orderOf(desk.trader, "maker1");
    assert.deepEqual([maker.state, maker.cancelSource], [state, source], mode);
    const taker = await orderOf(desk.trader, "taker1");
    const isTaken = mode === "cancel_maker" ? "live" : "canceled";
    assert.equal(taker.state, isTaken, mode);
    assert.deepEqual(await desk.trader.rows("fills", "/api/v5/trade/fills?instType=SWAP"), []);
    assert.equal(desk.venue.counters.of("events", "self_trade_prevented"), 1);
  }
});

test("accounts trade with each other, and each half is told to its own", async () => {
  const desk = openDesk();
  const { trader, second } = desk;
  const { bid, ask } = await bestOf(desk);
  const px = ((bid + ask) / 2).toFixed(1);
  await trader.post(order, { ...restingBuy, px, clOrdId: "maker" });
  await second.post(order, { ...restingBuy, side: "sell", px, clOrdId: "taker" });
  const [maker] = await trader.rows("fills", "/api/v5/trade/fills?instType=SWAP");
  const [taker] = await second.rows("fills", "/api/v5/trade/fills?instType=SWAP");
  assert.deepEqual([maker?.execType, taker?.execType], ["M", "T"]);
  assert.equal(maker?.tradeId, taker?.tradeId);
  assert.deepEqual([maker?.fillPx, maker?.fillSz], [px, "1"]);
  const [trade] = await trader.rows("trades", `/api/v5/market/trades?instId=${instId}&limit=1`);
  assert.deepEqual([trade?.tradeId, trade?.side], [maker?.tradeId, "sell"]);
});

test("orders, fills and bills page newest first without a gap or a repetition", async () => {
  const desk = openDesk();
  const { trader, auditor } = desk;
  for (let n = 0; n < 10; n += 1) {
    const side = n % 2 === 0 ? "buy" : "sell";
    assert.equal((await trader.post(order, { ...marketBuy, side, clOrdId: `n${n}` })).code, "0");
    desk.pass(1000);
  }
  const path = "/api/v5/trade/orders-history?instType=SWAP";
  const orders = await pages(auditor, "orders_history", path, ({ ordId }) => ordId);
  assert.deepEqual(
    orders.map(({ clOrdId }) => clOrdId),
    Array.from({ length: 10 }, (_, n) => `n${9 - n}`),
  );
  const fillPath = "/api/v5/trade/fills?instType=SWAP";
  const fills = await pages(auditor, "fills", fillPath, ({ billId }) => billId);
  assert.equal(new Set(fills.map(({ billId }) => billId)).size, fills.length);
  const filled = fills.reduce((sum, { fillSz }) => sum + Number(fillSz), 0);
  assert.equal(filled, 10);
  const bills = await pages(auditor, "bills", "/api/v5/account/bills?type=2", (row) => row.billId);
  assert.deepEqual(
    bills.map(({ billId }) => billId),
    fills.map(({ billId }) => billId),
  );
  const middle = fills[Math.floor(fills.length / 2)];
  const newer = await auditor.rows("fills", `${fillPath}&before=${middle?.billId}`);
  assert.deepEqual(newer, fills.slice(0, Math.floor(fills.length / 2)));
  const window = `&begin=${noon + 2000}&end=${noon + 4000}`;
  const within = await auditor.rows("orders_history", path + window);
  assert.deepEqual(
    within.map(({ clOrdId }) => clOrdId),
    ["n4", "n3", "n2"],
  );
  assert.deepEqual(await auditor.rows("fills", `${fillPath}&after=1`), []);
});

test("what the account has is what its bills say, to the last unit", async () => {
  const desk = openDesk();
  const { trader, venue } = desk;
  for (const side of ["buy", "buy", "sell", "sell"]) {
    await trader.post(order, { ...marketBuy, side, sz: "7" });
    desk.pass(60_000);
  }
  const [balance] = await trader.rows("balance", "/api/v5/account/balance?ccy=USDT");
  const bills = await trader.rows("bills", "/api/v5/account/bills?ccy=USDT");
  const sum = bills.reduce((total, { balChg }) => total + Math.round(Number(balChg) * 1e8), 0);
  assert.equal(Math.round(Number(balance?.details[0]?.cashBal) * 1e8), sum);
  for (const { units } of venue.floor.exchange.conservation()) assert.equal(Number(units), 0);
});

test("funding is paid at midnight, eight and sixteen by the rate that was announced", async () => {
  const desk = openDesk();
  const { trader } = desk;
  await trader.post(order, { ...marketBuy, sz: "10" });
  const path = `/api/v5/public/funding-rate?instId=${instId}`;
  const [announced] = await trader.rows("funding_rate", path);
  assert.equal(Number(announced?.fundingTime), noon - (noon % eightHours) + eightHours);
  desk.pass(Number(announced?.fundingTime) - desk.venue.clock.nowMs());
  const [bill] = await trader.rows("bills", "/api/v5/account/bills?type=8");
  const [mark] = await trader.rows(
    "mark_price",
    `/api/v5/public/mark-price?instType=SWAP&instId=${instId}`,
  );
  assert.equal(bill?.ts, announced?.fundingTime);
  const owed = -Number(announced?.fundingRate) * 10 * 0.01 * Number(mark?.markPx);
  assert.ok(Math.abs(Number(bill?.balChg) - owed) < Math.abs(owed) * 0.01, `${bill?.balChg}`);
  const [paid] = await trader.rows(
    "funding_rate_history",
    `/api/v5/public/funding-rate-history?instId=${instId}&limit=1`,
  );
  assert.equal(paid?.realizedRate, announced?.fundingRate);
});

test("the dead man's timer cancels everything when nobody renews it", async () => {
  const desk = openDesk();
  const { trader } = desk;
  const timer = (timeOut: string) => trader.post("/api/v5/trade/cancel-all-after", { timeOut });
  await trader.post(order, { ...restingBuy, px: "59000", clOrdId: "waits" });
  const set = await timer("10");
  assert.equal(set.data[0]?.["triggerTime"], String(noon + 10_000));
  desk.pass(9000);
  await timer("10");
  desk.pass(9999);
  assert.equal((await orderOf(trader, "waits")).state, "live");
  desk.pass(1);
  const gone = await orderOf(trader, "waits");
  assert.deepEqual([gone.state, gone.cancelSource], ["canceled", "20"]);
  assert.equal(gone.uTime, String(noon + 19_000));
  await trader.post(order, { ...restingBuy, px: "59000", clOrdId: "stays" });
  assert.equal((await timer("0")).data[0]?.["triggerTime"], "0");
  desk.pass(200_000);
  assert.equal((await orderOf(trader, "stays")).state, "live");
});

test("a timer of a tag cancels the orders of that tag alone, and there are twenty", async () => {
  const desk = openDesk();
  const { trader } = desk;
  const timer = (timeOut: string, tag: string) =>
    trader.post("/api/v5/trade/cancel-all-after", { timeOut, tag });
  await trader.post(order, { ...restingBuy, px: "59000", clOrdId: "mine", tag: "mine1" });
  await trader.post(order, { ...restingBuy, px: "59000", clOrdId: "other", tag: "other1" });
  await trader.post(order, { ...restingBuy, px: "59000", clOrdId: "untagged" });
  const set = await timer("10", "mine1");
  assert.deepEqual(set.data[0], {
    ...{ triggerTime: String(noon + 10_000), tag: "mine1", ts: String(noon) },
  });
  desk.pass(10_000);
  const gone = await orderOf(trader, "mine");
  assert.deepEqual([gone.state, gone.cancelSource], ["canceled", "20"]);
  for (const stays of ["other", "untagged"]) {
    assert.equal((await orderOf(trader, stays)).state, "live");
  }
  assert.equal((await timer("10", "no-such-tag")).code, "51000");
  for (let count = 1; count <= 20; count += 1) {
    desk.pass(1000);
    assert.equal((await timer("120", `t${count}`)).code, "0");
  }
  desk.pass(1000);
  assert.equal((await timer("120", "t21")).code, "51071");
  desk.pass(1000);
  assert.equal((await timer("0", "t1")).data[0]?.["triggerTime"], "0");
  desk.pass(1000);
  assert.equal((await timer("120", "t21")).code, "0");
});

test("a stop fires when the price gets there and closes what it was meant to", async () => {
  const desk = openDesk();
  const { trader } = desk;
  await trader.post(order, { ...marketBuy, sz: "2" });
  const { bid } = await bestOf(desk);
  const stop = {
    instId,
    tdMode: "cross",
    side: "sell",
    ordType: "conditional",
    sz: "2",
    reduceOnly: true,
    slTriggerPx: String(Math.round(bid * 0.9995)),
    slOrdPx: "-1",
    algoClOrdId: "stop1",
  };
  assert.equal((await trader.post("/api/v5/trade/order-algo", stop)).code, "0");
  const pending = "/api/v5/trade/orders-algo-pending?ordType=conditional";
  assert.equal((await trader.rows("algos_pending", pending)).length, 1);
  for (let step = 0; step < 200; step += 1) {
    desk.pass(60_000);
    if ((await trader.rows("algos_pending", pending)).length === 0) break;
  }
  const [algo] = await trader.rows("algo_order", "/api/v5/trade/order-algo?algoClOrdId=stop1");
  assert.equal(algo?.state, "effective");
  const [sent] = await trader.rows("order", `${order}?instId=${instId}&ordId=${algo?.ordId}`);
  assert.deepEqual([sent?.state, sent?.accFillSz, sent?.reduceOnly], ["filled", "2", "true"]);
  assert.deepEqual(await trader.rows("positions", "/api/v5/account/positions"), []);
});

test("a trailing stop follows its position up, and closes it when the price returns", async () => {
  const desk = openDesk();
  const { trader } = desk;
  await trader.post(order, { ...marketBuy, sz: "2" });
  const base = { instId, tdMode: "cross", side: "sell", ordType: "move_order_stop" };
  const stop = { ...base, sz: "2", reduceOnly: true, callbackRatio: "0.002", algoClOrdId: "t1" };
  const place = async (body: unknown): Promise<unknown> => {
    const answer = await trader.post("/api/v5/trade/order-algo", body);
    return answer.data[0]?.["sCode"] ?? answer.code;
  };
  assert.equal(await place({ ...stop, callbackSpread: "1" }), "50024");
  assert.equal(await place({ ...stop, callbackRatio: "0.0001" }), "51257");
  assert.equal(await place({ ...stop, activePx: "1" }), "51258");
  assert.equal(await place({ ...stop, sz: undefined, closeFraction: "1", algoClOrdId: "w" }), "0");
  assert.equal(await place({ ...stop, sz: undefined, closeFraction: "1" }), "51088");
  assert.equal(await place(stop), "0");
  const pending = "/api/v5/trade/orders-algo-pending?ordType=move_order_stop";
  const moved: number[] = [];
  for (let step = 0; step < 400; step += 1) {
    const rows = await trader.rows("algos_pending", pending);
    const [waiting] = rows.filter(({ algoClOrdId }) => algoClOrdId === "t1");
    if (waiting === undefined) break;
    assert.deepEqual([waiting.callbackRatio, waiting.callbackSpread], ["0.002", ""]);
    moved.push(Number(waiting.moveTriggerPx));
    desk.pass(60_000);
  }
  assert.deepEqual(
    moved,
    moved.toSorted((a, b) => a - b),
  );
  const [algo] = await trader.rows("algo_order", "/api/v5/trade/order-algo?algoClOrdId=t1");
  assert.ok(algo?.state === "effective" || algo?.state === "order_failed");
  assert.deepEqual(await trader.rows("positions", "/api/v5/account/positions"), []);
});

test("an order brings its stop along, which is there when it was filled", async () => {
  const desk = openDesk();
  const { trader } = desk;
  const { bid } = await bestOf(desk);
  const tp = String(Math.round(bid * 1.01));
  const sl = String(Math.round(bid * 0.99));
  const legs = { tpTriggerPx: tp, tpOrdPx: "-1", slTriggerPx: sl, slOrdPx: "-1" };
  const place = async (legsGiven: unknown): Promise<unknown> => {
    const answer = await trader.post(order, { ...marketBuy, attachAlgoOrds: legsGiven });
    return answer.data[0]?.["sCode"] ?? answer.code;
  };
  assert.equal(await place([{ ...legs, tpTriggerPx: sl }]), "51046");
  assert.equal(await place([{ ...legs, slTriggerPx: tp }]), "51047");
  assert.equal(await place([{ ...legs, sz: "1" }]), "51000");
  assert.equal(await place([legs, legs]), "51000");
  assert.equal(await place([{ ...legs, attachAlgoClOrdId: "guard" }]), "0");
  const [told] = await trader.rows("orders_history", `${order}s-history?instType=SWAP`);
  assert.deepEqual(told?.attachAlgoOrds?.length, 1);
  const [set] = await trader.rows("algo_order", "/api/v5/trade/order-algo?algoClOrdId=guard");
  assert.deepEqual(
    [set?.ordType, set?.side, set?.sz, set?.tpTriggerPx, set?.slTriggerPx, set?.state],
    ["oco", "sell", told?.sz, tp, sl, "live"],
  );
});

test("a position that is too large for the fall of the price is liquidated", async () => {
  const desk = openDesk({ seed: 3 });
  const { trader } = desk;
  const lever = { instId, lever: "100", mgnMode: "isolated" };
  assert.equal((await trader.post("/api/v5/account/set-leverage", lever)).code, "0");
  await trader.post(order, { ...marketBuy, tdMode: "isolated", sz: "10" });
  const [held] = await trader.rows("positions", "/api/v5/account/positions");
  assert.ok(Number(held?.liqPx) > 0);
  let liquidated = false;
  for (let hour = 0; hour < 24 * 14 && !liquidated; hour += 1) {
    desk.pass(3_600_000);
    liquidated = (await trader.rows("positions", "/api/v5/account/positions")).length === 0;
  }
  assert.equal(liquidated, true);
  const [bill] = await trader.rows("bills", "/api/v5/account/bills?type=5");
  assert.ok(bill !== undefined);
  const [closed] = await trader.rows("positions_history", "/api/v5/account/positions-history");
  assert.equal(closed?.type, "3");
});

test("positions are held both ways where the account says so", async () => {
  const desk = openDesk();
  const { trader } = desk;
  const mode = { posMode: "long_short_mode" };
  assert.equal((await trader.post("/api/v5/account/set-position-mode", mode)).code, "0");
  await trader.post(order, { ...marketBuy, posSide: "long", sz: "2" });
  await trader.post(order, { ...marketBuy, posSide: "short", side: "sell", sz: "3" });
  const held = await trader.rows("positions", "/api/v5/account/positions");
  assert.deepEqual(held.map(({ posSide, pos }) => `${posSide} ${pos}`).toSorted(), [
    "long 2",
    "short 3",
  ]);
  const close = { instId, mgnMode: "cross", posSide: "short" };
  assert.equal((await trader.post("/api/v5/trade/close-position", close)).code, "0");
  const left = await trader.rows("positions", "/api/v5/account/positions");
  assert.deepEqual(
    left.map(({ posSide }) => posSide),
    ["long"],
  );
  const [config] = await trader.rows("account_config", "/api/v5/account/config");
  assert.equal(config?.posMode, "long_short_mode");
});

test("the same seed and the same requests give the same bytes", async () => {
  const run = async (): Promise<string> => {
    const desk = openDesk();
    const texts: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      texts.push((await desk.trader.post(order, { ...marketBuy, clOrdId: `s${n}` })).body);
      desk.pass(45_000);
    }
    texts.push((await desk.trader.get("/api/v5/account/bills?type=2")).body);
    texts.push((await desk.trader.get(`/api/v5/market/books?instId=${instId}&sz=20`)).body);
    return texts.join("\n") + desk.venue.floor.exchange.digest();
  };
  assert.equal(await run(), await run());
});
