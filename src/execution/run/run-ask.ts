import type { Answer, CallRecord, CallRecorder, Venue } from "#venues";
import type { Asked, AskVenue } from "../market-view/ask.ts";

type Component = "broker" | "auditor" | "preflight";

/** Questions of one component to one venue, each recorded before its answer is used. */
export function createAsk(venue: Venue, recorder: CallRecorder, component: Component): AskVenue {
  return async (question, about = {}) => {
    const answer = await answered(venue, question);
    const { callId } = await recorder.query(answer.call, {
      component,
      clOrdId: about.clOrdId ?? null,
      ordId: about.ordId ?? null,
    });
    return { answer, callId };
  };
}

/** Questions that are asked before there is a run to record them in; they are recorded later. */
export type AskBook = Readonly<{
  ask: AskVenue;
  calls: readonly CallRecord[];
}>;

export function createAskBook(venue: Venue): AskBook {
  const calls: CallRecord[] = [];
  return {
    calls,
    async ask<T>(question: (venue: Venue) => Promise<Answer<T>>): Promise<Asked<T>> {
      const answer = await answered(venue, question);
      calls.push(answer.call);
      return { answer, callId: "" };
    },
  };
}

/** An adapter that throws has a bug, but the run has an answer: none that can be relied on. */
async function answered<T>(
  venue: Venue,
  question: (venue: Venue) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  try {
    return await question(venue);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const call: CallRecord = {
      method: "GET",
      endpoint: "unknown",
      params: {},
      sentMs: 0,
      latencyMs: null,
      httpStatus: null,
      code: null,
      msg: message,
      sCode: null,
      sMsg: null,
      errorType: "request_exception",
      raw: null,
    };
    return { ok: false, failure: { kind: "unknown", code: "adapter_threw", message }, call };
  }
}
