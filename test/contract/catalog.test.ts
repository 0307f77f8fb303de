import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  type CatalogStore,
  catalogInfo,
  dumpCatalog,
  findAgents,
  type ListedRun,
  listRuns,
  listSkipped,
  openStore,
  type RunListRequest,
  rebuildCatalog,
  refreshCatalog,
} from "#catalog";
import { landRun, temporaryRoot } from "#support";
import { agentHash, agentName, hashOf, writeRun } from "./evidence-root.ts";
import { type PostgresServer, startPostgres, withoutPostgres } from "./postgres-server.ts";

/** Every test on both engines: the same queries, the same answers. */
type Engine = Readonly<{ name: string; skip: string | false; address: () => string | null }>;

let server: PostgresServer | null = null;

before(async () => {
  if (withoutPostgres() === false) server = await startPostgres();
});
after(async () => {
  await server?.[Symbol.asyncDispose]();
});

const engines: readonly Engine[] = [
  { name: "SQLite", skip: false, address: () => null },
  { name: "PostgreSQL", skip: withoutPostgres(), address: () => server?.url.href ?? null },
];

type EndLine = Readonly<{ agent_id_hash: string; life: { final_capital_micro: number } }>;

const clock = { nowMillis: (): number => 1_767_225_600_000 };

async function open(root: string, address: string | null): Promise<CatalogStore> {
  const store = await openStore(root, address);
  assert.ok(store.ok);
  return store.value;
}

async function dump(store: CatalogStore): Promise<readonly string[]> {
  const lines: string[] = [];
  const dumped = await dumpCatalog(store, (line) => lines.push(line));
  assert.ok(dumped.ok, JSON.stringify(dumped));
  assert.equal(dumped.value.rows, lines.length);
  return lines;
}

async function rebuilt(root: string, store: CatalogStore): Promise<readonly string[]> {
  const report = await rebuildCatalog({ root, store, clock });
  assert.ok(report.ok, JSON.stringify(report));
  return dump(store);
}

async function refreshed(root: string, store: CatalogStore): Promise<readonly string[]> {
  const report = await refreshCatalog({ root, store, clock });
  assert.ok(report.ok, JSON.stringify(report));
  return dump(store);
}

async function runsOf(
  store: CatalogStore,
  request: Partial<RunListRequest> = {},
): Promise<readonly ListedRun[]> {
  const listed = await listRuns(store, {
    filter: {},
    sort: { key: "run", order: "asc" },
    limit: 100,
    ...request,
  });
  assert.ok(listed.ok, JSON.stringify(listed));
  return listed.value.runs;
}

const idsOf = (runs: readonly ListedRun[]): readonly string[] => runs.map(({ run_id }) => run_id);

