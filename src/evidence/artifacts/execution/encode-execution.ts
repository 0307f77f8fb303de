import type { z } from "zod";
import { Defect } from "#base";
import { documentText } from "../../run/documents.ts";
import {
  type ExchangeSnapshotLine,
  exchangeSnapshotLine,
  type LedgerAudit,
  ledgerAudit,
  type ReconciliationLine,
  type ReconciliationSummary,
  reconciliationLine,
  reconciliationSummary,
} from "./account-records.ts";
import {
  type AlignmentReport,
  alignmentReport,
  type RawSamplesDocument,
  rawSamplesDocument,
} from "./alignment-bundle.ts";
import {
  type AgentStateLine,
  agentStateLine,
  type ComfortLine,
  comfortLine,
  type EProbeLine,
  eProbeLine,
  type FrictionStatsLine,
  frictionStatsLine,
  type MarketBarLine,
  marketBarLine,
} from "./decision-inputs.ts";
import { type DecisionRules, decisionRules } from "./decision-rules.ts";
import {
  type ErrorBasket,
  type ErrorEventLine,
  errorBasket,
  errorEventLine,
} from "./error-basket.ts";
import {
  type LatencyLine,
  latencyLine,
  type OrderBookLine,
  orderBookLine,
  type PriceReferenceLine,
  priceReferenceLine,
  type QualitySummary,
  qualitySummary,
  type SlippageLine,
  slippageLine,
} from "./execution-quality.ts";
import {
  type GatingEventLine,
  gatingEventLine,
  type ProbeGatingLine,
  type ProbeHealthLine,
  probeGatingLine,
  probeHealthLine,
  type StartupProbe,
  startupProbe,
} from "./probes.ts";
import {
  type LifecycleLine,
  type LifecycleReport,
  lifecycleLine,
  lifecycleReport,
  type VenueBirthLine,
  type VenueDeathLine,
  type VenueGenomeLine,
  venueBirthLine,
  venueDeathLine,
  venueGenomeLine,
} from "./venue-lives.ts";
import { type VenueManifest, venueManifest } from "./venue-manifest.ts";
import { type VenueSummary, venueSummary } from "./venue-summary.ts";

/** The lines that a venue run lands besides its order evidence, by the stem of their file. */
export type ExecutionLines = Readonly<{
  market_bars: MarketBarLine;
  e_probes: EProbeLine;
  agent_states: AgentStateLine;
  mf_stats_ticks: FrictionStatsLine;
  comfort_ticks: ComfortLine;
  genomes_snapshot: VenueGenomeLine;
  birth_events: VenueBirthLine;
  death_events: VenueDeathLine;
  lifecycle_events: LifecycleLine;
  probe_health_ticks: ProbeHealthLine;
  probe_gating_ticks: ProbeGatingLine;
  execution_gating_events: GatingEventLine;
  exchange_snapshots: ExchangeSnapshotLine;
  capital_reconciliation_events: ReconciliationLine;
  exchange_error_events: ErrorEventLine;
  price_reference_snapshots: PriceReferenceLine;
  orderbook_snapshots: OrderBookLine;
  slippage_records: SlippageLine;
  latency_records: LatencyLine;
}>;

/** Its documents; names of files are the keys, but of the two of the alignment bundle. */
export type ExecutionDocuments = Readonly<{
  run_manifest: VenueManifest;
  decision_rules: DecisionRules;
  multiple_experiments_summary: VenueSummary;
  probe_startup_full: StartupProbe;
  lifecycle_judge_report: LifecycleReport;
  post_run_ledger_audit: LedgerAudit;
  reconciliation_summary: ReconciliationSummary;
  exchange_error_basket: ErrorBasket;
  execution_quality_summary: QualitySummary;
  alignment_report: AlignmentReport;
  raw_samples: RawSamplesDocument;
}>;

/** One record as one line without its end. A record that its schema refuses is a Defect. */
export function executionLineText<File extends keyof ExecutionLines>(
  file: File,
  record: ExecutionLines[File],
): string {
  const checked = lineSchemas[file].safeParse(record);
  if (checked.success) return JSON.stringify(checked.data);
  const issue = checked.error.issues[0];
  throw new Defect(`${file}: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** A document with two spaces of indent and one line end. Defect as above. */
export function executionDocumentText<File extends keyof ExecutionDocuments>(
  file: File,
  document: ExecutionDocuments[File],
): string {
  return documentText(documentSchemas[file], document);
}

const lineSchemas: { readonly [File in keyof ExecutionLines]: z.ZodType<ExecutionLines[File]> } = {
  market_bars: marketBarLine,
  e_probes: eProbeLine,
  agent_states: agentStateLine,
  mf_stats_ticks: frictionStatsLine,
  comfort_ticks: comfortLine,
  genomes_snapshot: venueGenomeLine,
  birth_events: venueBirthLine,
  death_events: venueDeathLine,
  lifecycle_events: lifecycleLine,
  probe_health_ticks: probeHealthLine,
  probe_gating_ticks: probeGatingLine,
  execution_gating_events: gatingEventLine,
  exchange_snapshots: exchangeSnapshotLine,
  capital_reconciliation_events: reconciliationLine,
  exchange_error_events: errorEventLine,
  price_reference_snapshots: priceReferenceLine,
  orderbook_snapshots: orderBookLine,
  slippage_records: slippageLine,
  latency_records: latencyLine,
};

const documentSchemas: {
  readonly [File in keyof ExecutionDocuments]: z.ZodType<ExecutionDocuments[File]>;
} = {
  run_manifest: venueManifest,
  decision_rules: decisionRules,
  multiple_experiments_summary: venueSummary,
  probe_startup_full: startupProbe,
  lifecycle_judge_report: lifecycleReport,
  post_run_ledger_audit: ledgerAudit,
  reconciliation_summary: reconciliationSummary,
  exchange_error_basket: errorBasket,
  execution_quality_summary: qualitySummary,
  alignment_report: alignmentReport,
  raw_samples: rawSamplesDocument,
};
