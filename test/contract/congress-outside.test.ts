import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hosted, type MeshOptions, startMesh } from "#mesh";
import { congressionalIngest } from "#services";
import { startNats, withoutNats } from "./nats-server.ts";
import { startPostgres, withoutPostgres } from "./postgres-server.ts";

const rows = 1200;

const header =
  "disclosure_date,transaction_date,owner,ticker,asset_description,type,amount,representative," +
  "district,ptr_link\n";

function list(): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const asset = `Asset ${Math.floor(index / 2)}`;
    return `02/01/2020,2020-01-02,self,SPY,${asset},purchase,"$1,001 - $15,000",Jane Roe,NC05,x\n`;
  });
  return header + lines.join("");
}

type Totals = Readonly<{ disclosures: number; unpublished: number; defects: object }>;

/** Takes the list in as a process would, and gives what the ledger then holds. */
async function takeIn(env: MeshOptions["env"], root: string): Promise<Totals> {
  const file = join(root, "list.csv");
  writeFileSync(file, list());
  const started = await startMesh([hosted(congressionalIngest)], {
    root,
    env: { ...env, ASSAY_CONGRESS_FILES: file },
    product: { version: "0.1.0", gitCommit: null },
    ports: "free",
    sink: { write: () => undefined },
  });
  assert.ok(started.ok, JSON.stringify(started));
  const url = started.value.urlOf("congressional-ingest") ?? "";
  try {
    for (let tries = 0; tries < 400; tries += 1) {
      const answer = await fetch(`${url}/ingest`);
      // The address answers with this, and the comparison below misses what it lacks.
      const now = (await answer.json()) as Totals & { sources: { reason: string | null }[] };
      const { disclosures, unpublished, defects } = now;
      const isDone = now.sources.every(({ reason }) => reason === "ok") && unpublished === 0;
      if (isDone) return { disclosures, unpublished, defects };
      await sleep(50);
    }
    throw new Error("never came to its end");
  } finally {
    await started.value.stop();
  }
}

const whole = { disclosures: rows / 2, unpublished: 0, defects: { duplicate: rows / 2 } };

test("with PostgreSQL behind it the ledger is the same, also for a second process", {
  skip: withoutPostgres(),
}, async () => {
  await using server = await startPostgres();
  const env = { ASSAY_DATABASE_URL: server.url.href };
  for (let boot = 1; boot <= 2; boot += 1) {
    const root = mkdtempSync(join(tmpdir(), "congress-"));
    try {
      assert.deepEqual(await takeIn(env, root), whole);
    } finally {
      rmSync(root, { recursive: true });
    }
  }
});

test("over NATS every disclosure is published", { skip: withoutNats() }, async () => {
  await using server = await startNats();
  const root = mkdtempSync(join(tmpdir(), "congress-"));
  try {
    assert.deepEqual(await takeIn({ ASSAY_BUS_URL: server.url }, root), whole);
  } finally {
    rmSync(root, { recursive: true });
  }
});
