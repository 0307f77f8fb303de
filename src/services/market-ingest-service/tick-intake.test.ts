import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, ok } from "#base";
import type { Bus, Delivery } from "#mesh";
import { type Tick, tickSchema } from "#protocol";
import type { Ingester } from "./ingester.ts";
import { openTickIntake } from "./tick-intake.ts";

const nowMs = 1_700_000_000_000;

function tick(exchange_ts_ms: number): Tick {
  return {
    ...{ schema: tickSchema, symbol: "SPY", kind: "quote", bid: "1", ask: "2", bid_size: "1" },
    ...{ ask_size: "1", price: null, size: null, exchange_ts_ms },
    ...{ received_ts_ms: nowMs, source: "test", sequence: null },
  };
}

/** What the intake says of one delivery, and what it handed on. */
async function deliver(payload: Json): Promise<readonly string[]> {
  const said: string[] = [];
  const handlers: ((delivery: Delivery) => Promise<void> | void)[] = [];
  const bus = {
    subscribe: async (request: Parameters<Bus["subscribe"]>[0]) => {
      handlers.push(request.handler);
      return ok({ stop: async () => undefined });
    },
  } as unknown as Bus;
  const ingester = {
    isAhead: ({ exchange_ts_ms }: Tick) => exchange_ts_ms > nowMs + 5000,
    put: (_: Tick, giver: Parameters<Ingester["put"]>[1]) => {
      said.push("put");
      giver.acknowledge();
    },
  } as unknown as Ingester;
  const intake = await openTickIntake(bus, ingester);
  assert.ok(intake.ok && (await intake.value.resume()).ok);
  const delivery = {
    event: { payload, source: { agent_name: "test" } },
    signal: new AbortController().signal,
    ack: () => said.push("ack"),
    nak: (ms: number, why: string) => said.push(`nak ${ms} ${why}`),
    term: () => said.push("term"),
  } as unknown as Delivery;
  await handlers[1]?.(delivery);
  return said;
}

test("a sound tick is handed on and acknowledged when it is durable", async () => {
  assert.deepEqual(await deliver(tick(nowMs)), ["put", "ack"]);
});

test("a tick of the future is given back: stored, it would keep the sound ones out", async () => {
  assert.deepEqual(await deliver(tick(nowMs + 5001)), ["nak 15000 tick_in_future"]);
});

test("what is no tick is refused for good", async () => {
  assert.deepEqual(await deliver({ ...tick(nowMs), bid: "NaN" }), ["term"]);
});
