export type WhaleConfig = Readonly<{
  /** The underlying that is watched and that a proposal is about. */
  symbol: string;
  lookback_ms: number;
  max_future_skew_ms: number;
  /** Each trade of a sweep comes so soon after the one before it. */
  sweep_window_ms: number;
  sweep_min_venues: number;
  block_min_size: number;
  /** Hundredths. */
  conviction_sweep: number;
  conviction_block: number;
  conviction_other: number;
  bonus_out_of_the_money: number;
  bonus_volume: number;
  /** Volume over open interest above which the bonus is given, in hundredths. */
  volume_ratio_percent: number;
  /** One side must exceed the other by this factor, in flows and in premium; hundredths. */
  dominance_percent: number;
  /** Sides that differ by no more flows than this are even. */
  even_within_flows: number;
  /** Premium of the winning side over the lookback, whole units of the quote currency. */
  min_premium: number;
  /** Shares of the underlying: a strategy does not size, an allocator does. */
  quantity: number;
  /** Between two proposals for the same side. */
  cooldown_ms: number;
  proposal_valid_ms: number;
}>;

export const defaultWhaleConfig: WhaleConfig = {
  symbol: "SPY",
  lookback_ms: 1_800_000,
  max_future_skew_ms: 5_000,
  sweep_window_ms: 1_000,
  sweep_min_venues: 2,
  block_min_size: 100,
  conviction_sweep: 80,
  conviction_block: 50,
  conviction_other: 30,
  bonus_out_of_the_money: 10,
  bonus_volume: 10,
  volume_ratio_percent: 120,
  dominance_percent: 150,
  even_within_flows: 1,
  min_premium: 250_000,
  quantity: 1,
  cooldown_ms: 300_000,
  proposal_valid_ms: 300_000,
};
