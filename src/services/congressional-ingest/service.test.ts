import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ok } from "#base";
import { type BusEvent, createEnding, hosted, type Service, startMesh } from "#mesh";
import { readEvent, roster } from "#protocol";
import { congressionalIngest } from "./service.ts";

const key = "a-key-that-nobody-else-may-see";

/** A disclosures interface that answers what the test says, and remembers what it was asked. */
type Upstream = Readonly<{ url: string; asked: readonly IncomingMessage[]; close: () => void }>;
type Answer = (response: ServerResponse, count: number) => void;

async function startUpstream(answer: Answer): Promise<Upstream> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(response, asked.length);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  // A server on a port has an address with it.
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/beta/historical/congresstrading`, asked, close };
}

/** The whole service with its store and bus, and somebody who listens. */
type Desk = Readonly<{
  url: string;
  events: readonly BusEvent[];
  lines: readonly string[];
  json: (path: string) => Promise<Record<string, unknown>>;
  until: (holds: (state: Record<string, unknown>) => boolean) => Promise<Record<string, unknown>>;
  stop: () => Promise<number>;
}>;

async function startDesk(root: string, env: Readonly<Record<string, string>>): Promise<Desk> {
  const events: BusEvent[] = [];
  const lines: string[] = [];
  const started = await startMesh([hosted(listener(events)), hosted(congressionalIngest)], {
    root,
    env: { EXECUTION_HALTED: "0", EXECUTION_HALTED_FILE: join(root, "switch"), ...env },
    product: { version: "0.1.0", gitCommit: null },
    ports: "free",
    sink: { write: (line) => void lines.push(line) },
  });
  assert.ok(started.ok, JSON.stringify(started));
  const mesh = started.value;
  const url = mesh.urlOf("congressional-ingest") ?? "";
  const json = async (path: string): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${url}${path}`);
    // Every address that is asked here answers with an object.
    return (await answer.json()) as Record<string, unknown>;
  };
  return {
    url,
    events,
    lines,
    json,
    async until(holds) {
      for (let tries = 0; tries < 400; tries += 1) {
        const state = await json("/ingest");
        if (holds(state)) return state;
        await sleep(25);
      }
      throw new Error(`never came to it: ${JSON.stringify(await json("/ingest"))}`);
    },
    stop: async () => (await mesh.stop()).exitCode,
  };
}

/** Stands in for a consumer of the mesh: it takes every disclosure that is published. */
function listener(events: BusEvent[]): Service<Record<string, never>> {
  return {
    name: "research-runner",
    config: {},
    async start({ bus }) {
      const heard = await bus.subscribe({
        subjects: ["disclosure.congress"],
        durable: "listener",
        handler: async ({ event, ack }) => {
          events.push(event);
          ack();
        },
      });
      if (!heard.ok) return heard;
      const ending = createEnding();
      return ok({
        readiness: () => ({ ready: true, checks: {} }),
        opsFacts: () => ({
          kind: "ops",
          mode: "OBSERVE",
          missing_fields: [],
          execution_enabled: null,
          market: "open",
          marketdata: "none",
          last_tick_ms: null,
          last_bar_ms: null,
          last_heartbeat_ms: Date.now(),
          degraded_by: [],
        }),
        stop: async () => ending.end({ outcome: "stopped" }),
        ended: ending.ended,
      });
    },
  };
}

