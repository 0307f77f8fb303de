import { type ConfigSpec, optional, type Secret, secret, wholeNumber } from "#mesh";
import { healthMaxAgeSeconds } from "#protocol";

/** What the strategy service may be told. */
export type StrategyServiceConfig = Readonly<{
  tokens: Secret | null;
  /** Dollars that each strategy's paper ledger begins with. */
  paperCash: number;
  /** Oldest quote, by its exchange, that a paper order fills against. */
  maxAgeSeconds: number;
}>;

export const strategyServiceConfig: ConfigSpec<StrategyServiceConfig> = {
  tokens: secret(
    "ASSAY_STRATEGY_TOKENS",
    "who may use the API: TENANT/ROLE=TOKEN between commas, ROLE reader or editor; unset: one " +
      "token is made and kept in a file that only its owner reads",
  ),
  paperCash: optional("ASSAY_PAPER_CASH", {
    meaning: "dollars that each strategy's paper ledger begins with, from 1 to 1000000000",
    schema: wholeNumber(1, 1_000_000_000),
    fallback: 100_000,
  }),
  maxAgeSeconds: optional("MARKETDATA_MAX_AGE_SECONDS", {
    meaning: "how old the newest exchange tick may be, in whole seconds from 1 to 3600",
    schema: wholeNumber(1, 3600),
    fallback: healthMaxAgeSeconds,
  }),
};
