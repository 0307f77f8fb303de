import assert from "node:assert/strict";
import { test } from "node:test";
import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import {
  changeFolder,
  type Migration,
  newIdentity,
  openStoreHost,
  readChanges,
  type Secret,
  type StoreHost,
  type Tables,
} from "#mesh";

/** What a store promises to a service, whatever engine is below it. */

export type Notes = { strategy_service_notes: Note };
type Note = { id: string; text: string; count: number; seen_ms: number | null };

const notes: Migration = {
  id: "0001_notes",
  tables: [
    {
      name: "strategy_service_notes",
      columns: { id: "text", text: "text", count: "integer", seen_ms: "integer null" },
      key: ["id"],
      unique: [["text"]],
      indexes: [["count", "id"]],
    },
  ],
};

/** A place for stores of one test; two hosts of it are two processes as far as they can tell. */
export type StorePlace = AsyncDisposable &
  Readonly<{ root: string; databaseUrl: () => Secret | null }>;

const product = { version: "1.0.0", gitCommit: null };
export const bornMs = 1_700_000_000_000;

export function must<T>(result: Result<T, Fault>): T {
  assert.ok(result.ok, result.ok ? "" : `${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

export async function openHost(place: StorePlace): Promise<StoreHost> {
  const { root, databaseUrl } = place;
  return must(await openStoreHost({ root, databaseUrl: databaseUrl(), nowMs: () => bornMs }));
}

export async function openNotes(
  host: StoreHost,
  migrations: readonly Migration[] = [notes],
): Promise<Tables<Notes>> {
  const store = host.storeOf(newIdentity("strategy-service", product));
  return must(await store.open<Notes>(migrations));
}

export function addNote(tables: Tables<Notes>, id: string): Promise<Result<number, Fault>> {
  return tables.change(async (db, record) => {
    const row: Note = { id, text: `note ${id}`, count: 1, seen_ms: null };
    await db.insertInto("strategy_service_notes").values(row).execute();
    record({ type: "note_added", body: row });
    return ok(1);
  });
}

export function idsOf(tables: Tables<Notes>): Promise<Result<readonly string[], Fault>> {
  return tables.read(async (db) => {
    const rows = db.selectFrom("strategy_service_notes").select("id").orderBy("id");
    return ok((await rows.execute()).map(({ id }) => id));
  });
}

export function changesOf(place: StorePlace): ReturnType<typeof readChanges> {
  return readChanges(changeFolder(place.root, "strategy-service"));
}

function codeOf(result: Result<unknown, Fault>): string {
  return result.ok ? "ok" : result.fault.code;
}

/** Registers the whole suite; `open` gives an empty place for each test. */
export function testStore(
  engine: "sqlite" | "postgres",
  open: () => Promise<StorePlace>,
  skip: string | false,
): void {
  const name = (what: string): string => `${engine}: ${what}`;

  test(name("a change is in the tables and, durable, in the log"), { skip }, async () => {
    await using place = await open();
    const host = await openHost(place);
    const tables = await openNotes(host);
    must(await addNote(tables, "b"));
    must(await addNote(tables, "a"));
    assert.deepEqual(must(await idsOf(tables)), ["a", "b"]);
    const { changes, findings } = must(changesOf(place));
    assert.deepEqual(findings, []);
    assert.deepEqual(
      changes.map(({ number, type, ts_utc, body }) => [number, type, ts_utc, body]),
      [1, 2].map((number) => {
        const id = number === 1 ? "b" : "a";
        const body = { id, text: `note ${id}`, count: 1, seen_ms: null };
        return [number, "note_added", isoFromMillis(bornMs), body];
      }),
    );
    await host.close();
  });

  test(name("what was written is there for the next host, once"), { skip }, async () => {
    await using place = await open();
    for (const id of ["a", "b"]) {
      const host = await openHost(place);
      must(await addNote(await openNotes(host), id));
      await host.close();
    }
    const host = await openHost(place);
    assert.deepEqual(must(await idsOf(await openNotes(host))), ["a", "b"]);
    assert.deepEqual(
      must(changesOf(place)).changes.map(({ number }) => number),
      [1, 2],
    );
    await host.close();
  });

  test(name("a fault or an error takes back the change and its records"), { skip }, async () => {
    await using place = await open();
    const host = await openHost(place);
    const tables = await openNotes(host);
    const values = { id: "a", text: "x", count: 1, seen_ms: 5 };
    const refused = await tables.change(async (db, record) => {
      await db.insertInto("strategy_service_notes").values(values).execute();
      record({ type: "note_added", body: values });
      return err({ code: "not_now", message: "no" });
    });
    assert.equal(codeOf(refused), "not_now");
    const bug = tables.change(async (db, record) => {
      await db.insertInto("strategy_service_notes").values(values).execute();
      record({ type: "note_added", body: values });
      throw new TypeError("planned");
    });
    await assert.rejects(bug, TypeError);
    assert.deepEqual(must(await idsOf(tables)), []);
    assert.deepEqual(must(changesOf(place)).changes, []);
    must(await addNote(tables, "after"));
    assert.equal(must(changesOf(place)).changes[0]?.number, 1);
    await host.close();
  });

  test(name("a key or a value that may be there once is a conflict"), { skip }, async () => {
    await using place = await open();
    const host = await openHost(place);
    const tables = await openNotes(host);
    must(await addNote(tables, "a"));
    assert.equal(codeOf(await addNote(tables, "a")), "store_conflict");
    const same = await tables.change(async (db) => {
      const row = { id: "b", text: "note a", count: 0, seen_ms: null };
      await db.insertInto("strategy_service_notes").values(row).execute();
      return ok(null);
    });
    assert.equal(codeOf(same), "store_conflict");
    await host.close();
  });

  test(name("changes of two hosts at once are all there, in one log"), { skip }, async () => {
    await using place = await open();
    const hosts = [await openHost(place), await openHost(place)];
    const tables = await Promise.all(hosts.map((host) => openNotes(host)));
    must(await addNote(tables[0] ?? assert.fail(), "counted"));
    const rounds = Array.from({ length: 10 }, (_, index) => index);
    const changed = await Promise.all(
      rounds.flatMap((round) => tables.map((one) => count(one, `${round}`))),
    );
    assert.deepEqual(new Set(changed.map(codeOf)), new Set(["ok"]));
    const [total] = must(
      (await tables[0]?.read(async (db) => {
        return ok(await db.selectFrom("strategy_service_notes").select("count").execute());
      })) ?? assert.fail(),
    );
    assert.equal(total?.count, 21);
    const { changes, findings } = must(changesOf(place));
    assert.deepEqual(findings, []);
    assert.deepEqual(
      changes.map(({ number }) => number),
      Array.from({ length: 21 }, (_, index) => index + 1),
    );
    await Promise.all(hosts.map((host) => host.close()));
  });

  test(name("texts sort by their bytes, and numbers come back as numbers"), { skip }, async () => {
    await using place = await open();
    const host = await openHost(place);
    const tables = await openNotes(host);
    for (const id of ["a", "B", "Ä", "-", "b"]) must(await addNote(tables, id));
    assert.deepEqual(must(await idsOf(tables)), ["-", "B", "a", "b", "Ä"]);
    const large = await tables.change(async (db) => {
      const values = { count: 9_007_199_254_740_991, seen_ms: 1_700_000_000_123 };
      await db.updateTable("strategy_service_notes").set(values).where("id", "=", "a").execute();
      const row = db.selectFrom("strategy_service_notes").select(["count", "seen_ms"]);
      return ok(await row.where("id", "=", "a").executeTakeFirstOrThrow());
    });
    assert.deepEqual(
      { ...must(large) },
      { count: 9_007_199_254_740_991, seen_ms: 1_700_000_000_123 },
    );
    await host.close();
  });

  test(name("migrations are applied once, in order, and are never other ones"), {
    skip,
  }, async () => {
    await using place = await open();
    const host = await openHost(place);
    must(await addNote(await openNotes(host), "a"));
    const rename: Migration = {
      id: "0002_marked",
      tables: [],
      statements: ["update strategy_service_notes set count = 7"],
    };
    const tables = await openNotes(host, [notes, rename]);
    const counts = await tables.read(async (db) => {
      return ok(await db.selectFrom("strategy_service_notes").select("count").execute());
    });
    assert.deepEqual(
      must(counts).map((row) => row.count),
      [7],
    );
    const store = host.storeOf(newIdentity("strategy-service", product));
    assert.equal(codeOf(await store.open([notes])), "store_newer");
    const other: Migration = { ...notes, statements: ["select 1"] };
    assert.equal(codeOf(await store.open([other, rename])), "store_foreign");
    const broken: Migration = { id: "0003", tables: [], statements: ["select 1 from nowhere"] };
    const failed = await store.open([notes, rename, broken]).catch(() => null);
    assert.ok(failed === null || !failed.ok);
    must(await store.open([notes, rename]));
    await host.close();
  });

  test(name("services keep apart from each other"), { skip }, async () => {
    await using place = await open();
    const host = await openHost(place);
    must(await addNote(await openNotes(host), "a"));
    const other = host.storeOf(newIdentity("research-runner", product));
    await assert.rejects(async () => other.open([notes]), /must begin with research_runner_/);
    const table = { name: "research_runner_jobs", columns: { id: "text" }, key: ["id"] } as const;
    type Jobs = { research_runner_jobs: { id: string } };
    const jobs = must(await other.open<Jobs>([{ id: "0001", tables: [table] }]));
    const added = await jobs.change(async (db, record) => {
      await db.insertInto("research_runner_jobs").values({ id: "j" }).execute();
      record({ type: "job_added", body: { id: "j" } });
      return ok(null);
    });
    must(added);
    const log = must(readChanges(changeFolder(place.root, "research-runner")));
    assert.deepEqual(
      log.changes.map(({ number, service }) => [number, service]),
      [[1, "research-runner"]],
    );
    assert.equal(must(changesOf(place)).changes.length, 1);
    await host.close();
  });
}

/**
 * After any number of crashes: everything acknowledged is there, and tables and log tell the same.
 * Opens the place once more, which logs what a crash had kept from the log.
 */
export async function checkNothingLost(
  place: StorePlace,
  acknowledged: readonly string[],
): Promise<void> {
  const host = await openHost(place);
  const ids = must(await idsOf(await openNotes(host)));
  await host.close();
  const missing = acknowledged.filter((id) => !ids.includes(id));
  assert.deepEqual(missing, [], "acknowledged and lost");
  const { changes, findings } = must(changesOf(place));
  assert.deepEqual(findings, []);
  assert.deepEqual(
    changes.map(({ number }) => number),
    changes.map((_, index) => index + 1),
  );
  const logged = changes.map(({ body }) => (body as Note).id).toSorted();
  assert.deepEqual(logged, ids.toSorted());
}

/** One more, by reading and writing: what another process does in between must not get lost. */
function count(tables: Tables<Notes>, who: string): Promise<Result<null, Fault>> {
  return tables.change(async (db, record) => {
    const row = db.selectFrom("strategy_service_notes").select("count").where("id", "=", "counted");
    const before = (await row.executeTakeFirstOrThrow()).count;
    await db
      .updateTable("strategy_service_notes")
      .set({ count: before + 1 })
      .where("id", "=", "counted")
      .execute();
    record({ type: "counted", body: { who, count: before + 1 } });
    return ok(null);
  });
}
