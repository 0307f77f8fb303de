import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hosted, type RunningMesh, startMesh } from "#mesh";
import { marketdataService, marketIngestService } from "#services";

/** Both services in one process over the real bus and a real SQLite store. */

export type Opened = Readonly<{
  mesh: RunningMesh;
  root: string;
  get: (path: string) => Promise<unknown>;
}>;

export async function openIngest(
  context: TestContext,
  env: Record<string, string>,
  root?: string,
): Promise<Opened> {
  const place = root ?? mkdtempSync(join(tmpdir(), "assay-ingest-"));
  if (root === undefined) {
    context.after(() => rmSync(place, { recursive: true, force: true, maxRetries: 3 }));
  }
  const mesh = await startMesh([hosted(marketdataService()), hosted(marketIngestService())], {
    root: place,
    env: {
      ASSAY_MARKETDATA_SOURCE: "simulator",
      ASSAY_MARKETDATA_STEP_MS: "20",
      ASSAY_INGEST_FLUSH_MS: "20",
      ASSAY_INGEST_SYMBOL_INTERVAL_MS: "50",
      ...env,
    },
    product: { version: "0.1.0", gitCommit: null },
    ports: "free",
    sink: { write: () => {} },
  });
  assert.ok(mesh.ok, mesh.ok ? "" : mesh.fault.message);
  context.after(async () => mesh.value.stop());
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${mesh.value.urlOf("market-ingest-service")}${path}`);
    return answer.json();
  };
  return { mesh: mesh.value, root: place, get };
}

/** Asks until it holds, for eight seconds at most. */
export async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (holds(answer)) return answer;
    assert.ok(tries < 160, JSON.stringify(answer));
    await sleep(50);
  }
}

export type Quotes = Readonly<{
  quotes: readonly Readonly<{ symbol: string; quote_ts_ms: number }>[];
}>;
export type Beat = Readonly<{ now: Readonly<{ fresh: boolean; reason: string }> }>;

export function lastOf({ quotes }: Quotes): number {
  return quotes[0]?.quote_ts_ms ?? 0;
}

// What the service under test answers.
export async function quotesOf({ get }: Opened): Promise<Quotes> {
  return (await get("/quotes")) as Quotes;
}

export async function beatOf({ get }: Opened): Promise<Beat> {
  return (await get("/heartbeat")) as Beat;
}
