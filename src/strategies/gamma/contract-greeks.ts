import { err, ok, type Result } from "#base";
import { type OptionTerms, optionDelta, optionGamma } from "./black-scholes.ts";
import type { GammaConfig } from "./gamma-config.ts";
import { impliedVolatility, type VolatilityFault } from "./implied-volatility.ts";
import type { OptionContract } from "./option-chain.ts";
import { expiryInstant, yearsToExpiry } from "./time-to-expiry.ts";

/** Why a contract contributes nothing; each masked contract is counted under one reason. */
export type MaskReason =
  | "contract_contradicted"
  | "contract_repeated"
  | "strike_invalid"
  | "expiration_unreadable"
  | "expired"
  | "open_interest_missing"
  | "open_interest_invalid"
  | GreeksFault;

export type GreeksFault =
  /** The source gave none, and the configuration or the lack of a quote leaves no way to them. */
  "greeks_missing" | "quote_crossed" | "quote_one_sided" | VolatilityFault;

/** Where and when a chain is looked at. */
export type Vantage = Readonly<{ spot: number; asOfMs: number; config: GammaConfig }>;

export type ContractGreeks = Readonly<{
  gamma: number;
  gammaSource: "given" | "computed";
  terms: OptionTerms;
  /** Null where gamma was given without a volatility and none can be had from the quote. */
  volatility: number | null;
}>;

/** Volatilities outside are what sources write for "none": 0, or the floor of a failed solver. */
const leastVolatility = 0.0001;
const mostVolatility = 10;

/** What Black-Scholes needs of a contract, or why it cannot be had. */
export function contractTerms(
  contract: OptionContract,
  { spot, asOfMs, config }: Vantage,
): Result<OptionTerms, MaskReason> {
  const { strike, right } = contract;
  if (!(Number.isFinite(strike) && strike > 0)) return err("strike_invalid");
  const expiry = expiryInstant(contract);
  if (expiry === null) return err("expiration_unreadable");
  const years = yearsToExpiry(expiry, asOfMs, config.least_time_to_expiry_ms);
  if (years === null) return err("expired");
  const { risk_free_rate: rate, dividend_yield: dividend } = config;
  return ok({ right, spot, strike, years, rate, dividend });
}

/** Gamma per share, and the volatility it can be priced again with at another spot. */
export function contractGreeks(
  contract: OptionContract,
  terms: OptionTerms,
  config: GammaConfig,
): Result<ContractGreeks, GreeksFault> {
  const given = config.greeks === "computed" ? null : givenGamma(contract);
  const volatility = contractVolatility(contract, terms, config);
  if (given !== null) {
    const known = volatility.ok ? volatility.value : null;
    return ok({ gamma: given, gammaSource: "given", terms, volatility: known });
  }
  if (config.greeks === "given") return err("greeks_missing");
  if (!volatility.ok) return volatility;
  const gamma = optionGamma(terms, volatility.value);
  return ok({ gamma, gammaSource: "computed", terms, volatility: volatility.value });
}

/** Delta per share, by the same preference. */
export function contractDelta(
  contract: OptionContract,
  terms: OptionTerms,
  config: GammaConfig,
): Result<number, GreeksFault> {
  const { delta, right } = contract;
  const signed = right === "CALL" ? delta : delta === null ? null : -delta;
  const isSound = signed !== null && signed >= 0 && signed <= 1;
  if (config.greeks !== "computed" && delta !== null && isSound) return ok(delta);
  if (config.greeks === "given") return err("greeks_missing");
  const volatility = contractVolatility(contract, terms, config);
  return volatility.ok ? ok(optionDelta(terms, volatility.value)) : volatility;
}

/** A gamma of 0 beside a volatility of 0 is how sources write that they have none. */
function givenGamma({ gamma, implied_volatility }: OptionContract): number | null {
  if (gamma === null || !Number.isFinite(gamma) || gamma < 0) return null;
  return gamma === 0 && !isVolatility(implied_volatility) ? null : gamma;
}

function contractVolatility(
  contract: OptionContract,
  terms: OptionTerms,
  config: GammaConfig,
): Result<number, GreeksFault> {
  const { implied_volatility: given, bid, ask } = contract;
  if (isVolatility(given)) return ok(given);
  if (config.greeks === "given") return err("greeks_missing");
  if (!isPrice(bid) || !isPrice(ask)) return err("greeks_missing");
  if (bid > ask) return err("quote_crossed");
  // Half of a lone offer is nobody's price.
  if (bid === 0 || ask === 0) return err("quote_one_sided");
  return impliedVolatility(terms, (bid + ask) / 2);
}

function isVolatility(value: number | null): value is number {
  return value !== null && value > leastVolatility && value <= mostVolatility;
}

function isPrice(value: number | null): value is number {
  return value !== null && Number.isFinite(value) && value >= 0;
}
