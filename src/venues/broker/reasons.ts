import { codeMeaning, findCode, isOutcomeUnsure } from "#okx";
import type { Classification } from "./intent.ts";

/** What a reason means for the writer, and what to do about it. */
export type ReasonMeaning = Readonly<{
  classification: Classification;
  recommendedAction: string | null;
}>;

/**
 * The reasons that come from the way and not from the exchange; the map is frozen, append only.
 * What is in neither is a truth that we do not have.
 */
const classByReason: Readonly<Record<string, Classification>> = {
  timeout: "L1_RETRYABLE_TRANSPORT",
  connection_error: "L1_RETRYABLE_TRANSPORT",
  request_exception: "L1_RETRYABLE_TRANSPORT",
  http_error: "L1_RETRYABLE_TRANSPORT",
  http_5xx: "L1_RETRYABLE_TRANSPORT",
  not_sent: "L1_RETRYABLE_TRANSPORT",
  rate_limited: "L1_RETRYABLE_TRANSPORT",
  exchange_rejected: "L1_EXCHANGE_REJECTED",
};

const actionByClass: Readonly<Record<Classification, string | null>> = {
  L1_OK: null,
  L1_RETRYABLE_TRANSPORT: "query_before_retry",
  L1_ACCOUNT_RESTRICTED: "stop_and_check_account",
  L1_EXCHANGE_REJECTED: "do_not_retry",
  L1_TRUTH_INCOMPLETE: "query_until_known",
  L1_LIQUIDITY_UNAVAILABLE: "wait_for_liquidity",
  L1_EXECUTION_FROZEN: "end_the_run",
  L1_LOCAL_GATE_REJECTED: "do_not_retry",
};

/** Codes of OKX that have a name in the taxonomy; the others keep their number. */
const nameByCode: ReadonlyMap<string, string> = new Map([
  ["50001", "exchange_maintenance"],
  ["50004", "timeout"],
  ["50005", "exchange_unavailable"],
  ["50011", "rate_limited"],
  ["50013", "exchange_busy"],
  ["50026", "exchange_unavailable"],
  ["50061", "too_many_requests"],
  ["50111", "invalid_api_key"],
  ["50113", "invalid_api_key"],
  ["50114", "invalid_api_key"],
  ["50119", "invalid_api_key"],
  ["50120", "permission_denied"],
  ["51000", "param_invalid"],
  ["51008", "insufficient_balance"],
  ["51016", "duplicate_client_order_id"],
  ["51121", "lot_size_invalid"],
  ["51149", "order_expired"],
  ["51169", "no_position_to_close"],
  ["51400", "order_already_ended"],
  ["51401", "order_already_ended"],
  ["51402", "order_already_ended"],
  ["51503", "order_not_found"],
  ["51603", "order_not_found"],
]);

/** A reason of ours for a call without a code of the exchange. */
export function meaningOfReason(reason: string): ReasonMeaning {
  return meaning(classByReason[reason] ?? "L1_TRUTH_INCOMPLETE", reason);
}

/** Why nothing left this process: the wire, or a gate at the last line before it. */
export function meaningOfStop(reason: string): ReasonMeaning {
  return meaning(classByReason[reason] ?? "L1_LOCAL_GATE_REJECTED", reason);
}

/** The name of a code and what it means; a code that is not known proves nothing. */
export function meaningOfCode(code: string): ReasonMeaning & Readonly<{ reason: string }> {
  const named = nameByCode.get(code) ?? (findCode(code) === null ? null : `exchange_${code}`);
  const reason = named ?? `unknown_reason_code:${code}`.slice(0, 64);
  return { reason, ...meaning(codeMeaning(code).l1, reason) };
}

/**
 * Whether the order may be there although the code is a no. A client order id that was used before
 * names an order of ours that we should know.
 */
export function isDoubtful(code: string): boolean {
  return isOutcomeUnsure(code) || code === "51016";
}

/** Refusals for coming too often: nothing changed, and later it may be taken. */
export function isRateLimit(reason: string | null): boolean {
  return reason === "rate_limited" || reason === "too_many_requests";
}

function meaning(classification: Classification, reason: string): ReasonMeaning {
  const recommendedAction = isRateLimit(reason)
    ? "retry_with_backoff"
    : actionByClass[classification];
  return { classification, recommendedAction };
}
