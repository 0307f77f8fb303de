import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { err, ok } from "#base";
import { type HttpEnv, Secret } from "#mesh";
import type { ExecutionDesk } from "../gates/execution-desk.ts";
import { createExecutor } from "../requests/executor.ts";
import type { NewRequest } from "../requests/request-book.ts";
import { addRoutes } from "./add-routes.ts";

const key = "k".repeat(32);
const headers = { authorization: `Bearer ${key}`, "idempotency-key": "key-000001" };

const intent = {
  schema: "assay.intent/1",
  intent_id: "intent-0001",
  proposal_id: null,
  correlation_id: null,
  created_at_utc: "2027-01-15T08:00:00.000Z",
  valid_until_utc: "2027-01-15T08:05:00.000Z",
  venue: "simulated",
  symbol: "BTC-USDT-SWAP",
  asset_type: "SWAP",
  side: "BUY",
  quantity: "1",
  order_type: "MARKET",
  limit_price: null,
  time_in_force: "IOC",
  reduce_only: false,
  approval: { change_id: "change-17", record_sha256: "e".repeat(64) },
};

/** What is asked is refused by these; gives the answer and what was kept of it. */
async function askWith(
  refusals: readonly string[] | Error,
): Promise<
  Readonly<{ status: number; code: string; taken: readonly NewRequest[]; failed: string[] }>
> {
  const taken: NewRequest[] = [];
  const failed: string[] = [];
  const executor = createExecutor({
    book: {
      find: async () => Promise.resolve(ok(null)),
      take: async (row) => Promise.resolve(ok(void taken.push(row))),
      answer: async () => Promise.resolve(ok(undefined)),
      unanswered: async () => Promise.resolve(ok([])),
      note: async () => Promise.resolve(ok(undefined)),
    },
    ...{ venue: null, place: "simulated", nowMs: () => Date.UTC(2027, 0, 15, 8) },
    rules: () => ({ venue: "simulated", instruments: ["BTC-USDT-SWAP"], changeId: null }),
    refusals: async () => {
      if (refusals instanceof Error) throw refusals;
      return Promise.resolve(refusals);
    },
    failed: (reason) => failed.push(reason),
  });
  const http = new Hono<HttpEnv>();
  http.onError((_cause, context) => context.json({ error: { code: "internal_error" } }, 500));
  addRoutes({
    ...{ http, key: new Secret(key), executor },
    // Of the desk these routes ask nothing while they execute.
    desk: {} as ExecutionDesk,
    look: async () => Promise.resolve(),
    recover: async () => Promise.resolve("recover_in_backoff"),
    halt: () => err({ code: "latch_not_written", message: "the disk is full" }),
    cancelAll: async () => Promise.resolve({ clear: false, cancelled: 3 }),
    refused: () => undefined,
  });
  const body = JSON.stringify(intent);
  const answer = await http.request("/execute", { method: "POST", headers, body });
  const told = (await answer.json()) as { reason_code?: string; error?: { code: string } };
  const code = told.error?.code ?? told.reason_code ?? "";
  for (const [path, status] of [
    ["/recover", 503],
    ["/halt", 503],
    ["/cancel-all", 502],
  ] as const) {
    const other = await http.request(path, { method: "POST", headers, body: '{"by":"ada"}' });
    assert.equal(other.status, status, path);
  }
  return { status: answer.status, code, taken, failed };
}

for (const code of ["shutting_down", "agent_in_backoff"]) {
  test(`${code} passes: it is 503, and the same request may come again`, async () => {
    const told = await askWith([code, "agent_mode_not_live"]);
    assert.deepEqual([told.status, told.code, told.taken], [503, code, []]);
  });
}

for (const code of [
  "venue_not_configured",
  "kill_switch_enabled",
  "marketdata_stale",
  "marketdata_unreachable",
  "agent_state_not_ready:DEGRADED",
  "agent_mode_not_live",
  "not_armed",
  "execution_frozen",
]) {
  test(`${code} is 409, and kept as the answer`, async () => {
    const told = await askWith([code]);
    assert.deepEqual([told.status, told.code, told.taken.length], [409, code, 1]);
  });
}

test("what nobody expected is told to the gate", async () => {
  const told = await askWith(new Error("planned"));
  assert.deepEqual([told.status, told.failed, told.taken], [500, ["execute_failed"], []]);
});
