import { err, ok, type Result } from "#base";
import type { Reason, RefusalCode } from "../decision.ts";
import { contractGreeks, contractTerms, type MaskReason, type Vantage } from "./contract-greeks.ts";
import { distinctContracts } from "./distinct-contracts.ts";
import type { GammaConfig } from "./gamma-config.ts";
import type { OptionChain, OptionContract } from "./option-chain.ts";
import { type Regime, regimeOf } from "./regime.ts";
import { type RepricedContract, type RepricedZero, repricedZero } from "./repriced-gamma.ts";
import { crossingPoint, type Point, signChanges } from "./sign-change.ts";

/** Shares of a listed option. */
export const sharesPerContract = 100;

/**
 * Dealer gamma exposure of one chain: dealers are taken to be long calls and short puts. Unit of
 * `per_dollar`: the change of the dealers' delta, valued at the spot, when the price moves by 1;
 * `per_percent`: when it moves by 1 % of the spot.
 */
export type GammaReport = Readonly<{
  underlying: string;
  as_of_ms: number;
  spot: number;
  rows: number;
  /** Contracts that entered the sums. */
  used: number;
  /** Known to have no open interest: they add nothing, and are not masked. */
  without_open_interest: number;
  /** Of those used, gamma by our own formula. */
  computed: number;
  masked: Readonly<Partial<Record<MaskReason, number>>>;
  call_per_dollar: number;
  put_per_dollar: number;
  net_per_dollar: number;
  net_per_percent: number;
  regime: Regime;
  /** Ascending. */
  by_strike: readonly StrikeGamma[];
  zero_gamma: ZeroGamma;
}>;

export type StrikeGamma = Readonly<{
  strike: number;
  call_per_dollar: number;
  put_per_dollar: number;
  net_per_dollar: number;
}>;

/**
 * Three answers to one question. The first two interpolate over strikes and hold gamma where it
 * is today; only the third moves the price. Null where no sign changes.
 */
export type ZeroGamma = Readonly<{
  /** First change of sign of the exposure per strike. */
  by_strike: number | null;
  /** First change of sign of its running sum from the lowest strike. */
  by_cumulative_strike: number | null;
  repriced: RepricedZero;
  /** Used contracts that the repricing had to leave out for want of a volatility. */
  repriced_without: number;
}>;

export type GammaFault = Readonly<{ code: RefusalCode; reason: Reason }>;

/** Adds a chain up, or says what it lacks; nothing known is never 0. */
export function measureGamma(
  chain: OptionChain,
  config: GammaConfig,
): Result<GammaReport, GammaFault> {
  const { spot } = chain;
  const name = chain.underlying;
  if (spot === null) return missing("spot_missing", `${name}: the chain has no spot price`);
  if (!(Number.isFinite(spot) && spot > 0)) {
    const message = `${name}: the spot price is ${spot}`;
    return err({ code: "input_malformed", reason: { code: "spot_invalid", message } });
  }
  const tally = tallyOf(chain, { spot, asOfMs: chain.as_of_ms, config });
  if (tally.terms.length === 0) {
    const [code, what] =
      tally.withoutInterest > 0
        ? (["open_interest_all_zero", "no contract with open interest"] as const)
        : (["chain_all_masked", "no contract with open interest and greeks"] as const);
    return missing(code, `${name}: ${what} among ${chain.contracts.length} rows`);
  }
  const report = reportOf(chain, spot, tally, config);
  if (Number.isFinite(report.call_per_dollar) && Number.isFinite(report.put_per_dollar)) {
    return ok(report);
  }
  const message = `${name}: the exposures are too large to add up`;
  return err({ code: "input_malformed", reason: { code: "exposure_out_of_range", message } });
}

/** A contract's share of the sums. */
type Term = Readonly<{
  strike: number;
  isCall: boolean;
  exposure: number;
  priced: RepricedContract;
}>;

type Tally = Readonly<{
  terms: readonly Term[];
  withoutInterest: number;
  masked: Partial<Record<MaskReason, number>>;
}>;

