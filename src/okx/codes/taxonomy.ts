import type { CodeKind } from "./code.ts";
import { findCode } from "./table.ts";

/** What a refusal means for the one who wanted the order. */
export type L1Class =
  | "L1_OK"
  | "L1_RETRYABLE_TRANSPORT"
  | "L1_ACCOUNT_RESTRICTED"
  | "L1_EXCHANGE_REJECTED"
  | "L1_TRUTH_INCOMPLETE"
  | "L1_LIQUIDITY_UNAVAILABLE";

/** The class of an error in the error basket. */
export type ErrorClass =
  | "EXCHANGE_HTTP_ERROR"
  | "EXCHANGE_REJECTED"
  | "EXCHANGE_ACCOUNT_MODE"
  | "EXCHANGE_PERMISSION"
  | "EXCHANGE_RATE_LIMIT"
  | "EXCHANGE_PARAM_INVALID"
  | "EXCHANGE_INSTRUMENT_INVALID";

export type CodeMeaning = Readonly<{
  l1: L1Class;
  errorClass: ErrorClass | null;
  /** Why it was classed so: the kind of the code, or `unknown_reason_code:<code>`. */
  reason: string;
}>;

/**
 * What a code of the venue (`sCode` where there is one, else `code`) means. A code that is not in
 * the table proves nothing, so it leaves the truth incomplete.
 */
export function codeMeaning(code: string): CodeMeaning {
  const known = findCode(code);
  if (known === null) {
    return {
      l1: "L1_TRUTH_INCOMPLETE",
      errorClass: "EXCHANGE_REJECTED",
      reason: `unknown_reason_code:${code}`,
    };
  }
  const [l1, errorClass] = meaningByKind[known.kind];
  return { l1, errorClass, reason: known.kind };
}

/**
 * Whether a request that was answered with this code may have been carried out all the same: then
 * only a query tells.
 */
export function isOutcomeUnsure(code: string): boolean {
  return unsureCodes.has(code) || findCode(code) === null;
}

/** OKX says of 50004 that it tells neither success nor failure; the others come from within. */
const unsureCodes: ReadonlySet<string> = new Set(["50004", "50026", "51149", "63999"]);

const meaningByKind: Readonly<Record<CodeKind, readonly [L1Class, ErrorClass | null]>> = {
  done: ["L1_OK", null],
  transport: ["L1_RETRYABLE_TRANSPORT", "EXCHANGE_HTTP_ERROR"],
  rate: ["L1_RETRYABLE_TRANSPORT", "EXCHANGE_RATE_LIMIT"],
  permission: ["L1_ACCOUNT_RESTRICTED", "EXCHANGE_PERMISSION"],
  mode: ["L1_ACCOUNT_RESTRICTED", "EXCHANGE_ACCOUNT_MODE"],
  parameter: ["L1_EXCHANGE_REJECTED", "EXCHANGE_PARAM_INVALID"],
  instrument: ["L1_EXCHANGE_REJECTED", "EXCHANGE_INSTRUMENT_INVALID"],
  funds: ["L1_EXCHANGE_REJECTED", "EXCHANGE_REJECTED"],
  liquidity: ["L1_LIQUIDITY_UNAVAILABLE", "EXCHANGE_REJECTED"],
  missing: ["L1_TRUTH_INCOMPLETE", "EXCHANGE_REJECTED"],
  rejected: ["L1_EXCHANGE_REJECTED", "EXCHANGE_REJECTED"],
};
