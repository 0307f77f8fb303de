import type { FaultPoint } from "../faults/armed-rule.ts";
import type { FaultInjector } from "../faults/injector.ts";
import { ConnectionLost, type HttpAnswer } from "../http/message.ts";
import { answerOf, envelopeOf, gatewayAnswer } from "./envelope.ts";
import { refused } from "./reply.ts";

/** Waits of wall time; the venue's clock goes on meanwhile. */
export type Wait = (ms: number) => Promise<void>;

/**
 * Carries out a request with whatever the plan has for it, in the order in which the layers of a
 * real venue would break: the service, the gateway, the network, then the same on the way back.
 */
export function runFaulty(
  run: () => HttpAnswer,
  point: FaultPoint,
  faults: FaultInjector,
  wait: Wait,
): HttpAnswer | Promise<HttpAnswer> {
  const early = strikeBefore(point, faults);
  if (early !== null) return early;
  const delay = faults.has("latency") ? faults.strike("latency", point, "before") : null;
  if (delay === null) return runThenStrike(run, point, faults, wait);
  return wait(delay.ms).then(() => runThenStrike(run, point, faults, wait));
}

/** What keeps the request from ever being carried out; null: nothing does. */
function strikeBefore(
  point: FaultPoint,
  faults: FaultInjector,
): HttpAnswer | Promise<HttpAnswer> | null {
  if (faults.has("maintenance") && faults.strike("maintenance", point) !== null) {
    return answerOf(envelopeOf(refused("50001")), null);
  }
  if (faults.has("http_429") && faults.strike("http_429", point) !== null) {
    return answerOf(envelopeOf(refused("50011")), null);
  }
  if (faults.has("drop_request") && faults.strike("drop_request", point) !== null) {
    return lost("the request was lost before it was carried out");
  }
  const broken = faults.has("http_5xx") ? faults.strike("http_5xx", point, "before") : null;
  return broken === null ? null : brokenAnswer(broken.status);
}

function runThenStrike(
  run: () => HttpAnswer,
  point: FaultPoint,
  faults: FaultInjector,
  wait: Wait,
): HttpAnswer | Promise<HttpAnswer> {
  const answer = strikeAfter(run(), point, faults);
  const delay = faults.has("latency") ? faults.strike("latency", point, "after") : null;
  return delay === null ? answer : wait(delay.ms).then(() => answer);
}

/** The request was carried out; what the client hears of it is another matter. */
function strikeAfter(
  answer: HttpAnswer,
  point: FaultPoint,
  faults: FaultInjector,
): HttpAnswer | Promise<HttpAnswer> {
  if (faults.has("drop_answer") && faults.strike("drop_answer", point) !== null) {
    return lost("the answer was lost after the request was carried out");
  }
  const broken = faults.has("http_5xx") ? faults.strike("http_5xx", point, "after") : null;
  return broken === null ? answer : brokenAnswer(broken.status);
}

/** 500 and 503 come from the service and speak OKX; 502 and 504 come from what stands before it. */
function brokenAnswer(status: 500 | 502 | 503 | 504): HttpAnswer {
  if (status === 500) return answerOf(envelopeOf(refused("50026")), null);
  if (status === 503) return answerOf(envelopeOf(refused("50001")), null);
  return gatewayAnswer(status);
}

async function lost(what: string): Promise<never> {
  throw new ConnectionLost(what);
}
