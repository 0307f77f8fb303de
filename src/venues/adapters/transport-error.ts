import type { WireAnswer } from "./wire.ts";

/**
 * What an error without an answer proves. Only a connection that was never made proves that nothing
 * left; anything else may have arrived.
 */
export function transportFailure(error: unknown, sent: unknown): WireAnswer {
  const message = errorText(error);
  const codes = errorCodes(error);
  if (codes.some((code) => unmadeCodes.has(code)) || unmadeText.test(message)) {
    return { state: "not_sent", error: "connection_error", message, sent };
  }
  if (codes.some((code) => timeoutCodes.has(code)) || isTimeoutName(error)) {
    return { state: "lost", error: "timeout", message, sent };
  }
  return { state: "lost", error: "connection_error", message, sent };
}

/** One line about an error, its causes included. */
export function errorText(error: unknown): string {
  const parts: string[] = [];
  for (
    let at = error, depth = 0;
    at !== undefined && at !== null && depth < maxCauses;
    depth += 1
  ) {
    if (at instanceof Error) {
      const code = "code" in at && typeof at.code === "string" ? ` (${at.code})` : "";
      parts.push(`${at.message}${code}`);
      at = at.cause;
    } else {
      parts.push(typeof at === "string" ? at : "an error that is none");
      break;
    }
  }
  return parts.join(": ").replace(/\s+/g, " ").slice(0, 500);
}

const maxCauses = 4;

/** No connection was made, so no byte of the request left. */
const unmadeCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const unmadeText = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)\b/;

const timeoutCodes: ReadonlySet<string> = new Set([
  "ECONNABORTED",
  "ETIMEDOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

function isTimeoutName(error: unknown): boolean {
  const name = error instanceof Error ? error.name : "";
  return name === "TimeoutError" || name === "AbortError" || name === "RequestTimeout";
}

function errorCodes(error: unknown): string[] {
  const codes: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < maxCauses; depth += 1) {
    if ("code" in at && typeof at.code === "string") codes.push(at.code);
    if (at instanceof AggregateError) codes.push(...at.errors.flatMap(errorCodes));
    at = at.cause;
  }
  return codes;
}
