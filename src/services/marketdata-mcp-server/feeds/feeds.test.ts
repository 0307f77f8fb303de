import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { WebSocketServer } from "ws";
import { type Tick, tickCodec } from "#protocol";
import { sharedPath, withoutShared } from "#support";
import { createVirtualTime } from "../virtual-time-fixture.ts";
import { createAlpacaFeed } from "./alpaca-feed.ts";
import { alpacaTimeMs, decimalText, parseAlpacaFrame } from "./alpaca-messages.ts";
import { parseFailurePlan } from "./failure-plan.ts";
import type { Feed, FeedChange, FeedTime } from "./feed.ts";
import { backoffMs, keepConnected } from "./keep-connected.ts";
import { createOkxFeed } from "./okx-feed.ts";
import { readRecording } from "./recording.ts";
import { createReplayFeed } from "./replay-feed.ts";
import { createSimulatorFeed } from "./simulator-feed.ts";
import type { OpenSocket, SocketEvents } from "./text-socket.ts";

const start = 1_709_650_800_000;

test("a wait before the next connection has full jitter below one to sixty seconds", () => {
  fc.assert(
    fc.property(
      fc.nat(40),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (attempt, chance) => {
        const ms = backoffMs(attempt, () => chance);
        const ceiling = Math.min(60_000, 1000 * 2 ** attempt);
        assert.ok(ms >= 0 && ms < ceiling);
        assert.equal(ms, Math.floor(chance * ceiling));
      },
    ),
    { seed: 20_240_305 },
  );
});

test("an upstream that takes no connection is asked less and less", async () => {
  const time = createVirtualTime(start);
  const atSeconds: number[] = [];
  const over = new AbortController();
  const kept = keepConnected(
    {
      async connect() {
        atSeconds.push(time.monotonicMs() / 1000);
        return { refused: false, reason: "closed", wasLive: atSeconds.length === 10 };
      },
      time,
      chance: () => 0.999_999,
      onState: () => {},
    },
    over.signal,
  );
  await time.advance(300_000);
  over.abort();
  await kept;
  const waits = atSeconds.slice(1).map((at, index) => Math.round(at - (atSeconds[index] ?? 0)));
  assert.deepEqual(waits.slice(0, 11), [1, 2, 4, 8, 16, 32, 60, 60, 60, 1, 2]);
});

const fixtures = ["data", "alpaca-fixtures", "alpaca_py_rest_ws_examples.jsonl.gz"];

test("the recorded messages of Alpaca's streams are read", {
  skip: withoutShared(...fixtures),
}, () => {
  const text = gunzipSync(readFileSync(sharedPath(...fixtures))).toString("utf8");
  const messages = text
    .split("\n")
    .filter((line) => line.includes('"type":"ws"'))
    // The recording has a placeholder where the time was.
    .map((line) => JSON.parse(line.replaceAll("<timestamp>", "2024-03-05T15:00:00.123456789Z")));
  const frame = JSON.stringify(messages.map(({ message }: { message: unknown }) => message));
  const read = parseAlpacaFrame(frame);
  assert.ok(read.ok, JSON.stringify(read));
  const kinds = read.value.map((message) =>
    message.type === "other" ? message.kind : message.type,
  );
  assert.deepEqual(kinds, ["b", "tick", "tick", "o", "s", "x", "n", "b"]);
  const ticks = read.value.flatMap((message) => (message.type === "tick" ? [message.tick] : []));
  assert.deepEqual(
    ticks.map(({ symbol, bid, ask, price, exchange_ts_ms }) => [
      symbol,
      bid,
      ask,
      price,
      exchange_ts_ms,
    ]),
    [
      ["AAPL", null, null, "177.79", start + 123],
      ["SPIP", "25.41", "25.43", null, start + 123],
    ],
  );
});

test("Alpaca's numbers become plain decimals and its nanoseconds whole milliseconds", () => {
  assert.equal(decimalText(0.000_000_1), "0.0000001");
  assert.equal(decimalText(25.41), "25.41");
  assert.equal(alpacaTimeMs("2024-03-05T15:00:00.999999999Z"), start + 999);
  assert.equal(alpacaTimeMs("2024-03-05T15:00:00Z"), start);
  assert.equal(alpacaTimeMs("2024-03-05 15:00"), null);
  for (const text of ["", "{}", '[{"T":"q","S":"A"}]', '[{"T":"q","S":"A","bp":-1}]', "[7]"]) {
    assert.equal(parseAlpacaFrame(text).ok, false, text);
  }
  const oneSided = parseAlpacaFrame(
    '[{"T":"q","S":"A","bp":0,"bs":0,"ap":2,"as":1,"t":"2024-03-05T15:00:00Z"}]',
  );
  assert.ok(oneSided.ok && oneSided.value[0]?.type === "tick");
  assert.deepEqual([oneSided.value[0].tick.bid, oneSided.value[0].tick.ask], [null, "2"]);
});

