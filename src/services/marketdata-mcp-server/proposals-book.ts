import { type Proposal, proposalCodec } from "#protocol";

/** The latest proposals that went over the bus, each with its latest status. */
export type ProposalsBook = Readonly<{
  take: (payload: unknown) => boolean;
  /** Newest first. */
  list: (strategy: string | null, limit: number) => readonly Proposal[];
}>;

/** What is older is in the evidence of the strategies, not here. */
const kept = 200;

export function createProposalsBook(): ProposalsBook {
  const byId = new Map<string, Proposal>();
  return {
    take(payload): boolean {
      const proposal = proposalCodec.read(payload);
      if (!proposal.ok) return false;
      byId.delete(proposal.value.proposal_id);
      byId.set(proposal.value.proposal_id, proposal.value);
      for (const id of byId.keys()) if (byId.size > kept) byId.delete(id);
      return true;
    },
    list(strategy, limit): readonly Proposal[] {
      return [...byId.values()]
        .filter((proposal) => strategy === null || proposal.strategy_name === strategy)
        .toReversed()
        .slice(0, limit);
    },
  };
}
