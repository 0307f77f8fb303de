import { isJsonList, type Json } from "#base";
import type { ExecutionDocuments, JsonRecord } from "#evidence";

type RawAnswer = ExecutionDocuments["raw_samples"]["samples"][number];

/** What was asked of one endpoint, with the first answer that held something. */
export type SeenEndpoint = {
  readonly operation: string;
  readonly method: string;
  readonly endpoint: string;
  calls: number;
  sample: RawAnswer | null;
};

/** Keeps one answer of every operation as it came: what the words of the library meant here. */
export type RawCollector = Readonly<{
  take: (call: SeenCall, raw: JsonRecord) => void;
  endpoints: () => readonly SeenEndpoint[];
}>;

type SeenCall = Readonly<{
  operation: string;
  method: string;
  endpoint: string;
  http_status: number | null;
  error_type: string | null;
}>;

/** Rows of a list beyond these say nothing new. */
const keptRows = 2;

export function createRawCollector(): RawCollector {
  const seen = new Map<string, SeenEndpoint>();
  return {
    take({ operation, method, endpoint, http_status, error_type }, raw): void {
      const key = `${method} ${endpoint}`;
      const known = seen.get(key) ?? { operation, method, endpoint, calls: 0, sample: null };
      seen.set(key, known);
      known.calls += 1;
      if (known.sample !== null || error_type !== null) return;
      const cut = { left_out: 0 };
      const kept = shortened(raw, cut);
      if (!hasRows(kept)) return;
      known.sample = {
        sample_id: `s${String(seen.size).padStart(3, "0")}`,
        operation,
        endpoint,
        http_status,
        rows_left_out: cut.left_out,
        raw: kept,
      };
    },
    endpoints: () =>
      [...seen.values()].toSorted((left, right) => (left.endpoint < right.endpoint ? -1 : 1)),
  };
}

/** The same answer with long lists cut. */
function shortened(raw: JsonRecord, cut: { left_out: number }): JsonRecord {
  const members = Object.entries(raw).map(([name, value]) => [name, cutLists(value, cut)] as const);
  return Object.fromEntries(members);
}

function cutLists(value: Json, cut: { left_out: number }): Json {
  if (isJsonList(value)) {
    cut.left_out += Math.max(value.length - keptRows, 0);
    return value.slice(0, keptRows).map((item) => cutLists(item, cut));
  }
  return isRecord(value) ? shortened(value, cut) : value;
}

function hasRows(raw: JsonRecord): boolean {
  const answer = raw["answer"];
  if (answer === undefined || answer === null || !isRecord(answer)) return false;
  const data = answer["data"];
  return data !== undefined && data !== null && isJsonList(data) && data.length > 0;
}

function isRecord(value: Json): value is JsonRecord {
  return typeof value === "object" && value !== null && !isJsonList(value);
}
