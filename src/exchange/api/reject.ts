/**
 * Why a command changed nothing. Append only: the number is what the hot interface returns, so it
 * never changes. The comment names OKX's code where there is one.
 */
export const rejectCodes = {
  none: 0,
  unknown_account: 1,
  unknown_instrument: 2, // 51001
  unknown_currency: 3,
  instrument_suspended: 4, // 51027 / 51028
  bad_field: 5, // 51000
  price_required: 6, // 51000 px
  price_not_allowed: 7,
  price_out_of_range: 8, // 51000 px
  price_outside_band: 9, // 51006
  size_not_positive: 10, // 51000 sz
  size_below_minimum: 11, // 51020
  size_above_limit: 12, // 51202 market, 51203 limit
  margin_mode_mismatch: 13, // 51000 tdMode, 51010
  position_side_mismatch: 14, // 51000 posSide
  insufficient_balance: 15, // 51008
  insufficient_margin: 16, // 51008
  tier_exceeded: 17, // 51004
  no_position_to_reduce: 18, // 51169
  close_exceeds_position: 19, // 51112
  duplicate_client_id: 20, // 51016
  stp_both_with_fok: 21, // 51000 stpMode
  lots_and_quote_given: 22, // 51000 sz
  order_not_found: 23, // 51400 / 51503 / 51603
  order_already_filled: 24, // 51402 / 51503
  order_already_canceled: 25, // 51401 / 51509
  amend_nothing: 26, // 51500
  amend_size_not_above_filled: 27, // 51500
  amend_same: 28,
  open_orders_limit: 29, // 51021
  leverage_out_of_range: 30, // 59102
  leverage_margin_short: 31, // 59108
  mode_change_blocked: 32, // 59000
  no_position: 33, // 51023
  pending_close_orders: 34, // 51115
  margin_change_too_large: 35, // 59301
  algo_not_found: 36, // 51603 / 51400
  algo_already_done: 37, // 51402
  trigger_already_met: 38, // 51277..51280
  algo_limit: 39, // 51261
  money_out_of_range: 40,
  no_liquidity_for_quote_size: 41, // 51202
  timeout_out_of_range: 42, // 51000 timeOut
  time_backwards: 43,
  no_reference_price: 44,
  timer_limit: 45, // 51071
  trail_malformed: 46, // 51257
  trail_active_not_above: 47, // 51258
  trail_active_not_below: 48, // 51259
  whole_position_algo_exists: 49, // 51088
  attached_not_allowed: 50, // 51000 attachAlgoOrds
  attached_profit_not_above: 51, // 51046
  attached_loss_not_below: 52, // 51047
  attached_profit_not_below: 53, // 51048
  attached_loss_not_above: 54, // 51049
} as const;

export type RejectReason = Exclude<keyof typeof rejectCodes, "none">;

/** Why an order that was accepted ended without being filled. Append only. */
export const cancelCodes = {
  user: 1,
  ioc_remainder: 2,
  fok_not_filled: 3,
  post_only_would_take: 4,
  stp_maker: 5,
  stp_taker: 6,
  reduce_only: 7,
  market_remainder: 8,
  too_many_makers: 9,
  liquidation: 10,
  cancel_all_after: 11,
  insufficient_margin: 12,
  close_position: 13,
  instrument_suspended: 14,
  amend_failed: 15,
} as const;

export type CancelReason = keyof typeof cancelCodes;