/** An upstream by script: what it answers to what it hears. */
function scripted(answer: (heard: string, say: (text: string) => void) => void): Readonly<{
  open: OpenSocket;
  connections: SocketEvents[];
}> {
  const connections: SocketEvents[] = [];
  const open: OpenSocket = (_url, events) => {
    connections.push(events);
    queueMicrotask(() => {
      events.open();
      answer("", events.text);
    });
    return { send: (text) => answer(text, events.text), close: () => {} };
  };
  return { open, connections };
}

function follow(feed: Feed): Readonly<{
  ticks: Tick[];
  changes: FeedChange[];
  stop: () => Promise<void>;
}> {
  const ticks: Tick[] = [];
  const changes: FeedChange[] = [];
  const over = new AbortController();
  const running = feed.start(
    (tick) => ticks.push(tick),
    (change) => changes.push(change),
    over.signal,
  );
  return {
    ticks,
    changes,
    async stop(): Promise<void> {
      over.abort();
      await running;
    },
  };
}

const quoteFrame =
  '[{"T":"q","S":"SPY","bp":1.5,"bs":1,"ap":1.6,"as":2,"t":"2024-03-05T15:00:00.5Z"}]';

function alpaca(time: FeedTime, open: OpenSocket, complaints: string[] = []): Feed {
  return createAlpacaFeed({
    url: "wss://alpaca.invalid",
    feed: "iex",
    keyId: "KEY",
    secretKey: "SECRET",
    symbols: ["SPY"],
    time,
    chance: () => 0.5,
    onMalformed: (message) => complaints.push(message),
    open,
  });
}

test("Alpaca is signed in to and read; a bad frame is complained of and passed over", async () => {
  const time = createVirtualTime(start);
  const complaints: string[] = [];
  const upstream = scripted((heard, say) => {
    if (heard === "") say('[{"T":"success","msg":"connected"}]');
    if (heard.includes('"key":"KEY","secret":"SECRET"')) {
      say('[{"T":"success","msg":"authenticated"}]');
    }
    if (!heard.includes('"quotes":["SPY"]')) return;
    say('[{"T":"subscription","trades":["SPY"],"quotes":["SPY"]}]');
    say("garbage");
    say(quoteFrame);
  });
  const followed = follow(alpaca(time, upstream.open, complaints));
  await time.advance(10);
  assert.deepEqual(
    followed.changes.map(({ state }) => state),
    ["connecting", "live"],
  );
  const [tick] = followed.ticks;
  assert.deepEqual([tick?.symbol, tick?.bid, tick?.source], ["SPY", "1.5", "alpaca"]);
  assert.ok(tickCodec.read(tick).ok);
  assert.equal(complaints.length, 1);
  await followed.stop();
});

test("a refused key waits a minute, and the words of the refusal are not repeated", async () => {
  const time = createVirtualTime(start);
  const upstream = scripted((heard, say) => {
    if (heard === "") say('[{"T":"error","code":402,"msg":"auth failed for SECRET"}]');
  });
  const followed = follow(alpaca(time, upstream.open));
  await time.advance(59_000);
  assert.equal(upstream.connections.length, 1);
  await time.advance(2000);
  assert.equal(upstream.connections.length, 2);
  assert.equal(followed.changes[1]?.state, "refused");
  assert.ok(!JSON.stringify(followed.changes).includes("SECRET"));
  await followed.stop();
});

