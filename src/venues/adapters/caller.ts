import { performance } from "node:perf_hooks";
import { endpointOf, type RequestByEndpoint, type RowByEndpoint } from "#okx";
import type { Answer, CallRecord, VenueFailure } from "../port.ts";
import { createRedactor, type Redactor } from "../recording/redact.ts";
import { judge, type Spoken } from "./judge.ts";
import type { PortEndpoint, VenueAccess, Wire } from "./wire.ts";

/** Asks the venue and keeps the call: raw, but without keys and signatures. */
export type Caller = Readonly<{
  ask: <N extends PortEndpoint>(
    name: N,
    params: RequestByEndpoint[N],
    expTimeMs?: number | null,
  ) => Promise<Answer<readonly RowByEndpoint[N][]>>;
  /** A request that was stopped on our side. */
  notSent: <N extends PortEndpoint>(
    name: N,
    params: RequestByEndpoint[N],
    failure: VenueFailure,
  ) => Answer<never>;
}>;

export function createCaller(wire: Wire, access: Pick<VenueAccess, "key" | "nowMs">): Caller {
  const { key, nowMs } = access;
  const redactor = createRedactor(key === null ? [] : [key.apiKey, key.secret, key.passphrase]);

  /** The venue may repeat what it was sent. */
  function clean(failure: VenueFailure): VenueFailure {
    return { ...failure, message: redactor.text(failure.message) };
  }

  return {
    async ask(name, params, expTimeMs = null) {
      const sentMs = nowMs();
      const startMs = performance.now();
      const answer = await wire({ name, params, expTimeMs });
      const latencyMs = answer.state === "not_sent" ? null : performance.now() - startMs;
      const verdict = judge(name, answer);
      const raw = answer.state === "answered" ? answer.body : null;
      const call = callRecord(
        redactor,
        name,
        { params: answer.sent, sentMs, latencyMs, raw },
        verdict.spoken,
      );
      return verdict.ok
        ? { ok: true, value: verdict.rows, call }
        : { ok: false, failure: clean(verdict.failure), call };
    },
    notSent(name, params, failure) {
      const about = { params, sentMs: nowMs(), latencyMs: null, raw: null };
      return { ok: false, failure, call: callRecord(redactor, name, about, silent) };
    },
  };
}

const silent: Spoken = {
  httpStatus: null,
  code: null,
  msg: null,
  sCode: null,
  sMsg: null,
  errorType: "request_exception",
};

type About = Readonly<{ params: unknown; sentMs: number; latencyMs: number | null; raw: unknown }>;

function callRecord(
  redactor: Redactor,
  name: PortEndpoint,
  about: About,
  spoken: Spoken,
): CallRecord {
  const { method, path } = endpointOf(name);
  const params = Array.isArray(about.params) ? { entries: about.params } : about.params;
  return {
    method,
    endpoint: path,
    params: redactor.record(params),
    sentMs: about.sentMs,
    latencyMs: about.latencyMs,
    ...spoken,
    msg: spoken.msg === null ? null : redactor.text(spoken.msg),
    sMsg: spoken.sMsg === null ? null : redactor.text(spoken.sMsg),
    raw: redactor.value(about.raw),
  };
}
