import type { RejectReason } from "#exchange";
import { type Refusal, refused } from "./reply.ts";

/** What was asked of the engine: the same refusal has another code for each. */
export type Deed = "place" | "amend" | "cancel" | "close" | "leverage" | "mode" | "algo" | "other";

/** A refusal of the engine in OKX's code, for this deed. */
export function rejectToRefusal(reason: RejectReason, deed: Deed): Refusal {
  const [code, ...params] = codesOfDeed[deed]?.[reason] ?? commonCodes[reason];
  return refused(code, ...params);
}

type CodeAndParams = readonly [code: string, ...params: string[]];

const commonCodes: Readonly<Record<RejectReason, CodeAndParams>> = {
  unknown_account: ["50026"],
  unknown_instrument: ["51001"],
  unknown_currency: ["51000", "ccy"],
  instrument_suspended: ["51022"],
  bad_field: ["51000", "request"],
  price_required: ["51000", "px"],
  price_not_allowed: ["51000", "px"],
  price_out_of_range: ["51000", "px"],
  price_outside_band: ["51006", "the limit", "the limit"],
  size_not_positive: ["51000", "sz"],
  size_below_minimum: ["51020"],
  size_above_limit: ["51203", "of the instrument"],
  margin_mode_mismatch: ["51010"],
  position_side_mismatch: ["51000", "posSide"],
  insufficient_balance: ["51008", "USDT"],
  insufficient_margin: ["51008", "USDT"],
  tier_exceeded: ["51004", "this", "the tier's"],
  no_position_to_reduce: ["51169"],
  close_exceeds_position: ["51112"],
  duplicate_client_id: ["51016"],
  stp_both_with_fok: ["51000", "stpMode"],
  order_not_found: ["51603"],
  order_already_filled: ["51402"],
  order_already_canceled: ["51401"],
  amend_nothing: ["51500"],
  amend_size_not_above_filled: ["51000", "newSz"],
  amend_same: ["51000", "newPx"],
  open_orders_limit: ["51025"],
  leverage_out_of_range: ["59102"],
  leverage_margin_short: ["59108"],
  mode_change_blocked: ["59000"],
  no_position: ["51023"],
  pending_close_orders: ["51115"],
  margin_change_too_large: ["59301"],
  algo_not_found: ["51603"],
  algo_already_done: ["51402"],
  trigger_already_met: ["51277"],
  algo_limit: ["51261", "500"],
  money_out_of_range: ["51000", "sz"],
  no_liquidity_for_quote_size: ["51202", "of the book"],
  timeout_out_of_range: ["51000", "timeOut"],
  lots_and_quote_given: ["51000", "sz"],
  no_reference_price: ["51109"],
  timer_limit: ["51071"],
  trail_malformed: ["51257"],
  trail_active_not_above: ["51258"],
  trail_active_not_below: ["51259"],
  whole_position_algo_exists: ["51088"],
  attached_not_allowed: ["51000", "attachAlgoOrds"],
  attached_profit_not_above: ["51046"],
  attached_loss_not_below: ["51047"],
  attached_profit_not_below: ["51048"],
  attached_loss_not_above: ["51049"],
  time_backwards: ["50026"],
};

const codesOfDeed: Partial<Record<Deed, Partial<Record<RejectReason, CodeAndParams>>>> = {
  // Worth more than money here can count, which no account can back.
  place: { money_out_of_range: ["51008", "USDT"] },
  amend: {
    money_out_of_range: ["51502"],
    order_not_found: ["51503"],
    order_already_filled: ["51510"],
    order_already_canceled: ["51509"],
    insufficient_balance: ["51502"],
    insufficient_margin: ["51502"],
    price_out_of_range: ["51000", "newPx"],
    size_not_positive: ["51000", "newSz"],
  },
  cancel: { order_not_found: ["51400"], algo_not_found: ["51400"] },
  leverage: { bad_field: ["51000", "lever"] },
};