async function withRoot(act: (root: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "congress-"));
  writeFileSync(join(root, "switch"), "off\n", { mode: 0o600 });
  try {
    await act(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function record(changes: object = {}): object {
  return {
    Representative: "Jane Roe",
    BioGuideID: "R000001",
    ReportDate: "2023-03-01",
    TransactionDate: "2023-02-10",
    Ticker: "AAPL",
    Transaction: "Purchase",
    Range: "$1,001 - $15,000",
    House: "Senate",
    Party: "I",
    ...changes,
  };
}

function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function reasons(state: Record<string, unknown>): readonly (string | null)[] {
  return (state["sources"] as readonly { reason: string | null }[]).map(({ reason }) => reason);
}

function isDone(state: Record<string, unknown>): boolean {
  return reasons(state).every((reason) => reason === "ok") && state["unpublished"] === 0;
}

test("without a key and without files it says so, is degraded, and publishes nothing", async () => {
  await withRoot(async (root) => {
    const desk = await startDesk(root, {});
    const status = await desk.json("/ops/status");
    assert.deepEqual(status["status"], {
      ...(status["status"] as object),
      state: "DEGRADED",
      reason_codes: ["source_unavailable"],
    });
    const state = await desk.json("/ingest");
    assert.deepEqual([state["disclosures"], state["sources"]], [0, []]);
    assert.deepEqual(await desk.json("/disclosures"), { disclosures: [] });
    assert.equal((await fetch(`${desk.url}/readyz`)).status, 200);
    assert.ok(desk.lines.some((line) => line.includes("congress.no_source")));
    assert.equal(await desk.stop(), 0);
    assert.equal(desk.events.length, 0);
  });
});

test("an interface is asked with the key, again after Retry-After, and taken in once", async () => {
  const records = [
    record(),
    record(),
    record({ Range: "$15,001 - $50,000" }),
    record({ Ticker: "--", ReportDate: "2023-02-20" }),
    record({ TransactionDate: "2023-03-02" }),
    record({ Range: "plenty" }),
    "no record",
  ];
  const upstream = await startUpstream((response, count) => {
    if (count === 1) response.writeHead(429, { "retry-after": "0" }).end("slow down");
    else answerJson(response, records);
  });
  await withRoot(async (root) => {
    const env = { QUIVER_API_KEY: key, ASSAY_CONGRESS_URL: upstream.url };
    const desk = await startDesk(root, env);
    const state = await desk.until(isDone);
    assert.equal(upstream.asked.length, 2);
    assert.ok(upstream.asked.every(({ method }) => method === "GET"));
    assert.equal(upstream.asked[0]?.headers.authorization, `Bearer ${key}`);
    assert.equal(state["disclosures"], 3);
    assert.deepEqual(state["defects"], {
      amount_unreadable: 1,
      lag_negative: 1,
      row_malformed: 1,
      ticker_missing: 1,
    });
    assert.equal(desk.events.length, 3);
    for (const event of desk.events) assert.equal(readEvent(event).ok, true);
    assert.deepEqual(
      (await desk.json("/disclosures?ticker=AAPL"))["disclosures"],
      [...desk.events]
        .slice(0, 2)
        .reverse()
        .map(({ payload }) => payload),
    );
    assert.equal(await desk.stop(), 0);
    assert.ok(desk.lines.every((line) => !line.includes(key)));

    // Another boot on the same ledger: nothing is published again, a correction is.
    records.push(record({ Range: "$50,001 - $100,000" }), record({ ReportDate: "2020-01-01" }));
    const again = await startDesk(root, env);
    const after = await again.until((now) => isDone(now) && now["disclosures"] === 4);
    assert.deepEqual(after["defects"], state["defects"]);
    await again.stop();
    assert.equal(again.events.length, 1);
  });
  upstream.close();
});

test("an interface that refuses, fails, lies or redirects is told by its code", async () => {
  const cases: readonly (readonly [Answer, string])[] = [
    [(response) => void response.writeHead(401).end(), "source_refused"],
    [(response) => void response.writeHead(404).end(), "source_refused"],
    [(response) => void response.writeHead(200).end("<html>"), "source_malformed"],
    [(response) => answerJson(response, { data: [] }), "source_malformed"],
    [(response) => void response.writeHead(503).end(), "source_failed"],
    [
      (response) => void response.writeHead(302, { location: "https://example.org/" }).end(),
      "source_unreachable",
    ],
    [(response) => void response.destroy(), "source_unreachable"],
  ];
  for (const [answer, code] of cases) {
    const upstream = await startUpstream(answer);
    await withRoot(async (root) => {
      const env = { QUIVER_API_KEY: key, ASSAY_CONGRESS_URL: upstream.url };
      const desk = await startDesk(root, env);
      await desk.until((state) => reasons(state)[0] !== null);
      const { status } = (await desk.json("/ops/status")) as { status: Record<string, unknown> };
      assert.deepEqual(status["reason_codes"], ["source_unavailable", code]);
      assert.equal(await desk.stop(), 0);
      assert.equal(desk.events.length, 0);
      assert.ok(desk.lines.every((line) => !line.includes(key)));
    });
    upstream.close();
  }
});

const header =
  "transaction_date,owner,ticker,asset_description,asset_type,type,amount,comment,senator," +
  "ptr_link,disclosure_date\n";

test("a file that is there beside one that is not: what can be read is published", async () => {
  await withRoot(async (root) => {
    const list = join(root, "list.csv");
    const row = '01/02/2020,Self,SPY,Trust,Stock,Purchase,"$1,001 - $15,000",--,Jane Roe,x,';
    writeFileSync(list, `${header}${row}02/01/2020\n${row}02/01/2020\n${row}01/01/2020\n`);
    const files = `${list},${join(root, "none.csv")}`;
    const desk = await startDesk(root, { ASSAY_CONGRESS_FILES: files });
    const state = await desk.until((now) => !reasons(now).includes(null));
    assert.deepEqual(reasons(state), ["ok", "file_missing"]);
    assert.deepEqual(state["defects"], { duplicate: 1, lag_negative: 1 });
    const { status } = (await desk.json("/ops/status")) as { status: Record<string, unknown> };
    assert.deepEqual([status["state"], status["reason_codes"]], ["DEGRADED", ["file_missing"]]);
    const { defects } = (await desk.json("/defects?code=duplicate")) as { defects: object[] };
    assert.deepEqual(
      defects.map((each) => ("found" in each ? each.found : null)),
      ["as in row 2"],
    );
    assert.equal(await desk.stop(), 0);
    assert.equal(desk.events.length, 1);
  });
});

test("questions that are none are answered with 400", async () => {
  await withRoot(async (root) => {
    const desk = await startDesk(root, {});
    const paths = ["/disclosures?limit=0", "/disclosures?limit=1001", "/disclosures?since=soon"];
    for (const path of [...paths, "/defects?code=X", "/defects?colour=red"]) {
      const answer = await fetch(`${desk.url}${path}`);
      assert.equal(answer.status, 400, path);
      assert.match(await answer.text(), /request_invalid/);
    }
    assert.equal((await fetch(`${desk.url}/disclosures`, { method: "POST" })).status, 404);
    await desk.stop();
  });
});

test("the defaults are the numbers of the roster", () => {
  const { pollSeconds, lookbackDays } = congressionalIngest.config;
  assert.equal(pollSeconds.fallback?.value, roster.numbers["congress_poll_seconds"]);
  assert.equal(lookbackDays.fallback?.value, roster.numbers["congress_lookback_days"]);
});

test("settings that would send the key in the clear or mean nothing are refused", async () => {
  const wrong: readonly (readonly [string, string])[] = [
    ["ASSAY_CONGRESS_URL", "http://example.org/"],
    ["ASSAY_CONGRESS_URL", "https://user:word@example.org/"],
    ["ASSAY_CONGRESS_URL", "ftp://127.0.0.1/"],
    ["ASSAY_CONGRESS_FILES", "a.csv,,b.csv"],
    ["ASSAY_CONGRESS_POLL_SECONDS", "9"],
    ["ASSAY_CONGRESS_LOOKBACK_DAYS", "-1"],
  ];
  for (const [variable, text] of wrong) {
    const read = hosted(congressionalIngest).prepare({ [variable]: text });
    assert.equal(read.ok ? "ok" : read.fault.code, "config_invalid", text);
    assert.equal(read.ok ? "" : read.fault.at, variable);
  }
});
