import { Defect, err, type Fault, ok, type Result } from "#base";
import type { OkxKey } from "#okx";
import { createHttpSend } from "../adapters/http-send.ts";
import { errorText } from "../adapters/transport-error.ts";
import type { Operation } from "./catalogue/operation.ts";
import { createDirectClient, type DirectClient, DirectFailure } from "./direct-client.ts";
import type { Driver, DriverSession } from "./drivers/driver.ts";
import { readEffect } from "./effect.ts";
import type { Observation } from "./observation.ts";
import { prepare } from "./preparation.ts";
import { openRelay, type Relay } from "./relay/open-relay.ts";
import type { Guard } from "./relay/seen.ts";
import { guardedSend } from "./remote-host.ts";
import type { Seat, SeatMarket } from "./seat.ts";
import { readSeatMarket } from "./seat-market.ts";
import { settle } from "./settle.ts";
import type { Stage, StageHost } from "./stage.ts";

export type ObserveOptions = Readonly<{
  host: StageHost;
  instId: string;
  guard: Guard;
  /** What the names of orders end in; empty where the venue is new. */
  suffix: string;
}>;

/**
 * Opens a venue, brings it into the state in which the act begins, lets one library act on it
 * through a relay, and tells all that was seen. Faults: those of opening and closing the venue,
 * act_not_begun (the state could not be made, or the library would not start).
 */
export async function observe(
  operation: Operation,
  driver: Driver,
  { host, instId, guard, suffix }: ObserveOptions,
): Promise<Result<Observation, Fault>> {
  const opened = await host.open();
  if (!opened.ok) return opened;
  const stage = opened.value;
  const { restUrl, streamUrl } = stage;
  const relay = await openRelay({ restUrl, streamUrl, guard });
  const bench = { stage, relay, instId, guard, suffix };
  const begun = await begin(operation, driver, bench);
  const observed = begun.ok ? ok(await act(operation, driver, begun.value, bench)) : begun;
  await relay.close();
  const left = await stage.close();
  return left === null ? observed : err(left);
}

type Bench = Readonly<{ stage: Stage; relay: Relay }> & Omit<ObserveOptions, "host">;
type Begun = Readonly<{ seat: Seat; desk: DirectClient; session: DriverSession }>;

/** Up to the moment before the act. */
async function begin(
  operation: Operation,
  driver: Driver,
  { stage, relay, instId, guard, suffix }: Bench,
): Promise<Result<Begun, Fault>> {
  const { begins, timeoutMs, demo, expiresInMs } = operation;
  const desk = deskOf(stage, operation, guard);
  try {
    const market = await readSeatMarket(desk, instId);
    const left = await prepare(begins, { desk, market, suffix, advance: stage.advance });
    const nowMs = stage.nowMs() ?? Date.now();
    const seat: Seat = {
      ...{ restUrl: relay.restUrl, streamUrl: relay.streamUrl, key: keyOf(operation, stage) },
      ...{ demo, timeoutMs, market, left, suffix },
      expTimeMs: expiresInMs === null ? null : nowMs + expiresInMs,
      subscribed: async () => untilSubscribed(relay),
      nudge: async () => nudge(operation, { stage, desk, market }),
    };
    return ok({ seat, desk, session: await driver.open(seat) });
  } catch (error) {
    if (error instanceof Defect) throw error;
    const why = error instanceof DirectFailure ? error.message : errorText(error);
    const code = "act_not_begun";
    return err({ code, message: `${driver.column}: ${why}`, at: operation.id });
  }
}

async function act(
  { id, fault }: Operation,
  driver: Driver,
  { seat, desk, session }: Begun,
  { stage, relay }: Bench,
): Promise<Observation> {
  const { key, market, left, suffix } = seat;
  const secrets = [key.apiKey, key.secret, key.passphrase];
  const call = driver.callOf(id);
  const about = { operation: id, column: driver.column, call, secrets, market, left, suffix };
  const struckBefore = stage.struck();
  const before = stage.digest();
  relay.mark();
  if (fault !== null) stage.arm?.(fault);
  const outcome =
    call === null
      ? ({ state: "not_offered" } as const)
      : await settle(async () => session.run(id), boundMs);
  // What is still on its way (an answer that comes too late) belongs to the act.
  if (fault?.fault.kind === "latency") await pause(Number(fault.fault["ms"]) + lateMs);
  const after = stage.digest();
  const effect = after === null ? null : await readEffect(desk, market);
  const requests = [...relay.requests()];
  const sockets = relay.sockets().map((socket) => ({ ...socket, frames: [...socket.frames] }));
  await session.close();
  const struck = fault === null ? null : stage.struck() - struckBefore;
  return { ...about, outcome, requests, sockets, before, after, effect, struck };
}

/** No act takes longer, whatever goes wrong in it. */
const boundMs = 15_000;
const lateMs = 200;

function keyOf({ key, id }: Operation, { keys }: Stage): OkxKey {
  if (key === "forged") return { ...keys.trader, secret: `${keys.trader.secret.slice(0, -1)}?` };
  const named = keys[key];
  if (named === null) throw new Defect(`${id} needs a key that this venue lacks: ${key}`);
  return named;
}

/** The desk that prepares: never through the relay, never with the faults of the act. */
function deskOf({ restUrl, keys }: Stage, { key }: Operation, guard: Guard): DirectClient {
  const own = key === "poor" ? (keys.poor ?? keys.trader) : keys.trader;
  const send = guardedSend(createHttpSend(restUrl, deskTimeoutMs), guard);
  return createDirectClient({ send, key: own, demo: true, expTimeMs: null });
}

const deskTimeoutMs = 10_000;

/** Resolves when the venue has acknowledged as many subscriptions as it was asked for. */
async function untilSubscribed(relay: Relay): Promise<void> {
  for (let waited = 0; waited < subscribeWaitMs; waited += pollMs) {
    const frames = relay.sockets().flatMap((socket) => socket.frames);
    const isDone = frames.some(
      ({ from, text }) => from === "venue" && text.includes('"event":"subscribe"'),
    );
    if (isDone) return;
    await pause(pollMs);
  }
}

const subscribeWaitMs = 5000;
const pollMs = 10;

type Shop = Readonly<{ stage: Stage; desk: DirectClient; market: SeatMarket }>;

/** Streams of the market hear of a move, those of an account of a trade. */
async function nudge({ id }: Operation, { stage, desk, market }: Shop): Promise<void> {
  const { instId, size, restPx: px } = market;
  const order = { instId, tdMode: "cross", side: "buy", clOrdId: "dxnudge" } as const;
  if (id === "stream_orders") {
    await desk.call("place_order", { ...order, ordType: "limit", px, sz: size(50) });
  } else if (id === "stream_account" || id === "stream_positions") {
    await desk.call("place_order", { ...order, ordType: "market", sz: size(50) });
  } else {
    stage.advance?.(moveMs);
  }
}

/** One step of the market (a second) and the pulse in which it is told of. */
const moveMs = 1100;

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
