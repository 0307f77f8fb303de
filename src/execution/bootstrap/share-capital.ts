import { err, type Fault, ok, type Result } from "#base";
import { type Amount, amountText, floorMicro, microAmount } from "../amounts/amount.ts";

/** How capital becomes agents. */
export type CapitalRule = Readonly<{
  /** Millionths of the equity that agents may hold; below one million. */
  allocationRatioPpm: number;
  capitalPerAgentMicro: number;
  minAgents: number;
  maxAgents: number;
}>;

export type CapitalShare = Readonly<{
  agents: number;
  capitalPerAgentMicro: number;
  /** What stays: the share that is not allocated, and the dust of the division. */
  reserve: Amount;
}>;

export const agentCountRule =
  "floor(equity * allocation_ratio / capital_per_agent), at most max_agents and genomes at hand";

/**
 * Divides the equity that the exchange reports after the flatten. Nothing is made up: what does
 * not make a whole agent stays in the reserve. Fault: capital_too_small.
 */
export function shareCapital(
  equity: Amount,
  genomes: number,
  rule: CapitalRule,
): Result<CapitalShare, Fault> {
  const { allocationRatioPpm, capitalPerAgentMicro, minAgents, maxAgents } = rule;
  const target = floorMicro((equity * BigInt(allocationRatioPpm)) / 1_000_000n);
  const affordable = Math.floor(target / capitalPerAgentMicro);
  const agents = Math.min(affordable, maxAgents, genomes);
  if (agents < minAgents) {
    const message =
      affordable < minAgents
        ? tooPoor(equity, affordable, rule)
        : `the snapshot has ${genomes} genomes, and at least ${minAgents} are asked for`;
    return err({ code: "capital_too_small", message });
  }
  const reserve = equity - microAmount(agents * capitalPerAgentMicro);
  return ok({ agents, capitalPerAgentMicro, reserve });
}

/** What there is, what is needed, and what to change. */
function tooPoor(equity: Amount, affordable: number, rule: CapitalRule): string {
  const { allocationRatioPpm, capitalPerAgentMicro, minAgents } = rule;
  const capital = microAmount(capitalPerAgentMicro);
  const share = BigInt(allocationRatioPpm);
  const need = (capital * BigInt(minAgents) * 1_000_000n + share - 1n) / share;
  return (
    `the account's equity of ${amountText(equity)} makes ${affordable} of at least ${minAgents} ` +
    `agents: ${amountText(capital)} for each takes an equity of ${amountText(need)} at an ` +
    `allocation ratio of ${allocationRatioPpm / 1_000_000}; lower --capital-per-agent`
  );
}
