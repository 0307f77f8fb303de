import { isJsonList, isoFromMillis, type Json } from "#base";
import type { ExecutionDocuments, JsonRecord } from "#evidence";
import type { VenueLibrary } from "#venues";
import { fieldsByEndpoint } from "./field-map.ts";
import type { SeenEndpoint } from "./raw-collector.ts";

type AlignmentReport = ExecutionDocuments["alignment_report"];
type AlignedOperation = AlignmentReport["operations"][number];

export type AlignmentParts = Readonly<{
  runId: string;
  library: VenueLibrary;
  mode: "okx_demo" | "okx_live";
  instId: string;
  nowMs: number;
  endpoints: readonly SeenEndpoint[];
}>;

export type AlignmentBundle = Readonly<{
  reportName: string;
  report: AlignmentReport;
  samplesName: string;
  samples: ExecutionDocuments["raw_samples"];
}>;

const stemByLibrary = { direct: "okx_rest", okx_sdk: "okx_sdk", ccxt: "ccxt" } as const;

/** What this run's library meant by its words, shown by answers that it really got. */
export function alignmentBundle(parts: AlignmentParts): AlignmentBundle {
  const { runId, library, endpoints } = parts;
  const stem = stemByLibrary[library];
  const operations = endpoints.map(operationOf);
  return {
    reportName: `${stem}_alignment_report.json`,
    report: {
      schema_version: "execution_alignment/1",
      run_id: runId,
      ts_utc: isoFromMillis(parts.nowMs),
      exchange_lib: library,
      exchange_id: "okx",
      env: parts.mode,
      inst_id: parts.instId,
      execution_alignment_ok: operations.every(({ fields }) =>
        fields.every(({ present }) => present),
      ),
      operations,
      missing_field_policy:
        "a field that an answer lacks is unknown and refuses; nothing is guessed",
      known_risks: [
        "a demo account's fills are not a live account's: impedance is a demo proxy",
        "demo positions may come empty: they are rebuilt from fills and the run says so",
        "switching the library is another world: compare with assay venue diff first",
      ],
    },
    samplesName: `${stem}_raw_samples.json`,
    samples: {
      schema_version: "execution_raw_samples/1",
      run_id: runId,
      samples: endpoints.flatMap(({ sample }) => sample ?? []),
    },
  };
}

function operationOf(seen: SeenEndpoint): AlignedOperation {
  const { endpoint, method, calls, sample } = seen;
  const known = fieldsByEndpoint[endpoint];
  const row = sample === null ? null : firstRow(sample.raw);
  return {
    operation: known?.operation ?? seen.operation,
    method,
    endpoint,
    calls,
    impact: known?.impact ?? "M",
    fields:
      row === null
        ? []
        : (known?.fields ?? []).map(([port_field, venue_field]) => ({
            port_field,
            venue_field,
            present: isPresent(row, venue_field),
          })),
    sample_id: sample?.sample_id ?? null,
    sample_id_reason: sample === null ? "no_answer_with_rows" : null,
  };
}

function firstRow(raw: JsonRecord): Json {
  const answer = raw["answer"];
  const data = answer === undefined ? undefined : memberOf(answer, "data");
  return data !== undefined && data !== null && isJsonList(data) ? (data[0] ?? null) : null;
}

/** `details.eq` looks into the first of a list on its way. */
function isPresent(row: Json, path: string): boolean {
  let at: Json | undefined = row;
  for (const name of path.split(".")) {
    if (at === undefined || at === null) return false;
    if (isJsonList(at) && !/^\d+$/.test(name)) at = at[0];
    if (at === undefined || at === null) return false;
    at = isJsonList(at) ? at[Number(name)] : memberOf(at, name);
  }
  return at !== undefined;
}

function memberOf(value: Json, name: string): Json | undefined {
  if (typeof value !== "object" || value === null || isJsonList(value)) return undefined;
  return value[name];
}
