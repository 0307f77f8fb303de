import type { Sizes } from "../amounts/sizes.ts";
import { type Colony, type ColonyRules, createColony, type Member } from "../colony/colony.ts";
import { agentIdHash, agentIdText } from "../landing/agent-names.ts";
import type { ChosenGenomes } from "./choose-genomes.ts";
import type { CapitalShare } from "./share-capital.ts";

type Founding = Readonly<{
  runId: string;
  sizes: Sizes;
  rules: ColonyRules;
  genomes: ChosenGenomes;
  share: CapitalShare;
}>;

/** As many agents as the capital makes, one genome each, all flat. */
export function foundColony({ runId, sizes, rules, genomes, share }: Founding): Colony {
  const founders = genomes.genomes.slice(0, share.agents).map((genome, index) => {
    const number = index + 1;
    const id = agentIdText(number);
    const member: Member = {
      number,
      id,
      hash: agentIdHash(runId, id),
      geneId: genome.geneId,
      capitalMicro: share.capitalPerAgentMicro,
      feesMicro: 0,
      fills: 0,
    };
    return { member, weights: genome.weights };
  });
  return createColony({ sizes, schemaVersion: genomes.schemaVersion, rules, founders });
}
