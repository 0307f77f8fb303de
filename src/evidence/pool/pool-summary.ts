import type { PoolRecord } from "../artifacts/pool-record.ts";
import type { MarketWindow } from "./snapshot-document.ts";

/** How many genomes there are, and from which market windows, while records go by. */
export type PoolSummary = Readonly<{
  take: (record: Pick<PoolRecord, "gene_id" | "source">) => void;
  genes: () => number;
  /** By dataset, start, end and name. */
  windows: () => readonly MarketWindow[];
}>;

export function createPoolSummary(): PoolSummary {
  const genes = new Set<string>();
  const windowByKey = new Map<string, { window: Omit<MarketWindow, "records">; records: number }>();
  return {
    take({ gene_id, source }): void {
      genes.add(gene_id);
      const { dataset_id, window } = source;
      const { name, start_utc, end_utc } = window;
      const key = JSON.stringify([dataset_id, start_utc, end_utc, name]);
      const entry = windowByKey.get(key) ?? {
        window: { dataset_id, name, start_utc, end_utc },
        records: 0,
      };
      entry.records += 1;
      windowByKey.set(key, entry);
    },
    genes: () => genes.size,
    windows: () =>
      [...windowByKey]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([, { window, records }]) => ({ ...window, records })),
  };
}
