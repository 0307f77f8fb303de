import { type ChildProcess, fork } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "#base";
import { makeRoster, openVenue, type SimulatedVenue } from "#simulator";
import { defaultLimits, type HaltPlaces, haltPlaces } from "#venues";
import { machineMs, type Order, type TraderSeat, type Word } from "./messages.ts";

/** Where races are run: a venue of this process, and a trader in one of its own. */
export type Track = Readonly<{
  venue: SimulatedVenue;
  places: HaltPlaces;
  root: string;
  /** When the venue took its n-th order, by the machine's clock. */
  takenMs: readonly number[];
  trader: Trader;
  close: () => Promise<void>;
}>;

const inMemory = "/dev/shm";

export type Trader = Readonly<{
  ask: <Type extends Word["type"]>(
    order: Order,
    answer: Type,
  ) => Promise<Extract<Word, { type: Type }>>;
  end: () => Promise<void>;
}>;

export async function openTrack(through: TraderSeat["through"], seed: number): Promise<Track> {
  // In memory, where there is such a place: a slow disk would be the brake of the load.
  const root = mkdtempSync(join(existsSync(inMemory) ? inMemory : tmpdir(), "assay-race-"));
  const roster = makeRoster("demo");
  const opened = openVenue({ roster, seed, historyBars: 10, rateLimits: false });
  assert(opened.ok, "the venue opens");
  const venue = opened.value;
  const takenMs: number[] = [];
  venue.floor.listen((events) => {
    for (const { type } of events) if (type === "order_accepted") takenMs.push(machineMs());
  });
  const address = await venue.listen({ host: "127.0.0.1", port: 0 });
  assert(address.ok, "the venue listens");
  const market = await openMarket();
  const switchFile = join(root, "SWITCH");
  writeFileSync(switchFile, "off\n");
  const key = roster.accounts[0]?.keys[0];
  assert(key !== undefined, "there is a key");
  const instId = "BTC-USDT-SWAP";
  const limitsFile = join(root, "limits.json");
  writeFileSync(limitsFile, JSON.stringify(wideLimits(instId)));
  const agentKey = "k".repeat(32);
  const seat: TraderSeat = {
    ...{ through, root, switchFile, limitsFile, instId, seed, agentKey, parallel: 8 },
    baseUrl: address.value.restUrl,
    key: { apiKey: key.apiKey, secret: key.secretKey, passphrase: key.passphrase },
    px: "1000",
    env: {
      EXECUTION_HALTED_FILE: switchFile,
      MARKETDATA_HEALTH_URL: market.url,
      ASSAY_EXECUTION_KEY: agentKey,
      ASSAY_EXECUTION_VENUE_URL: address.value.restUrl,
      ASSAY_EXECUTION_API_KEY: key.apiKey,
      ASSAY_EXECUTION_API_SECRET: key.secretKey,
      ASSAY_EXECUTION_API_PASSPHRASE: key.passphrase,
      ASSAY_EXECUTION_LIMITS_FILE: limitsFile,
    },
  };
  const places = haltPlaces(root, { EXECUTION_HALTED_FILE: switchFile });
  const trader = await openTrader(seat);
  return {
    ...{ venue, places, root, takenMs, trader },
    async close(): Promise<void> {
      await trader.end();
      await market.close();
      await venue.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The switch must stop the orders, and nothing else. */
function wideLimits(instId: string): unknown {
  const many = { limit: 100_000, windowMs: 2000 };
  return {
    ...defaultLimits([instId]),
    ...{ collarPpm: null, maxOrderNotional: null, maxTotalNotional: null, agentMaxLeverage: null },
    ...{ maxOpenOrders: null, maxOpenOrdersPerInstrument: null, repeats: null },
    ...{ agentOrdersPerTick: null, agentOrderQuota: null },
    rates: {
      ...{ placePerInstrument: many, amendPerInstrument: many, cancelPerInstrument: many },
      ...{ account: many, query: many },
    },
  };
}

async function openTrader(seat: TraderSeat): Promise<Trader> {
  const path = join(import.meta.dirname, "trader-main.ts");
  const child: ChildProcess = fork(path, [JSON.stringify(seat)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let failure: string | null = null;
  const waiting: ((word: Word) => void)[] = [];
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  child.on("message", (word: Word) => {
    if (word.type === "failed") failure = word.message;
    waiting.shift()?.(word);
  });
  child.once("exit", () => {
    failure ??= "the trader ended";
    for (const give of waiting.splice(0)) give({ type: "failed", message: failure });
  });
  async function next<Type extends Word["type"]>(
    answer: Type,
  ): Promise<Extract<Word, { type: Type }>> {
    const word = await new Promise<Word>((resolve) => {
      waiting.push(resolve);
    });
    if (word.type === answer) return word as Extract<Word, { type: Type }>;
    throw new Error(`the trader said ${word.type}: ${failure ?? ""}`);
  }
  await next("up");
  return {
    async ask(order, answer) {
      const told = next(answer);
      child.send(order);
      return told;
    },
    async end(): Promise<void> {
      if (child.connected) child.send({ type: "end" } satisfies Order);
      const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
}

type Market = Readonly<{ url: string; close: () => Promise<void> }>;

/** Market data that is always fresh: the halt alone is on trial. */
async function openMarket(): Promise<Market> {
  const server: Server = createServer((_request, answer) => {
    const last_tick_epoch_seconds = Date.now() / 1000;
    const body = { last_tick_epoch_seconds, max_age_seconds: 60, ok: true, forced_stale: false };
    answer.writeHead(200, { "content-type": "application/json" });
    answer.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/healthz`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
