import type { OptionChain, OptionContract, OptionTrade } from "#strategies";

/** 2023-09-14 11:00 in New York, a Thursday in session. */
export const optionsNoon = Date.UTC(2023, 8, 14, 15);

/** A call at 100 with three months to go and everything known; what a test sets is what matters. */
export function anOption(change: Partial<OptionContract> = {}): OptionContract {
  return {
    contract_symbol: "X231215C00100000",
    right: "CALL",
    strike: 100,
    expiration: "2023-12-15",
    expires_at_ms: null,
    open_interest: 10,
    implied_volatility: 0.2,
    delta: 0.5,
    gamma: 0.04,
    bid: 3.9,
    ask: 4.1,
    ...change,
  };
}

/** A chain of one underlying at 100. */
export function aChain(
  contracts: readonly OptionContract[],
  change: Partial<OptionChain> = {},
): OptionChain {
  return { underlying: "SPY", spot: 100, as_of_ms: optionsNoon, contracts, ...change };
}

/** Ten calls bought at the ask on one venue, a minute ago. */
export function aTrade(change: Partial<OptionTrade> = {}): OptionTrade {
  return {
    source: "test",
    trade_id: null,
    ts_ms: optionsNoon - 60_000,
    underlying: "SPY",
    contract_symbol: "SPY231215C00450000",
    right: "CALL",
    strike: "450",
    expiration: "2023-12-15",
    price: "5.00",
    size: "10",
    bid: "4.90",
    ask: "5.00",
    spot: "450.81",
    open_interest: "1000",
    volume: "100",
    venue: "C",
    ...change,
  };
}
