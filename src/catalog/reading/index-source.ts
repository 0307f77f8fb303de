import type { Fault } from "#base";
import type { Source } from "../sources/source.ts";
import type { SourceKind } from "../tables/source-rows.ts";
import { indexCampaign } from "./index-campaign.ts";
import { indexDataset } from "./index-dataset.ts";
import { indexIncident } from "./index-incident.ts";
import { indexPool } from "./index-pool.ts";
import { indexRun } from "./index-run.ts";
import type { RowSink } from "./row-sink.ts";

/**
 * Puts the rows of one source. A fault says why it cannot be read; what was put before is then to
 * be forgotten.
 */
export function indexSource(root: string, source: Source, sink: RowSink): Promise<Fault | null> {
  return readers[source.kind](root, source, sink);
}

type Reader = (root: string, source: Source, sink: RowSink) => Promise<Fault | null>;

const readers: Readonly<Record<SourceKind, Reader>> = {
  run: indexRun,
  dataset: indexDataset,
  campaign: indexCampaign,
  pool: indexPool,
  incident: indexIncident,
};
