import { type ClientFrame, endpointByWriteOp } from "#okx";
import type { Caller } from "../accounts/key-ring.ts";
import type { FaultPoint } from "../faults/armed-rule.ts";
import { type Envelope, envelopeOf, type GatewayTimes } from "../rest/envelope.ts";
import type { Wait } from "../rest/faulty.ts";
import { type Job, prepareJob } from "../rest/job.ts";
import { type Refusal, refused } from "../rest/reply.ts";
import type { Route } from "../rest/routes.ts";
import { expiryOf, limitedAs, type ServiceParts } from "../rest/service.ts";

type WriteFrame = Extract<ClientFrame, { type: "write" }>;

/** Where the answer to a write goes, or what takes its place. */
export type WriteReply = Readonly<{
  caller: Caller;
  peer: string;
  answer: (envelope: Envelope, times: GatewayTimes) => void;
  cut: () => void;
}>;

/** Orders, cancellations and changes over a connection: the same doings as over REST. */
export type StreamWrites = Readonly<{
  carryOut: (frame: WriteFrame, reply: WriteReply) => void;
}>;

export function createStreamWrites(parts: ServiceParts): StreamWrites {
  const { clock, counters, faults, floor } = parts;

  return {
    carryOut: (frame, reply) => {
      const inMicros = clock.nowMicros();
      const times = (): GatewayTimes => ({ inMicros, outMicros: clock.nowMicros() });
      const job = admit(frame, reply, parts);
      if ("type" in job) {
        counters.count("answers", job.code);
        return reply.answer(envelopeOf(job), times());
      }
      const call = { caller: reply.caller, expiresMs: job.expiresMs };
      const run = (answer: WriteReply["answer"]): void => {
        clock.moment(() => {
          const envelope = envelopeOf(job.run(call));
          counters.count("answers", envelope.code);
          answer(envelope, times());
          floor.flush();
        });
      };
      if (!faults.isArmed()) return run(reply.answer);
      return runFaulty({ run, reply, times, point: pointOf(frame, job, reply) }, parts);
    },
  };
}

type WriteJob = Job & Readonly<{ expiresMs: number | null }>;

function admit(
  { op, args, expTime }: WriteFrame,
  { caller, peer }: WriteReply,
  { routes, counters, floor, limits, clock }: ServiceParts,
): WriteJob | Refusal {
  const route = routes.byName(endpointByWriteOp[op]);
  if (route === null) return refused("60019", op);
  counters.count("requests", `ws ${op}`);
  if (!caller.mayTrade) return refused("50120");
  const job = prepareJob(route, valueOf(route, args), floor.catalog);
  if ("type" in job) return job;
  const limited = limitedAs(route.endpoint, job.load, routes);
  const code = limits.take(limited, { peer, account: caller.account }, job.load);
  if (code !== null) {
    counters.count("rate_limited", route.endpoint.name);
    return refused(code);
  }
  const expiresMs = expiryOf(expTime, route, clock.nowMs());
  return typeof expiresMs === "object" && expiresMs !== null ? expiresMs : { ...job, expiresMs };
}

function valueOf({ kind }: Route, args: readonly unknown[]): unknown {
  return kind === "single" ? args[0] : args;
}

type Doing = Readonly<{
  run: (answer: WriteReply["answer"]) => void;
  reply: WriteReply;
  times: () => GatewayTimes;
  point: FaultPoint;
}>;

/** The faults of REST as a connection shows them: lost frames, late ones, errors, the end. */
function runFaulty(doing: Doing, { faults, wait }: ServiceParts): void {
  const { point, reply, times, run } = doing;
  const refuse = (code: string): void => reply.answer(envelopeOf(refused(code)), times());
  if (faults.has("maintenance") && faults.strike("maintenance", point)) return refuse("50001");
  if (faults.has("http_429") && faults.strike("http_429", point)) return refuse("50011");
  if (faults.has("drop_request") && faults.strike("drop_request", point)) return undefined;
  if (faults.has("disconnect") && faults.strike("disconnect", point)) return reply.cut();
  if (faults.has("http_5xx") && faults.strike("http_5xx", point, "before")) {
    return refuse("50026");
  }
  const delay = faults.has("latency") ? faults.strike("latency", point, "before") : null;
  return later(wait, delay?.ms ?? null, () => {
    run((envelope) => {
      answerFaulty(envelope, doing, { faults, wait });
    });
  });
}

/** It was carried out; what the client hears of it is another matter. */
function answerFaulty(
  envelope: Envelope,
  { point, reply, times }: Doing,
  { faults, wait }: Pick<ServiceParts, "faults" | "wait">,
): void {
  if (faults.has("drop_answer") && faults.strike("drop_answer", point)) return undefined;
  const isBroken = faults.has("http_5xx") && faults.strike("http_5xx", point, "after") !== null;
  const told = isBroken ? envelopeOf(refused("50026")) : envelope;
  const delay = faults.has("latency") ? faults.strike("latency", point, "after") : null;
  const isTwice = faults.has("duplicate") && faults.strike("duplicate", point) !== null;
  return later(wait, delay?.ms ?? null, () => {
    reply.answer(told, times());
    if (isTwice) reply.answer(told, times());
  });
}

function later(wait: Wait, ms: number | null, act: () => void): void {
  if (ms === null) return act();
  void wait(ms).then(act);
  return undefined;
}

function pointOf(
  { op }: WriteFrame,
  { instId, clOrdIds }: Job,
  { caller }: WriteReply,
): FaultPoint {
  return { endpoint: `ws ${op}`, account: caller.name, channel: null, instId, clOrdIds };
}
