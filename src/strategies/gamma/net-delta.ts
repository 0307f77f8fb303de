import { err, ok, type Result } from "#base";
import { contractDelta, contractTerms, type Vantage } from "./contract-greeks.ts";
import type { HedgeBook, HeldOption } from "./gamma-view.ts";
import { sharesPerContract } from "./measure-gamma.ts";
import type { OptionChain } from "./option-chain.ts";

/** What is held, in shares of the underlying; or the first leg whose delta nobody knows. */
export function netDeltaShares(
  book: HedgeBook,
  chain: OptionChain,
  vantage: Vantage,
): Result<number, string> {
  let shares = book.shares;
  for (const held of book.options) {
    if (held.quantity === 0) continue;
    const delta = deltaOf(held, chain, vantage);
    if (!delta.ok) return delta;
    shares += delta.value * held.quantity * sharesPerContract;
  }
  return ok(shares);
}

function deltaOf(held: HeldOption, chain: OptionChain, vantage: Vantage): Result<number, string> {
  const symbol = held.contract_symbol;
  const rows = chain.contracts.filter((contract) => contract.contract_symbol === symbol);
  const [contract, second] = rows;
  if (contract === undefined) return err(`${symbol} is held but not in the chain`);
  if (second !== undefined) return err(`${symbol} is held and stands in the chain more than once`);
  const terms = contractTerms(contract, vantage);
  if (!terms.ok) return err(`${symbol} is held and has no delta: ${terms.fault}`);
  const delta = contractDelta(contract, terms.value, vantage.config);
  return delta.ok ? delta : err(`${symbol} is held and has no delta: ${delta.fault}`);
}
