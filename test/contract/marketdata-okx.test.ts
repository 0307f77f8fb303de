import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hosted, startMesh } from "#mesh";
import { marketdataService } from "#services";
import { must, openBench, swap } from "./okx-venue-bench.ts";

/** The OKX feed against the simulated venue, which speaks the public stream over real sockets. */

type Snapshot = Readonly<{
  stream_state: string;
  symbols: readonly Readonly<{
    symbol: string;
    bid: string | null;
    last_price: string | null;
    last_tick_utc: string;
    reason: string;
  }>[];
}>;

async function serve(context: TestContext, streamUrl: string): Promise<() => Promise<Snapshot>> {
  const root = mkdtempSync(join(tmpdir(), "assay-okx-feed-"));
  const mesh = must(
    await startMesh([hosted(marketdataService({ chance: () => 0 }))], {
      root,
      env: {
        ASSAY_MARKETDATA_SOURCE: "okx",
        ASSAY_MARKETDATA_SYMBOLS: swap,
        ASSAY_MARKETDATA_STREAM_URL: `${streamUrl}/public`,
        ASSAY_MARKETDATA_CALENDAR: "24x7",
      },
      product: { version: "0.1.0", gitCommit: null },
      ports: "free",
      sink: { write: () => {} },
    }),
  );
  context.after(async () => {
    await mesh.stop();
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  });
  return async () => {
    const answer = await fetch(`${mesh.urlOf("marketdata-mcp-server")}/snapshot`);
    // The answer of the service under test.
    return (await answer.json()) as Snapshot;
  };
}

async function until(
  ask: () => Promise<Snapshot>,
  holds: (snapshot: Snapshot) => boolean,
  meanwhile: () => void = () => {},
): Promise<Snapshot> {
  for (let tries = 0; ; tries += 1) {
    const snapshot = await ask();
    if (holds(snapshot)) return snapshot;
    assert.ok(tries < 100, JSON.stringify(snapshot));
    meanwhile();
    await sleep(30);
  }
}

test("ticks of the venue are taken, and a dropped connection is made again", async (context) => {
  await using bench = await openBench("direct");
  const { clock, faults } = bench.venue;
  const ask = await serve(context, bench.streamUrl);
  const pass = (): void => clock.advanceTo(Math.max(clock.nowMs(), Date.now()));
  const isWhole = ({ symbols, stream_state }: Snapshot): boolean => {
    const { bid = null, last_price = null } = symbols[0] ?? {};
    return bid !== null && last_price !== null && stream_state === "live";
  };
  const first = await until(ask, isWhole, pass);
  assert.deepEqual([first.symbols[0]?.symbol, first.symbols[0]?.reason], [swap, "fresh"]);

  const rule = { match: { channel: "tickers", times: 1 }, fault: { kind: "disconnect" } };
  must(faults.load({ schema_version: "venue-faults/1", rules: [rule] }));
  await until(ask, () => faults.fired().length > 0, pass);
  const dropped = await ask();
  const before = dropped.symbols[0]?.last_tick_utc ?? "";
  const isLater = (snapshot: Snapshot): boolean => {
    return isWhole(snapshot) && (snapshot.symbols[0]?.last_tick_utc ?? "") > before;
  };
  await until(ask, isLater, pass);
});
