import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, Result } from "#base";
import { confine } from "./confine.ts";
import { confinementFlags, forkRuntime } from "./fork-runtime.ts";
import type { ForkedRuntime } from "./sandboxed.ts";

const fixture = new URL("fixture-runtime.slow.ts", import.meta.url);

function start(options: Readonly<{ answerMs?: number }> = {}): Promise<ForkedRuntime> {
  return forkRuntime(fixture, { name: "gamma-strategy", heapMiB: 64, ...options }).then(must);
}

function must<T>(result: Result<T, Fault>): T {
  assert.ok(result.ok, result.ok ? "" : `${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

let caged: ForkedRuntime;

before(async () => {
  caged = await start();
});
after(async () => {
  await caged.stop(2_000);
});

const denied = "ERR_ACCESS_DENIED";
const refusals: readonly (readonly [what: string, attempt: string, answer: string])[] = [
  ["open a socket", "connect", denied],
  ["open a socket of the file system", "connect_unix", denied],
  ["listen", "listen", denied],
  ["send a datagram", "udp", denied],
  ["resolve a name", "dns", denied],
  ["fetch", "fetch", denied],
  ["open a WebSocket", "websocket", "Error: socket_failed"],
  ["speak HTTP/2", "http2", denied],
  ["write a file", "write", denied],
  ["change its own source", "append_source", denied],
  ["read a file outside the source tree", "read_outside", denied],
  ["start a program", "spawn", denied],
  ["start a thread", "worker", denied],
  ["write a report of the process", "report", denied],
  ["load the database module", "sqlite", "ERR_UNKNOWN_BUILTIN_MODULE"],
  ["load ccxt", "ccxt", denied],
  ["load the OKX library", "okx_api", denied],
  ["load the PostgreSQL driver", "pg", denied],
  ["load the NATS client", "nats", denied],
  ["load the store of the mesh", "store", denied],
  ["load the venues and their broker", "venues", denied],
  ["load native code", "addon", "Error: process.dlopen is not for a strategy"],
  [
    "set options of the engine",
    "engine_options",
    "Error: v8.setFlagsFromString is not for a strategy",
  ],
  ["do so by name", "engine_options_by_name", "Error: v8.setFlagsFromString is not for a strategy"],
  ["slow another process down", "priority", "Error: os.setPriority is not for a strategy"],
  ["make code in a context", "context", "Error: vm.Script is not for a strategy"],
  ["end another process", "signal_parent", "Error: process.kill is not for a strategy"],
];

for (const [what, attempt, answer] of refusals) {
  test(`a runtime cannot ${what}`, async () => {
    assert.deepEqual(await caged.ask(attempt), { ok: true, value: answer });
  });
}

for (const layer of ["base", "kernel", "protocol"]) {
  test(`a runtime can load #${layer}`, async () => {
    assert.deepEqual(await caged.ask(layer), { ok: true, value: "done" });
  });
}

test("a runtime cannot make code of a text", async () => {
  const answer = await caged.ask("evaluate");
  assert.match(JSON.stringify(answer), /EvalError/);
});

test("a runtime has an empty environment", async () => {
  assert.deepEqual(await caged.ask("environment"), { ok: true, value: "0" });
});

test("nothing of the attempts is left on the disk, and answers are JSON", async () => {
  assert.ok(!existsSync("/tmp/assay-escaped") && !existsSync("/tmp/assay-report.json"));
  const question = { a: [1, null, "two"], b: { c: true } };
  assert.deepEqual(await caged.ask(question), { ok: true, value: question });
});

for (const noise of [
  ...["not_json", "not_a_message", "too_deep", "endless", "answer_twice", "answer_of_nobody"],
  ...["words_of_node", "noise"],
]) {
  test(`a runtime that misuses its pipe (${noise}) ends; its parent goes on`, async () => {
    const runtime = await start();
    const answer = await runtime.ask(noise);
    const end = await runtime.ended;
    const code = end.outcome === "failed" ? end.fault.code : end.outcome;
    assert.equal(code, "runtime_invalid");
    // The first of two answers was one.
    if (noise !== "answer_twice") assert.equal(answer.ok ? "ok" : answer.fault.code, code);
  });
}

