import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { emptySchema, filePlace } from "./mesh-store-places.ts";
import { addNote, checkNothingLost, openHost, openNotes } from "./mesh-store-suite.ts";
import { type PostgresServer, startPostgres, withoutPostgres } from "./postgres-server.ts";

const skip = withoutPostgres();

test("processes killed under load lose nothing acknowledged", async (t) => {
  await using place = await filePlace();
  const suite = JSON.stringify(fileURLToPath(new URL("mesh-store-suite.ts", import.meta.url)));
  const acknowledged: string[] = [];
  for (let life = 0; life < 3; life += 1) {
    const script = `
      import { addNote, openHost, openNotes } from ${suite};
      const place = { root: ${JSON.stringify(place.root)}, databaseUrl: () => null };
      const tables = await openNotes(await openHost(place));
      for (let round = 0; ; round += 1) {
        const id = "${life}-" + round;
        const added = await addNote(tables, id);
        if (added.ok) process.stdout.write(id + "\\n");
      }
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    let said = "";
    let complained = "";
    child.stderr.on("data", (chunk: Buffer) => (complained += chunk.toString()));
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      // In the middle of whatever it does after that many.
      if (said.split("\n").length > 12 + life * 7) child.kill("SIGKILL");
    });
    await ended;
    assert.equal(complained, "");
    acknowledged.push(...said.split("\n").slice(0, -1));
  }
  t.diagnostic(`${acknowledged.length} acknowledged`);
  assert.ok(acknowledged.length >= 36);
  await checkNothingLost(place, acknowledged);
});

test("a server that crashes under load loses nothing acknowledged", { skip }, async (t) => {
  await using server = await startPostgres();
  await using place = await emptySchema(server);
  const hosts = [await openHost(place), await openHost(place)];
  const tables = await Promise.all(hosts.map((host) => openNotes(host)));
  const acknowledged: string[] = [];
  let crashes = 0;
  let over = false;
  const killing = (async (): Promise<void> => {
    while (!over) {
      await sleep(500);
      if (await crashServer(server)) crashes += 1;
    }
  })();
  await Promise.all(
    tables.map(async (one, who) => {
      for (let round = 0; crashes < 3 || acknowledged.length < 60; round += 1) {
        assert.ok(round < 5_000, "the server does not crash, or does not come back");
        const added = await addNote(one, `${who}-${round}`);
        if (added.ok) acknowledged.push(`${who}-${round}`);
        else await sleep(20);
      }
    }),
  );
  over = true;
  await killing;
  await Promise.all(hosts.map((host) => host.close()));
  await untilUp(server);
  t.diagnostic(`${crashes} crashes, ${acknowledged.length} acknowledged`);
  await checkNothingLost(place, acknowledged);
});

/** Kills one process of the server by force, on which it ends all others and recovers. */
async function crashServer(server: PostgresServer): Promise<boolean> {
  const { Client } = await import("pg");
  const client = new Client({ connectionString: server.url.href });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query("select pg_backend_pid() as pid");
    process.kill(rows[0].pid, "SIGKILL");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function untilUp(server: PostgresServer): Promise<void> {
  const { Client } = await import("pg");
  for (let attempt = 0; ; attempt += 1) {
    const client = new Client({ connectionString: server.url.href });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (cause) {
      if (attempt > 100) throw cause;
      await sleep(100);
    }
  }
}
