import { err, type Fault, ok, type Result } from "#base";
import type { PoolRecord } from "../artifacts/pool-record.ts";

/** One condition of a selection; a record is taken when all of them hold. */
export type SnapshotFilter = Readonly<{
  field: string;
  operator: FilterOperator;
  value: FilterValue;
}>;

export type FilterValue = string | number | boolean;

export const filterOperators = ["=", "!=", ">=", "<=", ">", "<"] as const;

export type FilterOperator = (typeof filterOperators)[number];

/** What a selection may look at, by the name the value has in the record. */
const readerByField: Readonly<Record<string, (record: PoolRecord) => FilterValue | null>> = {
  run_id: ({ source }) => source.run_id,
  seed: ({ source }) => source.seed,
  dataset_id: ({ source }) => source.dataset_id,
  window: ({ source }) => source.window.name,
  config_hash: ({ source }) => source.config_hash,
  core_hash: ({ source }) => source.core_hash,
  cohort_id: ({ cohort_id }) => cohort_id,
  lineage_id: ({ lineage_id }) => lineage_id,
  gene_id: ({ gene_id }) => gene_id,
  genome_schema_version: ({ genome_schema_version }) => genome_schema_version,
  origin: ({ origin }) => origin,
  generation: ({ generation }) => generation,
  lifetime_return: ({ metrics_summary }) => metrics_summary.lifetime_return,
  costs_micro: ({ metrics_summary }) => metrics_summary.costs_micro,
  final_capital_micro: ({ metrics_summary }) => metrics_summary.life.final_capital_micro,
  closed: ({ metrics_summary }) => metrics_summary.life.closed,
  children: ({ metrics_summary }) => metrics_summary.life.children,
  age_ticks: ({ metrics_summary }) => metrics_summary.life.age_ticks,
  run_deaths: ({ metrics_summary }) => metrics_summary.run_deaths,
  has_nan: ({ metrics_summary }) => metrics_summary.has_nan,
  has_inf: ({ metrics_summary }) => metrics_summary.has_inf,
  has_explosion: ({ metrics_summary }) => metrics_summary.has_explosion,
};

export const filterFields: readonly string[] = Object.keys(readerByField);

const numberFields: ReadonlySet<string> = new Set([
  "seed",
  "generation",
  "lifetime_return",
  "costs_micro",
  "final_capital_micro",
  "closed",
  "children",
  "age_ticks",
  "run_deaths",
]);
const flagFields: ReadonlySet<string> = new Set(["has_nan", "has_inf", "has_explosion"]);

/** `lifetime_return>=0.1`, `window=train`, `has_nan=false`. Fault: snapshot_filter_malformed. */
export function parseFilter(text: string): Result<SnapshotFilter, Fault> {
  const parts = /^([a-z_]+)(!=|>=|<=|=|>|<)(.+)$/s.exec(text);
  const [, field = "", sign = "", written = ""] = parts ?? [];
  const operator = filterOperators.find((known) => known === sign);
  if (operator === undefined)
    return malformed(text, "expected FIELD, =, !=, >=, <=, > or <, VALUE");
  if (!filterFields.includes(field)) {
    return malformed(text, `the fields are ${filterFields.join(", ")}`);
  }
  const value = valueOf(field, written);
  if (value === null) {
    const expected = numberFields.has(field) ? "a plain number" : "true or false";
    return malformed(text, `${field} is compared with ${expected}`);
  }
  const filter: SnapshotFilter = { field, operator, value };
  return isFilter(filter) ? ok(filter) : malformed(text, `${field} is only equal or not`);
}

function valueOf(field: string, written: string): FilterValue | null {
  if (numberFields.has(field)) {
    const value = Number(written);
    return /^-?\d+(?:\.\d+)?(?:e-?\d+)?$/.test(written) && Number.isFinite(value) ? value : null;
  }
  if (!flagFields.has(field)) return written;
  return written === "true" ? true : written === "false" ? false : null;
}

/** Whether a recorded filter is one that parseFilter gives. */
export function isFilter({ field, operator, value }: SnapshotFilter): boolean {
  if (!filterFields.includes(field)) return false;
  if (numberFields.has(field)) return typeof value === "number";
  if (operator !== "=" && operator !== "!=") return false;
  return typeof value === (flagFields.has(field) ? "boolean" : "string");
}

export function filterText({ field, operator, value }: SnapshotFilter): string {
  return `${field}${operator}${value}`;
}

/** Tells which records a rule takes; a value that a record does not know is never taken. */
export function createSelector(rule: readonly SnapshotFilter[]): (record: PoolRecord) => boolean {
  const conditions = rule.map(({ field, operator, value }) => {
    const read = readerByField[field];
    return (record: PoolRecord): boolean => {
      const found = read?.(record) ?? null;
      return found !== null && holds[operator](found, value);
    };
  });
  return (record) => conditions.every((condition) => condition(record));
}

const holds: Readonly<Record<FilterOperator, (found: FilterValue, value: FilterValue) => boolean>> =
  {
    "=": (found, value) => found === value,
    "!=": (found, value) => found !== value,
    ">=": (found, value) => found >= value,
    "<=": (found, value) => found <= value,
    ">": (found, value) => found > value,
    "<": (found, value) => found < value,
  };

function malformed(text: string, expected: string): Result<never, Fault> {
  const message = `not a filter: ${JSON.stringify(text.slice(0, 80))}; ${expected}`;
  return err({ code: "snapshot_filter_malformed", message });
}
