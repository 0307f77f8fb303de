import type { VenueFailure } from "../port.ts";
import type { LineBody } from "../recording/evidence-sink.ts";
import {
  isDoubtful,
  meaningOfCode,
  meaningOfReason,
  meaningOfStop,
  type ReasonMeaning,
} from "./reasons.ts";

/** What an answer says of a write, in the words of the evidence. */
export type Judged = ReasonMeaning &
  Readonly<{
    /** As a verifier derives it from the recorded call alone. */
    status: "ok" | "rejected" | "error";
    reasonCode: string | null;
    /** Whether the order may be there although the answer does not say so. */
    doubtful: boolean;
    /** Whether it is certain that nothing reached the venue. */
    notSent: boolean;
  }>;

type CallLine = Pick<
  LineBody<"exchange_api_calls">,
  "error_type" | "http_status" | "sCode" | "code"
>;

/** The recorded call decides the status; the adapter's words, where it failed, add the reason. */
export function judgeAnswer(line: CallLine, failure: VenueFailure | null): Judged {
  const status = statusOf(line);
  if (status === "ok" && failure === null) {
    const fine = { classification: "L1_OK", recommendedAction: null, reasonCode: null } as const;
    return { status, ...fine, doubtful: false, notSent: false };
  }
  const code = codeOf(line);
  const notSent = failure?.kind === "not_sent";
  if (code !== null) {
    const { reason, ...meaning } = meaningOfCode(code);
    const doubtful = status !== "rejected" || failure?.kind === "unknown" || isDoubtful(code);
    return { status, ...meaning, reasonCode: reason, doubtful, notSent };
  }
  const reason = reasonOf(line, failure);
  const doubtful = status !== "rejected" || failure?.kind === "unknown";
  const meaning = notSent ? meaningOfStop(reason) : meaningOfReason(reason);
  return { status, ...meaning, reasonCode: reason, doubtful, notSent };
}

/** The same rule as claim P1 of docs/contracts/orders.md. */
function statusOf({ error_type, http_status, sCode, code }: CallLine): Judged["status"] {
  const decides = sCode ?? code;
  const fine = http_status !== null && http_status >= 200 && http_status <= 299;
  if (error_type === null && fine && decides === "0") return "ok";
  const transport = error_type !== null && error_type !== "api_error";
  const answered = http_status !== null && http_status < 500;
  return transport || !answered || decides === null ? "error" : "rejected";
}

/** 0 and 1 say nothing of why. */
function codeOf({ sCode, code }: CallLine): string | null {
  const decides = sCode ?? code;
  return decides === null || decides === "0" || decides === "1" ? null : decides;
}

function reasonOf(line: CallLine, failure: VenueFailure | null): string {
  if (failure?.kind === "not_sent") return codeForm.test(failure.code) ? failure.code : "not_sent";
  if (line.error_type === "timeout") return "timeout";
  if (line.http_status === 429) return "rate_limited";
  if (line.http_status !== null && line.http_status >= 500) return "http_5xx";
  if (line.error_type !== null && line.error_type !== "api_error") return line.error_type;
  return (line.sCode ?? line.code) === "1" ? "exchange_rejected" : "answer_unreadable";
}

const codeForm = /^[a-z][a-z0-9_]{0,63}$/;
