import { findCode, isOutcomeUnsure } from "#okx";
import type { VenueFailure } from "../port.ts";

/** What the venue's code means to whoever asked; `message` repeats the venue's words. */
export function venueFailure(code: string, words: string): VenueFailure {
  const kind = isOutcomeUnsure(code) ? "unknown" : "refused";
  const message = words === "" ? `the venue answered ${code}` : `${words.trim()} (${code})`;
  return { kind, code: failureCode(code), message };
}

/** Our name for a code of the venue; codes without one of their own are named by their kind. */
function failureCode(code: string): string {
  const named = nameByCode.get(code);
  if (named !== undefined) return named;
  const known = findCode(code);
  return known === null ? "venue_code_unknown" : nameByKind[known.kind];
}

const nameByKind = {
  done: "exchange_rejected",
  transport: "venue_unavailable",
  rate: "rate_limited",
  permission: "permission_denied",
  mode: "account_mode_refused",
  parameter: "param_invalid",
  instrument: "instrument_invalid",
  funds: "insufficient_funds",
  liquidity: "liquidity_unavailable",
  missing: "not_found",
  rejected: "exchange_rejected",
} as const;

const codesByName: Readonly<Record<string, readonly string[]>> = {
  order_not_found: ["51603"],
  order_not_open: ["51400", "51401", "51402", "51410", "51412", "51416", "51503", "51509", "51510"],
  duplicate_client_order_id: ["51016"],
  lot_size_invalid: ["51121"],
  size_too_small: ["51020", "51007", "51120"],
  no_position_to_close: ["51169", "51023"],
  reduce_only_refused: ["51148", "51170", "51112"],
  instrument_unknown: ["51001"],
  instrument_not_trading: ["51021", "51022", "51027", "51028", "51029", "51030"],
  request_expired: ["50036", "50037"],
  invalid_api_key: ["50105", "50111", "50113", "50119"],
  environment_mismatch: ["50101"],
  timestamp_invalid: ["50102", "50112"],
  exchange_maintenance: ["50001", "50005"],
};

const nameByCode: ReadonlyMap<string, string> = new Map(
  Object.entries(codesByName).flatMap(([name, codes]) =>
    codes.map((code): [string, string] => [code, name]),
  ),
);
