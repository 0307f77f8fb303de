/** Why an order was cancelled, as `cancelSource` of an order tells it. */
export const cancelSources = {
  system: "0",
  user: "1",
  reduce_only_margin: "2",
  liquidation: "3",
  borrowing_cap: "4",
  auto_deleveraging: "6",
  delivery: "7",
  insufficient_balance: "9",
  fill_or_kill: "13",
  immediate_or_cancel: "14",
  price_limit: "15",
  position_closed: "17",
  cancel_all_after: "20",
  stop_on_close: "21",
  reduce_only_exceeded: "23",
  price_deviation: "27",
  post_only: "31",
  self_trade: "32",
  too_many_matches: "33",
  market_maker_protection: "39",
} as const;

export type CancelSource = keyof typeof cancelSources;

/** The name of a `cancelSource`, or null when it is empty or not known here. */
export function cancelSourceName(code: string): CancelSource | null {
  return sourceByCode.get(code) ?? null;
}

const sourceByCode: ReadonlyMap<string, CancelSource> = new Map(
  Object.entries(cancelSources).map(([name, code]) => [code, name as CancelSource]),
);
