import type { Metrics } from "#mesh";
import type { WatermarkCounts } from "./ledger/watermark.ts";

export type IngestMeters = Readonly<{
  rows: (counts: WatermarkCounts) => void;
  failed: (reason: string) => void;
  published: (count: number) => void;
}>;

export function createIngestMeters(metrics: Metrics): IngestMeters {
  const rows = metrics.counter({
    name: "assay_congress_rows_total",
    help: "Rows that were judged, by what became of them.",
    labels: ["result"],
  });
  const failures = metrics.counter({
    name: "assay_congress_poll_failures_total",
    help: "Looks at a source that failed, by reason.",
    labels: ["reason"],
  });
  const published = metrics.counter({
    name: "assay_congress_published_total",
    help: "Disclosures that the bus has answered for.",
  });
  return {
    rows({ disclosed, known, refused }) {
      rows.add({ result: "disclosed" }, disclosed);
      rows.add({ result: "known" }, known);
      rows.add({ result: "refused" }, refused);
    },
    failed: (reason) => failures.add({ reason }),
    published: (count) => published.add({}, count),
  };
}