for (const { name, skip, address } of engines) {
  describe(name, () => {
    test("answers which genome stands behind an agent of a real run", { skip }, async () => {
      using root = temporaryRoot();
      const { run_id, directory } = landRun(root.path, { seed: 5 });
      await using store = await open(root.path, address());
      await rebuilt(root.path, store);

      const roster = JSON.parse(readFileSync(join(directory, "agent_roster.json"), "utf8"));
      const lines = (file: string): readonly EndLine[] =>
        readFileSync(join(directory, file), "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line));
      const dead = lines("death_events.jsonl");
      const alive = lines("survivors.jsonl");
      assert.ok(dead.length > 0 && alive.length > 0);
      for (const agent of [roster.agents[0], roster.agents.at(-1), roster.agents[50]]) {
        const hash: string = agent.agent_id_hash;
        const found = await findAgents(store, { filter: { agent_id_hash: hash }, limit: 10 });
        assert.ok(found.ok);
        assert.equal(found.value.total, 1);
        const [it] = found.value.agents;
        const isAlive = alive.some((line) => line.agent_id_hash === hash);
        const end = [...dead, ...alive].find((line) => line.agent_id_hash === hash);
        assert.equal(it?.gene_id, agent.gene_id);
        assert.equal(it?.weights_sha256, agent.weights_sha256);
        assert.equal(it?.run_id, run_id);
        assert.equal(it?.lineage_id, agent.metadata.lineage_id);
        assert.equal(it?.generation, agent.metadata.generation);
        assert.equal(it?.agent_status, isAlive ? "alive" : "dead");
        assert.equal(it?.final_capital_micro, end?.life.final_capital_micro);
      }
      const all = await findAgents(store, { filter: { run_id }, limit: 1 });
      assert.ok(all.ok);
      assert.equal(all.value.total, roster.agents.length);
    });

    test("a deleted catalog is rebuilt to the same bytes", { skip }, async () => {
      using root = temporaryRoot();
      for (const seed of [1, 2]) landRun(root.path, { seed });
      await using store = await open(root.path, address());
      const first = await rebuilt(root.path, store);
      assert.ok(first.length > 400);
      rmSync(join(root.path, "catalog.sqlite"), { force: true });
      assert.deepEqual(await rebuilt(root.path, store), first);
    });

    test("a refresh ends where a rebuild would", { skip }, async () => {
      using root = temporaryRoot();
      writeRun(root.path, { run_id: "HF_stays" });
      writeRun(root.path, { run_id: "HF_goes" });
      const grows = writeRun(root.path, { run_id: "HF_grows", sealed: false, status: "running" });
      await using store = await open(root.path, address());
      await refreshed(root.path, store);
      assert.deepEqual(idsOf(await runsOf(store)), ["HF_goes", "HF_grows", "HF_stays"]);

      rmSync(join(root.path, "runs_hf", "HF_goes"), { recursive: true });
      rmSync(grows, { recursive: true });
      writeRun(root.path, { run_id: "HF_grows", agents: 4 });
      writeRun(root.path, { run_id: "PROMOTE_new", folder: "runs" });
      mkdirSync(join(root.path, "verdicts", "HF_stays"), { recursive: true });
      writeFileSync(
        join(root.path, "verdicts", "HF_stays", "verdict.json"),
        JSON.stringify({ run_id: "HF_stays", verdict: "FAIL", newer_key: 1 }),
      );
      const info = await catalogInfo(store, root.path);
      assert.ok(info.ok);
      assert.deepEqual(info.value.behind, { fresh: 3, gone: 1 });
      const after = await refreshed(root.path, store);
      assert.deepEqual(
        (await runsOf(store)).map(({ run_id, sealed, verdict }) => [run_id, sealed, verdict]),
        [
          ["HF_grows", 1, null],
          ["HF_stays", 1, "FAIL"],
          ["PROMOTE_new", 1, null],
        ],
      );
      assert.deepEqual(await rebuilt(root.path, store), after);
      const idle = await refreshCatalog({ root: root.path, store, clock });
      assert.ok(idle.ok);
      assert.deepEqual(
        { ...idle.value },
        { how: "refreshed", sources: 3, indexed: 0, skipped: 0, unchanged: 3, removed: 0 },
      );
    });

    test("finds the genome behind an order of a run at a venue", { skip }, async () => {
      using root = temporaryRoot();
      const golden = join(import.meta.dirname, "..", "golden", "orders", "pass", "tier2");
      cpSync(golden, root.path, { recursive: true });
      await using store = await open(root.path, address());
      await rebuilt(root.path, store);
      const [run] = await runsOf(store);
      assert.match(run?.run_id ?? "", /^AUDIT_/);
      assert.equal(run?.instrument, "BTC-USDT-SWAP");
      const attempts = join(root.path, run?.directory ?? "", "order_attempts.jsonl");
      const orders = readFileSync(attempts, "utf8").trimEnd().split("\n");
      const named = orders.map((line): string | null => JSON.parse(line).agent_id_hash ?? null);
      const agent_id_hash = named.find((hash) => hash !== null) ?? "";

      const found = await findAgents(store, { filter: { agent_id_hash }, limit: 5 });
      assert.ok(found.ok);
      const [agent] = found.value.agents;
      assert.match(agent?.gene_id ?? "", /^[0-9a-f]{16}$/);
      assert.deepEqual([found.value.total, agent?.agent_status], [1, "alive"]);
      assert.ok(Number.isInteger(agent?.final_capital_micro));
    });

    test("a rebuild that fails leaves the old index", { skip }, async () => {
      using root = temporaryRoot();
      writeRun(root.path, { run_id: "HF_old" });
      await using store = await open(root.path, address());
      const before = await rebuilt(root.path, store);

      const gone = await rebuildCatalog({ root: join(root.path, "gone"), store, clock });
      assert.equal(gone.ok ? "" : gone.fault.code, "root_unreadable");
      assert.deepEqual(await dump(store), before);
      const row = { path: "x", kind: "run", name: "x", stamp: "", state: "indexed" } as const;
      const none = { reason_code: null, reason: null, reason_at: null };
      const failed = await store.replace(async (db) => {
        await db
          .insertInto("sources")
          .values({ ...row, ...none })
          .execute();
        return { ok: false, fault: { code: "planted", message: "planted" } };
      });
      assert.equal(failed.ok ? "" : failed.fault.code, "planted");
      assert.deepEqual(await dump(store), before);
      await assert.rejects(
        store.replace(async (db) => {
          await db
            .insertInto("sources")
            .values({ ...row, ...none })
            .execute();
          throw new Error("a bug");
        }),
        /a bug/,
      );
      assert.deepEqual(await dump(store), before);
      assert.deepEqual(
        ["catalog.sqlite", "runs_hf"].filter((name) => existsSync(join(root.path, name))),
        address() === null ? ["catalog.sqlite", "runs_hf"] : ["runs_hf"],
      );
    });

    test("a change that fails is taken back", { skip }, async () => {
      using root = temporaryRoot();
      writeRun(root.path, { run_id: "HF_old" });
      await using store = await open(root.path, address());
      const before = await rebuilt(root.path, store);
      const failed = await store.change(async (db) => {
        await db.deleteFrom("runs").execute();
        return { ok: false, fault: { code: "planted", message: "planted" } };
      });
      assert.ok(!failed.ok);
      assert.deepEqual(await dump(store), before);
    });

    test("filters and orders runs, unknown values last, ties by run id", { skip }, async () => {
      using root = temporaryRoot();
      const runs = [
        { run_id: "HF_a", seed: 1, system_return: -0.5, dataset: "btc", window: "TRAIN" },
        { run_id: "HF_b", seed: 2, system_return: null, dataset: "btc", window: "TEST" },
        { run_id: "HF_c", seed: 3, system_return: 0.25, dataset: "eth", status: "interrupted" },
        { run_id: "HF_d", seed: 2, system_return: 0.25, dataset: "eth", window: "TRAIN" },
      ];
      for (const run of runs) writeRun(root.path, run);
      await using store = await open(root.path, address());
      await rebuilt(root.path, store);
      const ids = async (request: Partial<RunListRequest>): Promise<string> =>
        idsOf(await runsOf(store, request))
          .map((id) => id.slice(3))
          .join("");

      assert.equal(await ids({ sort: { key: "return", order: "desc" } }), "cdab");
      assert.equal(await ids({ sort: { key: "return", order: "asc" } }), "acdb");
      assert.equal(await ids({ sort: { key: "seed", order: "desc" }, limit: 2 }), "cb");
      assert.equal(await ids({ filter: { status: "interrupted" } }), "c");
      assert.equal(await ids({ filter: { dataset: "btc" } }), "ab");
      assert.equal(await ids({ filter: { dataset: hashOf("eth").slice(0, 6) } }), "cd");
      assert.equal(await ids({ filter: { dataset: hashOf("eth").slice(0, 3) } }), "");
      assert.equal(await ids({ filter: { window: "TRAIN", seeds: [2, 3] } }), "d");
      assert.equal(await ids({ filter: { window: "train" } }), "");
      const [first] = await runsOf(store, { sort: { key: "return", order: "asc" } });
      assert.equal(first?.system_return_ppm, -500_000);
      assert.deepEqual(first?.deaths_by_reason, {
        capital_depleted: 1,
        liquidated: 0,
        review_culled: 0,
      });
    });

    test("finds agents by shortened hashes and by several parts at once", { skip }, async () => {
      using root = temporaryRoot();
      for (const run_id of ["HF_one", "HF_two"]) writeRun(root.path, { run_id, agents: 20 });
      await using store = await open(root.path, address());
      await rebuilt(root.path, store);
      const weights = hashOf("HF_two weights 19");
      const find = async (filter: Parameters<typeof findAgents>[1]["filter"]) => {
        const found = await findAgents(store, { filter, limit: 3 });
        assert.ok(found.ok);
        return found.value;
      };

      for (const filter of [
        { gene_id: weights.slice(0, 16) },
        { gene_id: weights.slice(0, 9) },
        { weights_sha256: weights },
        { agent_id_hash: agentHash("HF_two", agentName(19)), run_id: "HF_two" },
        { lineage_id: agentName(19), run_id: "HF_two" },
      ]) {
        const { agents, total } = await find(filter);
        assert.equal(total, 1);
        assert.equal(agents[0]?.agent_id, agentName(19));
        assert.equal(agents[0]?.run_directory, "runs_hf/HF_two");
        assert.equal(agents[0]?.final_capital_micro, 19_000_000);
      }
      assert.equal((await find({ lineage_id: agentName(3) })).total, 2);
      const { agents, total } = await find({ run_id: "HF_one" });
      assert.deepEqual(
        [total, agents.map(({ agent_id }) => agent_id)],
        [20, [0, 1, 2].map(agentName)],
      );
      assert.equal((await find({ gene_id: weights.slice(0, 9), run_id: "HF_one" })).total, 0);
    });

    test("refreshes, a rebuild and readers at once end in one index", { skip }, async () => {
      using root = temporaryRoot();
      writeRun(root.path, { run_id: "HF_first" });
      await using store = await open(root.path, address());
      await rebuilt(root.path, store);
      for (const run_id of ["HF_second", "HF_third"]) writeRun(root.path, { run_id, agents: 500 });
      const [one, two, three, before] = await Promise.all([
        refreshCatalog({ root: root.path, store, clock }),
        rebuildCatalog({ root: root.path, store, clock }),
        refreshCatalog({ root: root.path, store, clock }),
        runsOf(store),
      ]);
      assert.deepEqual([one.ok, two.ok, three.ok], [true, true, true]);
      assert.ok(before.length === 1 || before.length === 3);
      const after = await dump(store);
      assert.deepEqual(await rebuilt(root.path, store), after);
    });

    test("reads run by run while a new index grows", { skip }, async () => {
      using root = temporaryRoot();
      writeRun(root.path, { run_id: "HF_first" });
      await using store = await open(root.path, address());
      await using reader = await open(root.path, address());
      await rebuilt(root.path, store);
      writeRun(root.path, { run_id: "HF_second" });
      const seen: string[][] = [];
      await store.replace(async (db) => {
        await db.selectFrom("runs").selectAll().execute();
        seen.push([...idsOf(await runsOf(reader))]);
        return { ok: true, value: null };
      });
      seen.push([...idsOf(await runsOf(reader))]);
      assert.deepEqual(seen, [["HF_first"], []]);
    });

    test("lists incidents with the run that they are about", { skip }, async () => {
      using root = temporaryRoot();
      const id = "INC_20260102T030405Z_0123abcd";
      const path = join(root.path, "incidents", id, "record.jsonl");
      const head = { incident_id: id, ts_utc: "2026-01-02T03:04:05.000Z" };
      const entry = (type: string, more: object): string =>
        `${JSON.stringify({ ...head, type, ...more })}\n`;
      mkdirSync(join(root.path, "incidents", id), { recursive: true });
      mkdirSync(join(root.path, "incidents", "set_aside", "HF_x.1"), { recursive: true });
      writeFileSync(path, entry("open", { title: "lost anchor", run: { run_id: "HF_x" } }));
      await using store = await open(root.path, address());
      const one = async (): Promise<unknown> => {
        const lines = (await refreshed(root.path, store)).map((line) => JSON.parse(line));
        assert.deepEqual(
          lines.map(({ table }) => table),
          ["sources", "incidents"],
        );
        const { status, title, run_id, closing_run_id, entries } = lines[1];
        return [status, title, run_id, closing_run_id, entries];
      };
      assert.deepEqual(await one(), ["open", "lost anchor", "HF_x", null, 1]);
      appendFileSync(path, entry("note", {}) + entry("closed", { run: { run_id: "HF_y" } }));
      assert.deepEqual(await one(), ["closed", "lost anchor", "HF_x", "HF_y", 3]);
    });

    test("knows which agents are in a pool, and the runs of a campaign", { skip }, async () => {
      using root = temporaryRoot();
      writeRun(root.path, { run_id: "HF_x", agents: 3 });
      const record = (agent_id: string): string =>
        `${JSON.stringify({ id: `HF_x:${agent_id}`, source: { run_id: "HF_x" }, agent_id })}\n`;
      const stage = join(root.path, "pools", "stage1");
      mkdirSync(join(stage, "snapshots"), { recursive: true });
      writeFileSync(join(stage, "snapshots", "snapshot_1.jsonl"), record("a000002"));
      writeFileSync(join(stage, "snapshots", "snapshot_1.sig"), "no source of its own");
      writeFileSync(join(stage, "pool.jsonl"), record("a000002") + record("a000003"));
      appendFileSync(join(stage, "pool.jsonl"), '{"id":"HF_x:a0');
      mkdirSync(join(root.path, "campaigns"));
      for (const id of ["CA_b", "CA_B", "CA_é"]) {
        const head = { type: "campaign", id, seeds: [1, 2] };
        const run = { type: "run", id: "HF_x:completed", run_id: "HF_x", seed: 1 };
        const lines = [head, run, { type: "newer" }].map((line) => `${JSON.stringify(line)}\n`);
        writeFileSync(join(root.path, "campaigns", `${id}.jsonl`), lines.join(""));
      }
      await using store = await open(root.path, address());
      const lines = await rebuilt(root.path, store);
      const found = await findAgents(store, { filter: { run_id: "HF_x" }, limit: 10 });
      assert.ok(found.ok);
      assert.deepEqual(
        found.value.agents.map(({ pools }) => pools),
        [[], ["stage1", "stage1/snapshot_1"], ["stage1"]],
      );
      const campaigns = lines.filter((line) => line.includes('"table":"campaigns"'));
      assert.deepEqual(
        campaigns.map((line) => JSON.parse(line).campaign_id),
        ["CA_B", "CA_b"],
        "by bytes, not as in English",
      );
      const skipped = await listSkipped(store);
      assert.ok(skipped.ok);
      assert.deepEqual(
        skipped.value.map(({ reason_code }) => reason_code),
        ["name_unknown"],
      );
    });
  });
}

test("both engines say the same bytes", { skip: withoutPostgres() }, async () => {
  using root = temporaryRoot();
  landRun(root.path, { seed: 3, behaviors: true });
  landRun(root.path, { seed: 4, stopAfterTick: 100 });
  writeRun(root.path, { run_id: "HF_Zebra", window: "é\u{10ffff}z" });
  writeRun(root.path, { run_id: "HF_apple", window: "\ud7ff'\"\\" });
  writeRun(root.path, { run_id: "HF_torn", sealed: false });
  cpSync(join(root.path, "runs_hf", "HF_apple"), join(root.path, "runs_hf", "HF_copied"), {
    recursive: true,
  });
  const dumps = await Promise.all(
    engines.map(async ({ address }) => {
      await using store = await open(root.path, address());
      return await rebuilt(root.path, store);
    }),
  );
  assert.ok((dumps[0]?.length ?? 0) > 200);
  assert.deepEqual(dumps[1], dumps[0]);
});
