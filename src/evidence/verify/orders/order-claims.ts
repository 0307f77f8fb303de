import { executionCounts } from "./execution-counts.ts";
import { fenceAudit } from "./fence-audit.ts";
import type { OrderClaim } from "./order-claim.ts";
import { orderStream } from "./order-stream.ts";
import { p0Attempts } from "./p0-attempts.ts";
import { p1Acks } from "./p1-acks.ts";
import { p2TerminalState } from "./p2-terminal-state.ts";
import { p3Fills } from "./p3-fills.ts";
import { p4Bills } from "./p4-bills.ts";
import { p5AuditorJoin } from "./p5-auditor-join.ts";
import { positionsBalance } from "./positions-balance.ts";
import { rawSamples } from "./raw-samples.ts";
import { rawShards } from "./raw-shards.ts";
import { step32Orphans } from "./step32-orphans.ts";
import { step33FillsBillsJoin } from "./step33-fills-bills-join.ts";
import { step34PagingClosure } from "./step34-paging-closure.ts";
import { step38AuditScopes } from "./step38-audit-scopes.ts";
import { step41EvidenceRefs } from "./step41-evidence-refs.ts";
import { step43RefIndex } from "./step43-ref-index.ts";
import { step74Freeze } from "./step74-freeze.ts";
import { step88OrderConfirmation } from "./step88-order-confirmation.ts";
import { step93AgentRoster } from "./step93-agent-roster.ts";
import { step93StartupFlatten } from "./step93-startup-flatten.ts";
import { step94OneShotClosure } from "./step94-one-shot-closure.ts";
import { tierContract } from "./tier-contract.ts";
import { venueDeaths } from "./venue-deaths.ts";
import { venueGenomes } from "./venue-genomes.ts";
import { venueManifestClaim } from "./venue-manifest.ts";
import { venuePopulation } from "./venue-population.ts";
import { venueSummaryClaim } from "./venue-summary.ts";

/**
 * The claims about recorded order evidence, in the order they are reported. A claim that rests on
 * others stands after them.
 */
export const orderClaims: readonly OrderClaim[] = [
  tierContract,
  venueManifestClaim,
  orderStream,
  step93AgentRoster,
  venueGenomes,
  venuePopulation,
  venueDeaths,
  step93StartupFlatten,
  p0Attempts,
  p1Acks,
  p2TerminalState,
  p3Fills,
  p4Bills,
  p5AuditorJoin,
  step88OrderConfirmation,
  step94OneShotClosure,
  step32Orphans,
  step33FillsBillsJoin,
  step34PagingClosure,
  step38AuditScopes,
  step41EvidenceRefs,
  step43RefIndex,
  step74Freeze,
  fenceAudit,
  executionCounts,
  venueSummaryClaim,
  positionsBalance,
  rawShards,
  rawSamples,
];
