import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { roster } from "#protocol";
import { services } from "#services";
import { readUpDocument, removeUpDocument, writeUpDocument } from "./up-document.ts";
import { createEventTeller } from "./up-events.ts";
import { openUpLog } from "./up-log.ts";
import { marketSettings } from "./up-market.ts";
import { planUp } from "./up-plan.ts";
import { choosePorts } from "./up-ports.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-up-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("every agent of the roster is a service, and strategies start behind their data", () => {
  const names = services.map(({ name }) => name);
  const agents = roster.agents.map(({ agent_name }) => agent_name);
  assert.deepEqual(names.toSorted(), agents.toSorted());
  assert.ok(names.indexOf("marketdata-mcp-server") < names.indexOf("strategy-engine"));
});

test("execution-agent is in no mesh, and beside one only by its name", () => {
  const plain = planUp({ root: folder, ports: "free", json: false });
  assert.ok(plain.ok);
  assert.equal(plain.value.execution, false);
  assert.ok(plain.value.hosted.every(({ name }) => name !== "execution-agent"));
  const beside = planUp({ root: folder, ports: "free", json: false, with: "execution-agent" });
  assert.ok(beside.ok && beside.value.execution);
  assert.ok(beside.value.hosted.every(({ name }) => name !== "execution-agent"));
});

test("free ports are as many as services; one not to be had names its service", async () => {
  const names = ["strategy-service", "strategy-engine", "research-runner"] as const;
  const free = await choosePorts(names, { ports: "free", host: "127.0.0.1" });
  assert.ok(free.ok);
  assert.equal(new Set(free.value.values()).size, 3);
  // An address of documentation, which no machine has.
  const elsewhere = await choosePorts(["strategy-service"], { ports: "free", host: "192.0.2.1" });
  assert.equal(elsewhere.ok ? "ok" : elsewhere.fault.code, "http_port_unavailable");
  assert.match(elsewhere.ok ? "" : elsewhere.fault.message, /strategy-service/);
});

test("a named source is left alone; without one the embedded series is played", async () => {
  const named = await marketSettings(folder, { ASSAY_MARKETDATA_SOURCE: "okx" });
  assert.deepEqual(named.ok && named.value.env, { ASSAY_MARKETDATA_SOURCE: "okx" });
  const simulated = await marketSettings(folder, { ASSAY_MARKETDATA_SOURCE: "simulator" });
  assert.equal(simulated.ok && simulated.value.env["ASSAY_MARKETDATA_CALENDAR"], "24x7");
  assert.equal(existsSync(join(folder, "datasets")), false);
  const played = await marketSettings(folder, { ASSAY_MARKETDATA_REPLAY_SPEED: "5" });
  assert.ok(played.ok);
  const { env } = played.value;
  assert.equal(env["ASSAY_MARKETDATA_SOURCE"], "replay");
  assert.equal(env["ASSAY_MARKETDATA_REPLAY_FILE"], "dataset:sp500-daily");
  assert.equal(env["ASSAY_MARKETDATA_REPLAY_SPEED"], "5");
  assert.equal(existsSync(join(folder, "datasets")), true);
});

test("the screen tells of the switch once, and of each failure and return", () => {
  const told: string[] = [];
  const tell = createEventTeller((text) => told.push(text));
  tell({ event: "halt.read", stop: "stop_absent", latch: "clear" });
  const stop = { stop: "stop_present", stop_file: "/x/STOP" };
  tell({ event: "halt.changed", ...stop, latch: "latched", latch_by: "ada" });
  const read = { event: "switch.read", value: "halted", reason_code: "switch_absent" };
  tell({ ...read, service: "strategy-engine" });
  tell({ ...read, service: "strategy-service" });
  tell({ ...read, event: "switch.changed", reason_code: "stop_present", source: "/x/STOP" });
  tell({ event: "service.started", service: "strategy-engine", url: "http://127.0.0.1:1" });
  const why = { reason_code: "service_crashed", msg: "a bug", wait_ms: "1250" };
  tell({ event: "mesh.restarting", service: "mesh", agent: "strategy-engine", ...why });
  tell({ event: "service.started", service: "strategy-engine", url: "http://127.0.0.1:1" });
  tell({ event: "http.request", level: "info", service: "strategy-engine" });
  tell({ event: "store.broken", level: "error", service: "strategy-engine" });
  assert.deepEqual(told, [
    "STOP: absent; halt: clear",
    "STOP: present (/x/STOP); halt: latched by ada",
    "kill switch: halted (switch_absent)",
    "kill switch: halted (stop_present, /x/STOP)",
    "strategy-engine failed: a bug [service_crashed]; started again in 1.3 s",
    "strategy-engine is up again at http://127.0.0.1:1",
    "strategy-engine: store.broken, see the log",
  ]);
});

test("the log of the mesh before is kept beside the new one", () => {
  const heard: string[] = [];
  for (const word of ["one", "two"]) {
    const log = openUpLog(folder, ({ event = "" }) => heard.push(event));
    assert.ok(log.ok);
    log.value.write(`${JSON.stringify({ event: word, wait_ms: 3 })}\n`);
    log.value.write("no JSON\n");
    log.value.close();
  }
  assert.deepEqual(heard, ["one", "", "two", ""]);
  const logs = join(folder, "mesh", "logs");
  assert.match(readFileSync(join(logs, "up.jsonl"), "utf8"), /^\{"event":"two".*\n.*\n$/);
  assert.match(readFileSync(join(logs, "up.before.jsonl"), "utf8"), /^\{"event":"one"/);
});

test("addresses of a mesh are found while it runs, and not when it is gone", () => {
  const urls = new Map([["strategy-service", "http://127.0.0.1:5"]] as const);
  assert.ok(writeUpDocument(folder, { pid: process.pid, urls }).ok);
  assert.deepEqual(readUpDocument(folder), { pid: process.pid, urls });
  // No process has a number as high as this.
  assert.ok(writeUpDocument(folder, { pid: 2 ** 30, urls }).ok);
  assert.equal(readUpDocument(folder), null);
  removeUpDocument(folder);
  assert.equal(readUpDocument(folder), null);
});
