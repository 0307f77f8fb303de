import { setTimeout as sleep } from "node:timers/promises";
import { hosted, type LogSink, startMesh } from "#mesh";
import { bootGate } from "#safety";
import { executionAgentAt, openHaltDesk, openVenueDesk, startWatchdog } from "#services";
import { haltPlaces, type PlaceIntent, systemMoment } from "#venues";
import type { Found, TraderSeat } from "./messages.ts";

/** Something that places orders as fast as it is asked to. */
export type Load = Readonly<{
  /** A person lets it go on: the switch was turned off a moment ago. Whether it may. */
  recover: () => Promise<boolean>;
  /** Whether the order left. */
  place: (id: string) => Promise<boolean>;
  stop: () => Promise<void>;
}>;

/**
 * The broker as the agent wires it, with its watchdog, its send gate and its evidence, and without
 * the requests in front of it, which take longer than an order does.
 */
export async function openBrokerLoad(
  seat: TraderSeat,
  heard: (found: Found) => void,
): Promise<Load> {
  const places = haltPlaces(seat.root, { EXECUTION_HALTED_FILE: seat.switchFile });
  const { baseUrl, key, instId } = seat;
  const account = { baseUrl, key, demo: true, timeoutMs: 5000, instIds: [instId] };
  const watchdog = await startWatchdog(places, account, (word) => {
    if ("at_ms" in word) heard({ event: `watchdog.${word.type}`, atMs: word.at_ms });
  });
  if (!watchdog.ok) throw new Error(watchdog.fault.message);
  const halt = openHaltDesk(places, watchdog.value, systemMoment);
  const desk = await openVenueDesk({
    ...{ baseUrl, key, currency: "USDT", instIds: [instId], limitsFile: seat.limitsFile },
    folder: seat.root,
    nowMs: Date.now,
    safety: {
      mode: "simulated",
      halt: halt.look,
      freshness: () => ({ fresh: true, reason: "fresh", lastTickMs: 0, ageMs: 0 }),
      gate: () => ({ ...bootGate(0), state: "READY" }),
      agentMode: () => "PAPER",
      lease: () => null,
    },
  });
  if (!desk.ok) throw new Error(`${desk.fault.code}: ${desk.fault.message}`);
  const { broker, refresh, close } = desk.value;
  let isOver = false;
  void (async () => {
    while (!isOver) {
      await sleep(1000);
      await refresh();
    }
  })();
  return {
    async recover() {
      const found = halt.found();
      const { verdict, latch } = halt.lookAnew();
      if (!verdict.allowed || latch.state === "latched") return false;
      halt.forget(found);
      return halt.look().latch.state !== "latched";
    },
    place: async (id) => (await broker.place(placeOf(id, seat))).status === "ok",
    async stop() {
      isOver = true;
      await close();
      await watchdog.value.stop();
    },
  };
}

function placeOf(id: string, { instId, px }: TraderSeat): PlaceIntent {
  const unknown = { value: null, reason: "leverage_not_looked_at" } as const;
  return {
    intentId: id,
    owner: { type: "agent", agentIdHash: "00000000000000a1" },
    kind: "open_long",
    ...{ tick: null, tickReason: "order_of_a_race", oneshot: false },
    ...{ leverageTarget: unknown, leverageApplied: unknown },
    order: {
      ...{ instId, px, sz: "0.01", tdMode: "cross", side: "buy", posSide: "net" },
      ...{ ordType: "limit", reduceOnly: false },
    },
  };
}

/** The agent as it is, asked over HTTP. */
export async function openAgentLoad(
  seat: TraderSeat,
  heard: (found: Found) => void,
): Promise<Load> {
  const sink: LogSink = {
    write(line) {
      const { event, at_ms } = JSON.parse(line) as Readonly<{ event: string; at_ms?: number }>;
      if (event.startsWith("watchdog.") && at_ms !== undefined) heard({ event, atMs: at_ms });
    },
  };
  const mesh = await startMesh([hosted(executionAgentAt("simulated"))], {
    root: seat.root,
    env: { ...seat.env },
    product: { version: "0.1.0", gitCommit: null },
    ...{ ports: "free", sink },
  });
  if (!mesh.ok) throw new Error(`${mesh.fault.code}: ${mesh.fault.message}`);
  const url = mesh.value.urlOf("execution-agent") ?? "";

  async function ask(path: string, body: unknown, idempotencyKey: string): Promise<Answer> {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${seat.agentKey}`, "idempotency-key": idempotencyKey },
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  }

  return {
    async recover() {
      const { status, text } = await ask("/recover", { by: "campaign" }, "");
      return status === 200 && (JSON.parse(text) as { may_execute: boolean }).may_execute;
    },
    place: async (id) => (await ask("/execute", intentOf(id, seat), id)).status === 200,
    async stop() {
      await mesh.value.stop();
    },
  };
}

type Answer = Readonly<{ status: number; text: string }>;

function intentOf(id: string, { instId, px }: TraderSeat): unknown {
  const nowMs = Date.now();
  return {
    schema: "assay.intent/1",
    intent_id: `intent-${id}`,
    ...{ proposal_id: null, correlation_id: null },
    created_at_utc: new Date(nowMs).toISOString(),
    valid_until_utc: new Date(nowMs + 60_000).toISOString(),
    ...{ venue: "simulated", symbol: instId, asset_type: "SWAP", side: "BUY", quantity: "0.01" },
    ...{ order_type: "LIMIT", limit_price: px, time_in_force: "GTC", reduce_only: false },
    approval: { change_id: "change-17", record_sha256: "e".repeat(64) },
  };
}
