import { type Fault, ok, type Result } from "#base";
import { endpointOf } from "./endpoints/table.ts";
import type { EndpointName, RowByEndpoint } from "./endpoints/types.ts";
import { malformed, parseRows } from "./parse-rows.ts";
import { isColumns } from "./row-schema.ts";

/**
 * What OKX answers to everything: `code` "0" done, "1" all entries failed, "2" some failed, else
 * the reason of the whole request. Where rows carry `sCode`, that is the verdict on the row.
 */
export type OkxAnswer<T> = Readonly<{
  code: string;
  msg: string;
  rows: readonly T[];
  /** Microseconds at the gateway, where it tells. */
  inTime: string | null;
  outTime: string | null;
}>;

/**
 * Reads the parsed JSON of an answer. Rows are read where the answer has some to say: when done,
 * and the verdicts per entry of a failed write. Fault: okx_answer_malformed.
 */
export function parseAnswer<N extends EndpointName>(
  name: N,
  body: unknown,
): Result<OkxAnswer<RowByEndpoint[N]>, Fault> {
  const endpoint = endpointOf(name);
  const what = `${endpoint.method} ${endpoint.path}`;
  if (!isRecord(body)) return malformed(what, "the answer", "is not a JSON object");
  const { code, msg, data, inTime, outTime } = body;
  if (typeof code !== "string" || code === "") return malformed(what, "code", "is not text");

  const isVerdicts = !isColumns(endpoint.answer) && "sCode" in endpoint.answer;
  const hasRows = code === "0" || (isVerdicts && (code === "1" || code === "2"));
  const rows = hasRows ? parseRows(what, endpoint.answer, data) : ok([]);
  if (!rows.ok) return rows;
  return ok({
    code,
    msg: typeof msg === "string" ? msg : "",
    // The shape of the endpoint and RowByEndpoint are written beside each other; a test walks both.
    rows: rows.value as readonly RowByEndpoint[N][],
    inTime: typeof inTime === "string" ? inTime : null,
    outTime: typeof outTime === "string" ? outTime : null,
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
