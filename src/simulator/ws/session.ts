import { type ClientFrame, parseClientFrame } from "#okx";
import type { Caller } from "../accounts/key-ring.ts";
import { admitLogin, type Gatekeeper } from "../auth/authenticate.ts";
import { cutCode, type Hub } from "../channels/hub.ts";
import type { FrameSink, Subscription } from "../channels/subscription.ts";
import type { VenueClock } from "../clock/venue-clock.ts";
import type { Counters } from "../counters.ts";
import type { Floor } from "../floor/floor.ts";
import type { RateLimits } from "../limits/rate-limits.ts";
import { refused } from "../rest/reply.ts";
import { createFrames, type Frames } from "./frames.ts";
import { keyOf, readSubscription, type SessionSide } from "./read-subscription.ts";
import type { StreamWrites } from "./stream-writes.ts";

/** One connection, driven by text in both directions; a socket is not needed. */
export type Session = Readonly<{
  connId: string;
  receive: (text: string) => void;
  /** The connection is gone: nothing is pushed to it any more. */
  ended: () => void;
}>;

export type SessionParts = Readonly<{
  floor: Floor;
  clock: VenueClock;
  gate: Gatekeeper;
  hub: Hub;
  limits: RateLimits;
  counters: Counters;
  writes: StreamWrites;
  /** First messages of channels that have one. */
  greet: (subscription: Subscription) => void;
}>;

export type SessionStart = Readonly<{
  connId: string;
  side: SessionSide;
  peer: string;
  sink: FrameSink;
}>;

type State = {
  readonly start: SessionStart;
  readonly frames: Frames;
  readonly subscriptions: Map<string, Subscription>;
  caller: Caller | null;
};

export function openSession(start: SessionStart, parts: SessionParts): Session {
  const frames = createFrames(start.connId);
  const state: State = { start, frames, subscriptions: new Map(), caller: null };
  parts.counters.count("streams", "opened");

  return {
    connId: start.connId,
    receive: (text) => {
      parts.clock.moment(() => {
        receive(text, state, parts);
      });
    },
    ended: () => {
      for (const subscription of state.subscriptions.values()) parts.hub.remove(subscription);
      state.subscriptions.clear();
      parts.counters.count("streams", "ended");
    },
  };
}

function receive(text: string, state: State, parts: SessionParts): void {
  const { sink } = state.start;
  if (text === "ping") return sink.send("pong");
  const frame = parseClientFrame(text);
  if (frame.ok) hear(frame.value, state, parts);
  else {
    const { venueCode, params } = frame.fault;
    sink.send(state.frames.error(refused(venueCode, ...params), idOf(text)));
  }
  parts.floor.flush();
}

/** Even a message that makes no sense may say which one it is. */
function idOf(text: string): string | null {
  return /"id"\s*:\s*"([A-Za-z0-9]{1,32})"/.exec(text)?.[1] ?? null;
}

function hear(frame: ClientFrame, state: State, parts: SessionParts): void {
  switch (frame.type) {
    case "ping":
      return state.start.sink.send("pong");
    case "login":
      return login(frame, state, parts);
    case "subscribe":
      return subscribe(frame, state, parts);
    case "unsubscribe":
      return unsubscribe(frame, state, parts);
    case "write":
      return write(frame, state, parts);
  }
}

type Frame<Type extends ClientFrame["type"]> = Extract<ClientFrame, { type: Type }>;
type ChannelsFrame = Exclude<ClientFrame, { type: "ping" | "login" | "write" }>;

/** Logins, subscriptions and their ends, in all, of one connection. */
const housekeepingLimit = { count: 480, perMs: 3_600_000 };

function isTooOften({ start }: State, { limits }: SessionParts): boolean {
  return !limits.takePlain(`session|${start.connId}`, housekeepingLimit);
}

function login({ id, keys }: Frame<"login">, state: State, parts: SessionParts): void {
  const { frames, start } = state;
  const { sink, side } = start;
  if (isTooOften(state, parts)) return sink.send(frames.error(refused("60014"), id));
  if (state.caller !== null) return sink.send(frames.error(refused("60031"), id));
  const [key, ...others] = keys;
  if (key === undefined || others.length > 0) return sink.send(frames.error(refused("60021"), id));
  if (side === "public") return sink.send(frames.error(refused("60028"), id));
  const admission = admitLogin(key, parts.gate);
  if (admission.type === "refused") {
    parts.counters.count("streams", `login:${admission.code}`);
    sink.send(frames.error(admission, id));
    return sink.cut(loginFailedCode, "Login Failed");
  }
  state.caller = admission.caller;
  parts.counters.count("streams", "login:0");
  sink.send(frames.event("login", id, { code: "0", msg: "" }));
}

const loginFailedCode = 4001;

/** Each channel is judged alone: one that does not exist takes nothing from the others. */
function subscribe({ id, args }: ChannelsFrame, state: State, parts: SessionParts): void {
  const { frames, start, caller, subscriptions } = state;
  const { sink, side } = start;
  if (isTooOften(state, parts)) return sink.send(frames.error(refused("60014"), id));
  const { catalog } = parts.floor;
  for (const arg of args) {
    const wanted = readSubscription(arg, { side, caller, catalog, sink });
    if ("type" in wanted) {
      sink.send(frames.error(wanted, id));
      continue;
    }
    if (subscriptions.size >= channelsPerConnection) {
      sink.send(frames.error(refused("60020", String(channelsPerConnection)), id));
      continue;
    }
    sink.send(frames.event("subscribe", id, { arg }));
    const before = subscriptions.get(wanted.key);
    if (before !== undefined) parts.hub.remove(before);
    subscriptions.set(wanted.key, wanted);
    parts.hub.add(wanted);
    if (wanted.channel.needsLogin) sink.send(connCount(wanted, state, parts));
    parts.greet(wanted);
  }
}

const channelsPerConnection = 480;

/** How many connections follow this channel of the account. */
function connCount(wanted: Subscription, { frames }: State, { hub }: SessionParts): string {
  const account = wanted.caller?.account ?? -1;
  const connCount = String([...hub.ofAccount(wanted.channel.family, account)].length);
  return frames.event("channel-conn-count", null, { channel: wanted.name, connCount });
}

function unsubscribe({ id, args }: ChannelsFrame, state: State, parts: SessionParts): void {
  const { frames, start, subscriptions } = state;
  if (isTooOften(state, parts)) return start.sink.send(frames.error(refused("60014"), id));
  for (const arg of args) {
    const known = subscriptions.get(keyOf(arg));
    if (known !== undefined) {
      parts.hub.remove(known);
      subscriptions.delete(known.key);
    }
    start.sink.send(frames.event("unsubscribe", id, { arg }));
  }
}

function write(frame: Frame<"write">, state: State, parts: SessionParts): void {
  const { sink, side, peer } = state.start;
  if (side !== "private" && side !== "any") {
    return sink.send(state.frames.error(refused("60028"), frame.id));
  }
  if (state.caller === null) return sink.send(state.frames.error(refused("60011"), frame.id));
  parts.writes.carryOut(frame, {
    caller: state.caller,
    peer,
    answer: (envelope, times) => {
      sink.send(state.frames.answer(frame.op, frame.id, envelope, times));
    },
    cut: () => {
      sink.cut(cutCode, "connection lost");
    },
  });
}
