import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson, err, ok } from "#base";
import type { BusEvent } from "#mesh";
import { createPublisher, type Publisher } from "./publish.ts";
import { normalise } from "./trade/normalise.ts";
import { readQuiverRecord } from "./trade/row-forms.ts";

const never = new AbortController().signal;

/** A disclosure as the ledger keeps it, one for each number. */
function body(number: number): Readonly<{ disclosureId: string; number: number; body: string }> {
  const raw = {
    Representative: "Jane Roe",
    House: "Senate",
    ReportDate: "2023-03-01",
    TransactionDate: "2023-02-10",
    Ticker: `T${number}`,
    Transaction: "Purchase",
    Range: "$1,001 - $15,000",
  };
  const place = { source: "quiver", sha256: null, row: null };
  const judged = normalise(
    { place, raw, trade: readQuiverRecord(raw) },
    "2026-02-05T12:00:00.000Z",
  );
  assert.ok(judged.state === "disclosed");
  const { disclosure } = judged;
  return { disclosureId: disclosure.disclosure_id, number, body: canonicalJson(disclosure) };
}

type Reply = "settles" | "hangs" | "fails";
type Bench = Readonly<{ publisher: Publisher; events: BusEvent[]; open: () => readonly number[] }>;

/** A ledger and a bus in memory; `reply` is how the bus takes the event of each number. */
function bench(count: number, reply: (number: number) => Reply): Bench {
  const waiting = new Map(
    Array.from({ length: count }, (_, at) => {
      const each = body(at + 1);
      return [each.disclosureId, each] as const;
    }),
  );
  const numberOf = new Map([...waiting].map(([id, { number }]) => [id, number]));
  const events: BusEvent[] = [];
  const publisher = createPublisher({
    ledger: {
      unpublished: async (limit) => ok([...waiting.values()].slice(0, limit)),
      markPublished: async (ids) => {
        for (const id of ids) waiting.delete(id);
        return ok(undefined);
      },
    },
    bus: {
      publish: async (event) => {
        const way = reply(numberOf.get(event.event_id) ?? 0);
        if (way === "fails") return err({ code: "bus_unreachable", message: "gone" });
        events.push(event);
        const settled = way === "settles" ? Promise.resolve() : new Promise<void>(() => {});
        return ok({ sequence: events.length, held: "memory", settled });
      },
    },
    clock: { nowMs: () => 1_770_292_800_000, monotonicMs: () => 0 },
    timers: { sleep: async () => Promise.resolve(true) },
    identity: {
      agent_name: "congressional-ingest",
      boot_id: "0123456789abcdef",
      version: "0.1.0",
      git_commit: null,
    },
  });
  return { publisher, events, open: () => [...waiting.values()].map(({ number }) => number) };
}

test("everything is published in order, under its own id, and marked", async () => {
  const { publisher, events, open } = bench(1100, () => "settles");
  assert.deepEqual(await publisher.publishAll(never), { ok: true, value: 1100 });
  assert.deepEqual(open(), []);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    Array.from({ length: 1100 }, (_, at) => at + 1),
  );
  assert.equal(new Set(events.map(({ event_id }) => event_id)).size, 1100);
});

test("what the bus does not answer for stays open, and is told", async () => {
  const { publisher, open } = bench(4, (number) => (number === 2 ? "hangs" : "settles"));
  const sent = await publisher.publishAll(never);
  assert.equal(sent.ok ? "ok" : sent.fault.code, "bus_unanswered");
  assert.deepEqual(open(), [2]);
});

test("what was sent before the bus failed is marked, and the rest waits", async () => {
  const { publisher, open } = bench(4, (number) => (number === 3 ? "fails" : "settles"));
  const sent = await publisher.publishAll(never);
  assert.equal(sent.ok ? "ok" : sent.fault.code, "bus_unreachable");
  assert.deepEqual(open(), [3, 4]);
});

test("rounds never overlap: who asks while one runs waits for the same one", async () => {
  const { publisher, events } = bench(3, () => "settles");
  const both = await Promise.all([publisher.publishAll(never), publisher.publishAll(never)]);
  assert.deepEqual(both, [
    { ok: true, value: 3 },
    { ok: true, value: 3 },
  ]);
  assert.equal(events.length, 3);
});

test("a service that stops publishes nothing more", async () => {
  const { publisher, events, open } = bench(3, () => "settles");
  assert.deepEqual(await publisher.publishAll(AbortSignal.abort()), { ok: true, value: 0 });
  assert.deepEqual([events.length, open().length], [0, 3]);
});
