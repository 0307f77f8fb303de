/** One input of the decision; formula and unit stand in docs/contracts/features.md. */
export type FeatureName = Readonly<{ id: string; name: string; group: "E" | "I" | "M" | "C" }>;

export type FeatureContract = Readonly<{
  version: string;
  dimension: number;
  features: readonly FeatureName[];
}>;

/** Frozen order: a change of length, order or formula is a new version. */
export const featureContract: FeatureContract = {
  version: "features/1",
  dimension: 33,
  features: [
    ...group("E", [
      "return_1",
      "return_4",
      "return_16",
      "return_64",
      "range_ratio",
      "close_location",
      "relative_volume",
      "volatility_ratio",
      "spread_estimate",
      "distance_to_high",
      "distance_to_low",
      "funding_rate",
    ]),
    ...group("I", ["position_exposure_ratio", "position_side_sign", "state_age", "last_signal"]),
    ...group("M", [
      "fill_impedance",
      "time_impedance",
      "size_impedance",
      "urgency_penalty",
      "slippage_impedance",
      "impact_impedance",
      "total_cost_impedance",
      "leverage_risk",
      "liquidation_impedance",
      "volatility_stress",
      "pnl_signal_quality",
      "comfort_signal_strength",
    ]),
    ...group("C", [
      "group_position_ratio",
      "group_long_short_bias",
      "group_avg_pnl",
      "group_death_rate",
      "top_performers_signal",
    ]),
  ],
};

export const marketFeatureCount = 12;
export const ownFeatureCount = 16;
export const groupFeatureCount = 5;

function group(letter: FeatureName["group"], names: readonly string[]): readonly FeatureName[] {
  return names.map((name, index) => ({ id: `${letter}${index + 1}`, name, group: letter }));
}
