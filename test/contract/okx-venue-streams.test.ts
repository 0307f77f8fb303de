import assert from "node:assert/strict";
import { test } from "node:test";
import { type BookFollower, createBookFollower, pushedRows, readServerFrame } from "#okx";
import type { StreamChannel, StreamEnd, StreamMessage } from "#venues";
import { anOrder, must, openBench, swap, type VenueBench, ways } from "./okx-venue-bench.ts";

for (const way of ways) {
  test(`${way}: a stream of the account tells of an order from its birth to its fill`, async () => {
    await using bench = await openBench(way);
    const heard: StreamMessage[] = [];
    const stop = new AbortController();
    const ending = follow(bench, ["orders", "account", "positions"], heard, stop);
    // Account and positions greet at once; the orders of a venue where nothing rests do not.
    await until(() => names(heard).has("account") && names(heard).has("positions"));
    assert.ok((await bench.place(anOrder({ clOrdId: "rest1" }))).ok);
    const taker = { clOrdId: "take1", ordType: "market", px: null, sz: "0.5" } as const;
    assert.ok((await bench.place(anOrder(taker))).ok);
    assert.ok((await bench.client.cancel(swap, { clOrdId: "rest1" })).ok);
    await until(() => statesOf(heard, "rest1").includes("canceled"));
    stop.abort();
    assert.equal((await ending).code, "aborted");

    assert.deepEqual(statesOf(heard, "rest1"), ["live", "canceled"]);
    assert.equal(statesOf(heard, "take1").at(-1), "filled");
    const positions = heard.flatMap((message) => rowsOf(message, "positions") ?? []);
    assert.equal(positions.at(-1)?.pos, "0.5");
  });

  test(`${way}: the streamed book is whole at every push, by sequence and checksum`, async () => {
    await using bench = await openBench(way);
    const heard: StreamMessage[] = [];
    const stop = new AbortController();
    const channels = ["books", "tickers", "trades", "mark-price", "candle1m"] as const;
    const ending = follow(bench, channels, heard, stop);
    await until(() => names(heard).has("books"));
    for (let step = 0; step < 20; step += 1) {
      bench.venue.clock.advanceTo(bench.venue.clock.nowMs() + 1000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until(() => heard.filter(({ channel }) => channel === "books").length > 10);
    stop.abort();
    assert.equal((await ending).code, "aborted");

    const follower = createBookFollower(swap);
    const books = heard.filter(({ channel }) => channel === "books");
    const actions = books.map((message) => applyBook(follower, message));
    assert.deepEqual(new Set(actions.slice(1)), new Set(["update"]));
    assert.equal(actions[0], "snapshot");
    assert.deepEqual([...names(heard)].sort(), [...channels].sort());
  });

  test(`${way}: a disconnect of the plan ends the stream and says so`, async () => {
    await using bench = await openBench(way);
    const heard: StreamMessage[] = [];
    const ending = follow(bench, ["books"], heard, new AbortController());
    await until(() => names(heard).has("books"));
    const rule = { match: { channel: "books", times: 1 }, fault: { kind: "disconnect" } };
    must(bench.venue.faults.load({ schema_version: "venue-faults/1", rules: [rule] }));
    bench.venue.clock.advanceTo(bench.venue.clock.nowMs() + 2000);
    assert.equal((await ending).code, "connection_lost");
    assert.equal(bench.venue.faults.counts()[0]?.fired, 1);
  });

  test(`${way}: a key of another secret is not let in`, async () => {
    await using bench = await openBench(way);
    const forger = await bench.as({ ...bench.keys.trader, secret: "wrong" });
    const channels = [{ channel: "orders", instId: swap }] as const;
    const end = await forger.stream(channels, () => {}, AbortSignal.timeout(5000));
    assert.equal(end.code, "login_failed", end.message);
  });
}

async function follow(
  { client }: VenueBench,
  channels: readonly StreamChannel["channel"][],
  heard: StreamMessage[],
  stop: AbortController,
): Promise<StreamEnd> {
  const wanted = channels.map((channel) => ({ channel, instId: swap }));
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(10_000)]);
  return client.stream(wanted, (message) => heard.push(message), signal);
}

function rowsOf<Family extends "orders" | "positions" | "books">(
  message: StreamMessage,
  family: Family,
): ReturnType<typeof pushedRows<Family>> {
  const frame = readServerFrame(message.raw);
  assert.ok(frame.ok, frame.ok ? "" : frame.fault.message);
  assert.ok(frame.value.type === "push");
  return pushedRows(frame.value, family);
}

function applyBook(follower: BookFollower, message: StreamMessage): "snapshot" | "update" | null {
  const frame = readServerFrame(message.raw);
  assert.ok(frame.ok && frame.value.type === "push");
  const { action } = frame.value;
  for (const row of pushedRows(frame.value, "books") ?? []) {
    assert.ok(action !== null && row.checksum !== undefined && row.seqId !== undefined);
    const book = follower.apply(action, row);
    assert.ok(book.ok, book.ok ? "" : book.fault.message);
  }
  return action;
}

function statesOf(heard: readonly StreamMessage[], clOrdId: string): readonly string[] {
  return heard
    .flatMap((message) => rowsOf(message, "orders") ?? [])
    .filter((row) => row.clOrdId === clOrdId)
    .map((row) => row.state);
}

function names(heard: readonly StreamMessage[]): ReadonlySet<string> {
  return new Set(heard.map((message) => message.channel));
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isSo(); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(isSo(), "it did not come about within five seconds");
}
