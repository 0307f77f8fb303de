/**
 * Metrics of one service, with a registry of their own. Names are `assay_...` in base units:
 * `_total` on counters alone, `_seconds`, `_bytes` or `_ratio` on what has a unit. Labels have few
 * values: never an id, a symbol of an open list or a text. Asking twice for one name gives the same
 * metric; asking for it with another kind or other labels is a Defect.
 */
export type Metrics = Readonly<{
  counter: <L extends string = never>(about: MetricAbout<L>) => Counter<L>;
  gauge: <L extends string = never>(about: MetricAbout<L>) => Gauge<L>;
  histogram: <L extends string = never>(
    about: MetricAbout<L> & Readonly<{ buckets: readonly number[] }>,
  ) => Histogram<L>;
  /** All of them in the text form of Prometheus. */
  text: () => Promise<string>;
  contentType: string;
}>;

export type MetricAbout<L extends string> = Readonly<{
  name: `assay_${string}`;
  help: string;
  labels?: readonly L[];
}>;

export type Labels<L extends string> = Readonly<Record<L, string>>;

export type Counter<L extends string> = Readonly<{
  add: (labels: Labels<L>, count?: number) => void;
}>;

export type Gauge<L extends string> = Readonly<{ set: (labels: Labels<L>, value: number) => void }>;

export type Histogram<L extends string> = Readonly<{
  observe: (labels: Labels<L>, value: number) => void;
}>;