test("a connection that closes is made again after a pause, and so is a silent one", async () => {
  const time = createVirtualTime(start);
  const upstream = scripted((heard, say) => {
    if (!heard.includes("subscribe")) return;
    for (const channel of ["tickers", "trades"]) {
      say(JSON.stringify({ event: "subscribe", arg: { channel, instId: "BTC-USDT" } }));
    }
  });
  const sent: string[] = [];
  const open: OpenSocket = (url, events) => {
    const socket = upstream.open(url, events);
    return { ...socket, send: (text) => (sent.push(text), socket.send(text)) };
  };
  const feed = createOkxFeed({
    ...{ url: "wss://okx.invalid", symbols: ["BTC-USDT"], time, chance: () => 0.5 },
    ...{ onMalformed: () => {}, open },
  });
  const followed = follow(feed);
  await time.advance(10);
  assert.equal(followed.changes.at(-1)?.state, "live");
  upstream.connections[0]?.closed("gone");
  await time.advance(0);
  assert.equal(followed.changes.at(-1)?.state, "backing_off");
  await time.advance(600);
  assert.equal(followed.changes.at(-1)?.state, "live");
  await time.advance(20_000);
  assert.equal(sent.filter((text) => text === "ping").length, 1, "asked whether it lives");
  await time.advance(31_000);
  assert.equal(upstream.connections.length, 3);
  assert.match(
    followed.changes.find(({ reason }) => reason?.includes("heard"))?.reason ?? "",
    /45000/,
  );
  await followed.stop();
});

test("a real server is spoken to over a real socket, and its end is noticed", async (context) => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  context.after(() => server.close());
  server.on("connection", (socket) => {
    socket.send('[{"T":"success","msg":"connected"}]');
    socket.on("message", (data) => {
      const heard = Buffer.isBuffer(data) ? data.toString("utf8") : "";
      if (heard.includes("auth")) socket.send('[{"T":"success","msg":"authenticated"}]');
      if (!heard.includes("subscribe")) return;
      socket.send('[{"T":"subscription"}]');
      socket.send(quoteFrame);
      socket.close(1012);
    });
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const time = createVirtualTime(start);
  const feed = createAlpacaFeed({
    ...{ url: `ws://127.0.0.1:${port}`, feed: "iex", keyId: "K", secretKey: "S", symbols: ["SPY"] },
    ...{ time, chance: () => 0.5, onMalformed: () => {} },
  });
  const { promise, resolve } = Promise.withResolvers<FeedChange>();
  const ticks: Tick[] = [];
  const over = new AbortController();
  const running = feed.start(
    (tick) => ticks.push(tick),
    (change) => {
      if (change.state === "backing_off") resolve(change);
    },
    over.signal,
  );
  assert.match((await promise).reason ?? "", /1012/);
  assert.equal(ticks.length, 1);
  over.abort();
  await running;
});

const session = ["data", "okx-raw-session-2022-05-13", "OKX.ws.1.0.txt.gz"];

test("a raw session of OKX is replayed tick for tick", {
  skip: withoutShared(...session),
}, async () => {
  const recording = await readRecording(sharedPath(...session), null);
  assert.ok(recording.ok, JSON.stringify(recording));
  const { ticks } = recording.value;
  const trades = ticks.filter(({ kind }) => kind === "trade");
  assert.deepEqual([ticks.length, trades.length], [28 + 74, 74]);
  const time = createVirtualTime(start);
  const feed = createReplayFeed({ recording: recording.value, ...replayDefaults(time) });
  const followed = follow(feed);
  await time.advance(15_000);
  assert.deepEqual(
    followed.ticks.map(({ exchange_ts_ms }) => exchange_ts_ms),
    ticks.map(({ exchange_ts_ms }) => exchange_ts_ms),
  );
  assert.ok(followed.ticks.every((tick) => tickCodec.read(tick).ok && tick.source === "replay"));
  assert.deepEqual(followed.changes.at(-1), { state: "ended", reason: "recording_ended" });
  await followed.stop();
});

const bars = ["data", "lean-us-equity", "norm_spy_1m_quote.csv.gz"];

test("recorded quote bars are shifted to now, and say so", {
  skip: withoutShared(...bars),
}, async () => {
  const path = sharedPath(...bars);
  const nameless = await readRecording(path, null);
  assert.equal(nameless.ok ? "" : nameless.fault.code, "recording_malformed");
  const recording = await readRecording(path, "SPY");
  assert.ok(recording.ok);
  assert.equal(recording.value.ticks.length, 6373);
  assert.equal(recording.value.ticks[0]?.exchange_ts_ms, 1_380_873_600_000 + 60_000);
  const time = createVirtualTime(start);
  const options = { ...replayDefaults(time), shift: true, speed: 60 };
  const feed = createReplayFeed({ recording: recording.value, ...options });
  assert.equal(feed.name, "replay:norm_spy_1m_quote.csv.gz (shifted to now)");
  const followed = follow(feed);
  await time.advance(9500);
  assert.equal(followed.ticks.length, 10);
  for (const [index, tick] of followed.ticks.entries()) {
    assert.equal(tick.exchange_ts_ms, start + index * 1000);
    assert.equal(tick.source, "replay_shifted");
  }
  await followed.stop();
});

function replayDefaults(time: FeedTime) {
  return { speed: 1, shift: false, loop: false, time };
}

test("a replay by steps gives one tick for each, and a loop begins again", async (context) => {
  const path = await tickFile(context, 3);
  const recording = await readRecording(path, null);
  assert.ok(recording.ok);
  const time = createVirtualTime(start);
  const steps: (() => void)[] = [];
  const step = async (): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    steps.push(() => resolve(true));
    return promise;
  };
  const stepped = follow(
    createReplayFeed({ recording: recording.value, ...replayDefaults(time), step }),
  );
  for (let count = 0; count < 3; count += 1) {
    assert.equal(stepped.ticks.length, count);
    steps.shift()?.();
    await time.advance(0);
  }
  const looped = follow(
    createReplayFeed({
      recording: recording.value,
      ...replayDefaults(time),
      shift: true,
      loop: true,
    }),
  );
  await time.advance(10_000);
  assert.ok(looped.ticks.length > 6);
  const times = looped.ticks.map(({ exchange_ts_ms }) => exchange_ts_ms);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  await looped.stop();
});

