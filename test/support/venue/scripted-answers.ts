import type { Answer, CallRecord, OrderRow, VenueFailure } from "#venues";

/** No answer that can be relied on, or none at all because nothing left. */
export function lost(
  record: CallRecord,
  kind: VenueFailure["kind"],
  errorType: NonNullable<CallRecord["errorType"]>,
  httpStatus: number | null,
): Answer<never> {
  const failure = { kind, code: kind === "not_sent" ? "not_sent" : errorType, message: errorType };
  return { ok: false, failure, call: { ...record, errorType, httpStatus } };
}

/** A plain no of the venue. */
export function refused(record: CallRecord, code: string): Answer<never> {
  const missing = code === "51603";
  const call = {
    ...record,
    httpStatus: 200,
    latencyMs: 1,
    code: missing ? code : "1",
    msg: "refused",
    sCode: missing ? null : code,
    sMsg: missing ? null : "refused",
    errorType: "api_error" as const,
  };
  const name = missing ? "order_not_found" : `venue_${code}`;
  return { ok: false, failure: { kind: "refused", code: name, message: "refused" }, call };
}

export const emptyCall: CallRecord = {
  method: "POST",
  endpoint: "",
  params: {},
  sentMs: 0,
  latencyMs: null,
  httpStatus: null,
  code: null,
  msg: null,
  sCode: null,
  sMsg: null,
  errorType: null,
  raw: null,
};

export function emptyRow(nowMs: number): OrderRow {
  return {
    instId: "BTC-USDT-SWAP",
    ordId: "",
    clOrdId: null,
    tdMode: "cross",
    side: "buy",
    posSide: "net",
    ordType: "limit",
    sz: "1",
    px: "100",
    fillSz: "0",
    accFillSz: "0",
    avgPx: null,
    state: "live",
    fee: "0",
    feeCcy: "USDT",
    reduceOnly: false,
    stpMode: null,
    cancelSource: null,
    createdMs: nowMs,
    updatedMs: nowMs,
  };
}
