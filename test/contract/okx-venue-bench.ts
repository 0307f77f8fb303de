import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import type { Result } from "#base";
import type { OkxKey } from "#okx";
import {
  bootGate,
  evaluateSwitch,
  type HaltReading,
  mintPermit,
  type OrderSubject,
  type Permit,
} from "#safety";
import { makeRoster, openVenue as openSimulator, type SimulatedVenue } from "#simulator";
import {
  type Answer,
  amendSubject,
  createSendGate,
  type NewOrder,
  type OrderAck,
  type OrderChange,
  openDirectVenue,
  openVenue,
  placeSubject,
  type Venue,
  type VenueAccess,
} from "#venues";

/** A way to reach the simulated venue: through a library over sockets, or without any. */
export type Way = "in_process" | "direct" | "okx_sdk" | "ccxt";
export const ways: readonly Way[] = ["in_process", "direct", "okx_sdk", "ccxt"];

export const swap = "BTC-USDT-SWAP";

/** The simulated venue, its time standing still, and one client with everything a test turns. */
export type VenueBench = Readonly<{
  way: Way;
  venue: SimulatedVenue;
  baseUrl: string;
  streamUrl: string;
  client: Venue;
  keys: Readonly<Record<"trader" | "auditor" | "second", OkxKey>>;
  /** Another client of the same venue, the same way or another. */
  as: (key: OkxKey | null, change?: Partial<VenueAccess>, through?: Way) => Promise<Venue>;
  /** Places with a permit minted for exactly this order. */
  place: (order: NewOrder) => Promise<Answer<OrderAck>>;
  amend: (change: OrderChange) => Promise<Answer<OrderAck>>;
  [Symbol.asyncDispose]: () => Promise<void>;
}>;

export async function openBench(way: Way): Promise<VenueBench> {
  const roster = makeRoster("demo");
  const venue = must(openSimulator({ roster, seed: 7, clock: { kind: "stepped" } }));
  const address = must(await venue.listen({ host: "127.0.0.1", port: 0 }));
  const clients: Venue[] = [];

  async function as(
    key: OkxKey | null,
    change: Partial<VenueAccess> = {},
    through: Way = way,
  ): Promise<Venue> {
    const access: VenueAccess = {
      ...{ baseUrl: address.restUrl, streamUrl: address.streamUrl, key, demo: true },
      ...{ timeoutMs: 400, gate: createSendGate(offNow), nowMs: Date.now, ...change },
    };
    const client =
      through === "in_process"
        ? openDirectVenue(access, venue.handle)
        : await openVenue(through, access);
    clients.push(client);
    return client;
  }

  const keys = keysOf(roster);
  const client = await as(keys.trader);
  return {
    ...{ way, venue, client, keys, as },
    ...{ baseUrl: address.restUrl, streamUrl: address.streamUrl },
    place: async (order) => client.place(permitFor(placeSubject(order)), order),
    amend: async (change) => client.amend(permitFor(amendSubject(change)), change),
    async [Symbol.asyncDispose]() {
      for (const each of clients) await each.close();
      await venue.close();
    },
  };
}

/** A limit order far from the market, unless said otherwise. */
export function anOrder(change: Partial<NewOrder> & Pick<NewOrder, "clOrdId">): NewOrder {
  return {
    ...{ instId: swap, tdMode: "cross", side: "buy", posSide: "net", ordType: "limit" },
    ...{ sz: "1", px: "1000", reduceOnly: false, stpMode: null, tag: null, expTimeMs: null },
    ...change,
  };
}

/** A permit of the real mint: the switch is off, the feed fresh, the account demo. */
export function permitFor(subject: OrderSubject): Permit {
  const halt = offNow();
  const monoMs = performance.now();
  const permit = mintPermit({
    ...{ mode: "simulated", subject, halt, demoAccount: true, lease: null, monoMs },
    freshness: { fresh: true, reason: "fresh", lastTickMs: 0, ageMs: 0 },
    gate: { ...bootGate(0), state: "READY" },
    agentMode: "PAPER",
  });
  assert.ok(permit.ok);
  return permit.value;
}

function offNow(): HaltReading {
  const at = { wallMs: Date.now(), monoMs: performance.now() };
  const reading = { state: "text", text: "0" } as const;
  return { verdict: evaluateSwitch([{ name: "test", reading }], at), latch: { state: "clear" } };
}

function keysOf(roster: ReturnType<typeof makeRoster>): VenueBench["keys"] {
  const all = new Map(
    roster.accounts
      .flatMap((account) => account.keys)
      .map(({ label, apiKey, secretKey, passphrase }) => [
        label,
        { apiKey, secret: secretKey, passphrase },
      ]),
  );
  const of = (label: string): OkxKey => {
    const key = all.get(label);
    assert.ok(key !== undefined, label);
    return key;
  };
  return { trader: of("trader"), auditor: of("auditor"), second: of("second") };
}

export function must<T>(result: Result<T, { message: string }>): T {
  assert.ok(result.ok, result.ok ? "" : result.fault.message);
  return result.value;
}