async function tickFile(context: TestContext, count: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assay-feeds-"));
  context.after(async () => rm(folder, { recursive: true }));
  const time = createVirtualTime(start);
  const simulator = createSimulatorFeed({
    ...{ seed: 1, symbols: ["SPY"], stepMs: 1000, failures: [], time, chance: () => 0.5 },
  });
  const followed = follow(simulator);
  await time.advance(1000 * count);
  await followed.stop();
  const quotes = followed.ticks.filter(({ kind }) => kind === "quote").slice(0, count);
  const path = join(folder, "ticks.jsonl");
  await writeFile(path, quotes.map((tick) => `${JSON.stringify(tick)}\n`).join(""));
  return path;
}

test("a recording that cannot be read names its file and line", async (context) => {
  const path = await tickFile(context, 2);
  const codes: Record<string, string> = {};
  for (const [text, name] of [
    ["", "empty"],
    [`${readFileSync(path, "utf8")}{"schema":"assay.tick/1"}\n`, "third line"],
    ["hello\n", "garbage"],
    ["ts_ms,bid_open,ask_close\n1,2,3\n", "columns"],
  ] as const) {
    await writeFile(path, text);
    const read = await readRecording(path, "SPY");
    assert.ok(!read.ok && read.fault.message.includes(path));
    codes[name] = `${read.fault.code} ${/line \d/.exec(read.fault.message)?.[0] ?? ""}`;
  }
  const missing = await readRecording(join(path, "nowhere"), null);
  assert.equal(missing.ok ? "" : missing.fault.code, "recording_unreadable");
  assert.deepEqual(codes, {
    empty: "recording_empty ",
    "third line": "recording_malformed line 3",
    garbage: "recording_malformed line 1",
    columns: "recording_malformed line 1",
  });
});

test("a seed decides a simulated market, and a plan of failures is read strictly", async () => {
  const runs = await Promise.all(
    [7, 7, 8].map(async (seed) => {
      const time = createVirtualTime(start);
      const feed = createSimulatorFeed({
        ...{ seed, symbols: ["A", "B"], stepMs: 250, failures: [], time, chance: () => 0.5 },
      });
      const followed = follow(feed);
      await time.advance(5000);
      await followed.stop();
      return JSON.stringify(followed.ticks);
    }),
  );
  assert.equal(runs[0], runs[1]);
  assert.notEqual(runs[0], runs[2]);
  assert.ok(parseFailurePlan('[{"kind":"stall","from_ms":0,"for_ms":5}]').ok);
  for (const text of ["", "{}", '[{"kind":"stal","from_ms":0,"for_ms":5}]', '[{"kind":"stall"}]']) {
    const plan = parseFailurePlan(text);
    assert.equal(plan.ok ? "" : plan.fault.code, "failure_plan_malformed", text);
  }
});
