import { type EndpointName, parseAnswer, type RowByEndpoint } from "#okx";
import type { CallRecord, VenueFailure } from "../port.ts";
import { venueFailure } from "./failure.ts";
import type { WireAnswer } from "./wire.ts";

/** What an answer says: the rows, or why there are none. */
export type Verdict<Row> =
  | Readonly<{ ok: true; rows: readonly Row[]; spoken: Spoken }>
  | Readonly<{ ok: false; failure: VenueFailure; spoken: Spoken }>;

/** The venue's own words about a call, for its record. */
export type Spoken = Pick<
  CallRecord,
  "httpStatus" | "code" | "msg" | "sCode" | "sMsg" | "errorType"
>;

/** Fails closed: an answer that cannot be read leaves the outcome unknown. */
export function judge<N extends EndpointName>(
  name: N,
  answer: WireAnswer,
): Verdict<RowByEndpoint[N]> {
  if (answer.state !== "answered") return unanswered(answer);
  const { httpStatus, body } = answer;
  const words = readWords(body);
  const spoken: Spoken = { ...words, httpStatus, errorType: null };

  if (httpStatus >= 500) {
    return failed(spoken, "http_error", unknown("http_5xx", `HTTP ${httpStatus}${said(words)}`));
  }
  const told = words.sCode !== null && words.sCode !== "0" ? words.sCode : words.code;
  if (told === null) {
    if (httpStatus === 429) {
      const failure: VenueFailure = { kind: "refused", code: "rate_limited", message: "HTTP 429" };
      return failed(spoken, "http_error", failure);
    }
    const message = `HTTP ${httpStatus} without a code of the venue`;
    return failed(spoken, "http_error", unknown("answer_unreadable", message));
  }
  if (told !== "0") {
    const text = words.sCode === told ? (words.sMsg ?? "") : (words.msg ?? "");
    return failed(spoken, "api_error", venueFailure(told, text));
  }
  const read = parseAnswer(name, body);
  if (!read.ok) return failed(spoken, null, unknown("answer_malformed", read.fault.message));
  return { ok: true, rows: read.value.rows, spoken };
}

type Words = Pick<CallRecord, "code" | "msg" | "sCode" | "sMsg">;

function unanswered(
  answer: Exclude<WireAnswer, { state: "answered" }>,
): Readonly<{ ok: false; failure: VenueFailure; spoken: Spoken }> {
  const silent = { httpStatus: null, code: null, msg: null, sCode: null, sMsg: null } as const;
  const spoken: Spoken = { ...silent, errorType: answer.error };
  const { message } = answer;
  if (answer.state === "not_sent") {
    const code = answer.error === "connection_error" ? "exchange_api_unreachable" : "not_sendable";
    return { ok: false, failure: { kind: "not_sent", code, message }, spoken };
  }
  return { ok: false, failure: unknown(answer.error, message), spoken };
}

function failed(
  spoken: Spoken,
  errorType: CallRecord["errorType"],
  failure: VenueFailure,
): Readonly<{ ok: false; failure: VenueFailure; spoken: Spoken }> {
  return { ok: false, failure, spoken: { ...spoken, errorType } };
}

function unknown(code: string, message: string): VenueFailure {
  return { kind: "unknown", code, message };
}

function readWords(body: unknown): Words {
  const answer = isRecord(body) ? body : {};
  const data = answer["data"];
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  const verdict = isRecord(first) ? first : {};
  return {
    code: textOrNull(answer["code"]),
    msg: textOrNull(answer["msg"]),
    sCode: textOrNull(verdict["sCode"]),
    sMsg: textOrNull(verdict["sMsg"]),
  };
}

function said({ code, msg }: Words): string {
  return code === null ? "" : `, code ${code} ${msg ?? ""}`.trimEnd();
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