function tallyOf(chain: OptionChain, vantage: Vantage): Tally {
  const { contracts, repeated, contradicted } = distinctContracts(chain.contracts);
  const masked: Partial<Record<MaskReason, number>> = {};
  if (repeated > 0) masked.contract_repeated = repeated;
  if (contradicted > 0) masked.contract_contradicted = contradicted;
  const terms: Term[] = [];
  let withoutInterest = 0;
  for (const contract of contracts) {
    const seen = lookAt(contract, vantage);
    if (!seen.ok) masked[seen.fault] = (masked[seen.fault] ?? 0) + 1;
    else if (seen.value === null) withoutInterest += 1;
    else terms.push(seen.value);
  }
  return { terms, withoutInterest, masked };
}

/** Null: the contract is known to add nothing. */
function lookAt(contract: OptionContract, vantage: Vantage): Result<Term | null, MaskReason> {
  const { open_interest: interest, strike } = contract;
  const terms = contractTerms(contract, vantage);
  if (!terms.ok) return terms;
  if (interest === null) return err("open_interest_missing");
  if (!Number.isSafeInteger(interest) || interest < 0) return err("open_interest_invalid");
  if (interest === 0) return ok(null);
  const greeks = contractGreeks(contract, terms.value, vantage.config);
  if (!greeks.ok) return greeks;
  const isCall = contract.right === "CALL";
  const weight = (isCall ? interest : -interest) * sharesPerContract;
  const exposure = greeks.value.gamma * weight * vantage.spot;
  return ok({ strike, isCall, exposure, priced: { greeks: greeks.value, weight } });
}

function reportOf(
  chain: OptionChain,
  spot: number,
  { terms, withoutInterest, masked }: Tally,
  config: GammaConfig,
): GammaReport {
  const strikes = sumByStrike(terms);
  let [calls, puts] = [0, 0];
  for (const { call_per_dollar, put_per_dollar } of strikes) {
    calls += call_per_dollar;
    puts += put_per_dollar;
  }
  const net = calls + puts;
  const priced = terms.map((term) => term.priced);
  return {
    underlying: chain.underlying,
    as_of_ms: chain.as_of_ms,
    spot,
    rows: chain.contracts.length,
    used: terms.length,
    without_open_interest: withoutInterest,
    computed: priced.filter(({ greeks }) => greeks.gammaSource === "computed").length,
    masked,
    call_per_dollar: calls,
    put_per_dollar: puts,
    net_per_dollar: net,
    net_per_percent: net * spot * 0.01,
    regime: regimeOf(net),
    by_strike: strikes,
    zero_gamma: {
      by_strike: firstZero(strikes.map((row) => ({ x: row.strike, y: row.net_per_dollar }))),
      by_cumulative_strike: firstZero(runningSum(strikes)),
      repriced: repricedZero(priced, {
        spot,
        span: config.reprice_span,
        step: config.reprice_step,
      }),
      repriced_without: priced.filter(({ greeks }) => greeks.volatility === null).length,
    },
  };
}

/** Terms come in ascending strikes. */
function sumByStrike(terms: readonly Term[]): readonly StrikeGamma[] {
  const rows = new Map<number, { call: number; put: number }>();
  for (const { strike, isCall, exposure } of terms) {
    const row = rows.get(strike) ?? { call: 0, put: 0 };
    if (isCall) row.call += exposure;
    else row.put += exposure;
    rows.set(strike, row);
  }
  return [...rows].map(([strike, { call, put }]) => ({
    strike,
    call_per_dollar: call,
    put_per_dollar: put,
    net_per_dollar: call + put,
  }));
}

function runningSum(strikes: readonly StrikeGamma[]): readonly Point[] {
  let sum = 0;
  return strikes.map(({ strike, net_per_dollar }) => {
    sum += net_per_dollar;
    return { x: strike, y: sum };
  });
}

function firstZero(points: readonly Point[]): number | null {
  const first = signChanges(points)[0];
  return first === undefined ? null : crossingPoint(first);
}

function missing(code: string, message: string): Result<never, GammaFault> {
  return err({ code: "input_missing", reason: { code, message } });
}