test("a runtime that hangs is killed, and everybody who waits for it is told", async () => {
  const runtime = await start({ answerMs: 400 });
  const answers = await Promise.all([runtime.ask("hang"), runtime.ask({ late: true })]);
  assert.deepEqual(
    answers.map((answer) => (answer.ok ? "ok" : answer.fault.code)),
    ["runtime_timed_out", "runtime_timed_out"],
  );
  const end = await runtime.ended;
  assert.equal(end.outcome === "failed" ? end.fault.code : end.outcome, "runtime_timed_out");
  const later = await runtime.ask({});
  assert.equal(later.ok ? "ok" : later.fault.code, "runtime_timed_out");
  assert.throws(() => process.kill(runtime.pid, 0), { code: "ESRCH" });
});

test("a runtime that throws has ended, with its own words in one line", async () => {
  const runtime = await start();
  const answer = await runtime.ask("crash");
  assert.deepEqual(answer.ok ? null : answer.fault, {
    code: "runtime_ended",
    message: "gamma-strategy is not there: TypeError: planned (exit 1)",
  });
});

test("a runtime that leaves or eats its memory has ended; its parent goes on", async () => {
  const runtimes = [await start(), await start()] as const;
  const answers = [runtimes[0].ask("leave"), runtimes[1].ask("memory")];
  for (const answer of await Promise.all(answers)) {
    assert.equal(answer.ok ? "ok" : answer.fault.code, "runtime_ended");
  }
});

test("a runtime that is stopped finishes what is under way", async () => {
  const runtime = await start();
  const answer = runtime.ask({ last: 1 });
  await runtime.stop(2_000);
  assert.deepEqual(await answer, { ok: true, value: { last: 1 } });
  assert.deepEqual(await runtime.ended, { outcome: "stopped" });
});

test("questions beyond the bound are refused and the others answered", async () => {
  const asked = Array.from({ length: 65 }, (_, index) => caged.ask({ index }));
  const answers = await Promise.all(asked);
  assert.deepEqual(
    answers.filter((answer) => !answer.ok).map((answer) => (answer.ok ? "" : answer.fault.code)),
    ["runtime_overloaded"],
  );
});

const skipOrphan = existsSync("/usr/bin/setpriv") ? false : "there is no setpriv (util-linux)";

test("a runtime in a loop does not outlive its parent", { skip: skipOrphan }, async () => {
  const parent = `const { forkRuntime } = await import(${JSON.stringify(forkModule)});
    const started = await forkRuntime(new URL(${JSON.stringify(fixture.href)}), { name: "x" });
    void started.value.ask("hang");
    console.log(started.value.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", parent]);
  const [said] = await once(child.stdout, "data");
  const pid = Number(String(said));
  assert.ok(pid > 0 && process.kill(pid, 0));
  child.kill("SIGKILL");
  await once(child, "close");
  for (let waited = 0; isAlive(pid) && waited < 2000; waited += 20) await sleep(20);
  assert.ok(!isAlive(pid));
});

const forkModule = new URL("fork-runtime.ts", import.meta.url).href;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a file that is no runtime, and one that is not there, do not start", async () => {
  const codes = await Promise.all(
    ["messages.ts", "nowhere.ts"].map(async (name) => {
      const started = await forkRuntime(new URL(name, import.meta.url), { name: "x" });
      return started.ok ? "ok" : started.fault.code;
    }),
  );
  assert.deepEqual(codes, ["runtime_invalid", "runtime_missing"]);
});

test("a process without the flags refuses to be a cage", async () => {
  assert.equal(await confine(), "the process runs without --permission");
});

test("the flags allow reading the sources and the named packages, and nothing else", () => {
  const flags = confinementFlags(["zod"], 64);
  const allowed = flags.filter((flag) => flag.startsWith("--allow"));
  assert.deepEqual(
    allowed.map((flag) => flag.replace(/=.*\/(src\/|node_modules\/zod|package\.json)$/, " $1")),
    ["src/", "package.json", "node_modules/zod"].map((path) => `--allow-fs-read ${path}`),
  );
});
