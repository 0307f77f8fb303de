import { once } from "node:events";
import { canonicalJson, type Json } from "#base";
import { answerFd } from "./messages.ts";
import type { SandboxedRuntime } from "./sandboxed.ts";

// No test of its own: fork-runtime.test.ts starts it. Its name keeps it out of the product.

/**
 * A runtime for the tests of its cage: it tries whatever a strategy must not be able to do and
 * answers with the code of the refusal, or with `done`.
 */
export const runtime: SandboxedRuntime = {
  async handle(request): Promise<Json> {
    if (typeof request !== "string") return JSON.parse(canonicalJson(request)) as Json;
    if (request === "environment") return countVariables();
    const attempt = attempts[request];
    if (attempt === undefined) return `unknown attempt ${request}`;
    try {
      await attempt();
      return "done";
    } catch (cause) {
      if (request === "crash") throw cause;
      return codeOf(cause);
    }
  },
};

const attempts: Readonly<Record<string, () => unknown>> = {
  connect: () => opened(process.getBuiltinModule("node:net").connect(1, "127.0.0.1"), "connect"),
  connect_unix: () => opened(process.getBuiltinModule("node:net").connect("/tmp/x"), "connect"),
  listen: () => opened(process.getBuiltinModule("node:net").createServer().listen(0), "listening"),
  udp: () => {
    const socket = process.getBuiltinModule("node:dgram").createSocket("udp4");
    socket.bind(0);
    return once(socket, "listening");
  },
  dns: () => process.getBuiltinModule("node:dns/promises").lookup("localhost"),
  fetch: () => fetch("http://127.0.0.1:9000/"),
  websocket: async () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = new WebSocket("ws://127.0.0.1:9000/");
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("socket_failed")));
    await promise;
  },
  http2: () =>
    opened(process.getBuiltinModule("node:http2").connect("http://127.0.0.1:1"), "connect"),
  write: () => process.getBuiltinModule("node:fs").writeFileSync("/tmp/assay-escaped", "x"),
  append_source: () => {
    process.getBuiltinModule("node:fs").appendFileSync(new URL(import.meta.url), "");
  },
  read_outside: () => process.getBuiltinModule("node:fs").readFileSync("/etc/passwd"),
  spawn: () => process.getBuiltinModule("node:child_process").spawnSync("/bin/true"),
  worker: () => {
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    return new Worker("1", { eval: true });
  },
  sqlite: () => load("node:sqlite"),
  addon: () => process.dlopen({ exports: {} }, "/lib/none.node"),
  // oxlint-disable-next-line typescript/no-implied-eval -- shows that it is refused
  evaluate: () => new Function("return 1")(),
  signal_parent: () => process.kill(process.ppid, "SIGTERM"),
  report: () => process.report.writeReport("/tmp/assay-report.json"),
  ccxt: () => load("ccxt"),
  okx_api: () => load("okx-api"),
  pg: () => load("pg"),
  nats: () => load("@nats-io/transport-node"),
  store: () => load("../store/open-store.ts"),
  venues: () => load("#venues"),
  base: () => load("#base"),
  kernel: () => load("#kernel"),
  protocol: () => load("#protocol"),
  crash: () => {
    throw new TypeError("planned\nsecond line");
  },
  hang: () => {
    for (;;);
  },
  leave: () => process.exit(),
  engine_options: () => process.getBuiltinModule("node:v8").setFlagsFromString("--trace-turbo"),
  engine_options_by_name: async () => {
    const { setFlagsFromString } = await import("node:v8");
    setFlagsFromString("--trace-turbo");
  },
  priority: () => process.getBuiltinModule("node:os").setPriority(process.ppid, 19),
  context: () => new (process.getBuiltinModule("node:vm").Script)("1 + 1").runInThisContext(),
  not_json: () => shout("no JSON\n"),
  not_a_message: () => shout('{"type":"order","id":1}\n'),
  too_deep: () => shout(`{"type":"answer","id":1,"answer":${"[".repeat(30_000)}\n`),
  endless: () => {
    for (;;) void shout("x".repeat(1 << 20));
  },
  answer_twice: () => shout('{"type":"answer","id":1,"answer":1}\n'.repeat(2)),
  answer_of_nobody: () => shout('{"type":"answer","id":7,"answer":1}\n'),
  words_of_node: () => shout('{"cmd":"NODE_HANDLE_ACK"}\n'),
  noise: () => shout('{"type":"beat"}\n'.repeat(100)),
  memory: () => {
    const held: number[][] = [];
    for (;;) held.push(Array.from({ length: 100_000 }, (_, index) => index + held.length));
  },
};

/** Past everything that keeps order, on the pipe itself. */
async function shout(text: string): Promise<void> {
  process.getBuiltinModule("node:fs").writeSync(answerFd, text);
  await new Promise(() => {});
}

function countVariables(): string {
  const { env } = process;
  return String(Object.keys(env).length);
}

function load(name: string): Promise<unknown> {
  return import(name);
}

function opened(thing: NodeJS.EventEmitter, event: string): Promise<unknown> {
  return once(thing, event);
}

function codeOf(cause: unknown): string {
  const at = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  if (at instanceof Error && "code" in at && typeof at.code === "string") return at.code;
  return at instanceof Error ? `${at.name}: ${at.message}` : "refused";
}
