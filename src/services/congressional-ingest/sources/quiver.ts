import { err, type Fault, isJsonList, ok, parseJson, type Result } from "#base";
import type { Secret } from "#mesh";
import type { Place, SourceRow } from "../trade/raw-trade.ts";
import { readQuiverRecord } from "../trade/row-forms.ts";
import { readRetryAfter } from "./retry.ts";
import type { DisclosureSource, OpenedSource, SourceFault } from "./source.ts";

export type QuiverOptions = Readonly<{
  url: URL;
  key: Secret;
  nowMs: () => number;
  timeoutMs?: number;
}>;

/** The whole history is some ten thousand records; this is many times as much. */
const maxAnswerBytes = 64 << 20;

const defaultTimeoutMs = 30_000;

/**
 * Quiver's list of congressional trades, by one GET with the key as bearer. Faults: source_refused
 * (the key), source_rate_limited, source_failed (its server), source_unreachable, source_malformed
 * (no list of records), source_stopped. The key stands in no message.
 */
export function quiverSource(options: QuiverOptions): DisclosureSource {
  return { name: "quiver", open: async (signal) => openQuiver(options, signal) };
}

async function openQuiver(
  options: QuiverOptions,
  signal: AbortSignal,
): Promise<Result<OpenedSource, SourceFault>> {
  const text = await get(options, signal);
  if (!text.ok) return text;
  const json = parseJson(text.value);
  if (!json.ok) return malformed(`is not JSON: ${json.fault.message}`);
  if (!isJsonList(json.value)) return malformed("is no list");
  const place: Place = { source: "quiver", sha256: null, row: null };
  const rows = json.value.map((record): SourceRow => {
    return { place, raw: record, trade: readQuiverRecord(record) };
  });
  return ok({ key: "quiver", fixed: false, rows: each(rows) });
}

async function* each(
  rows: readonly SourceRow[],
): AsyncGenerator<Result<SourceRow, SourceFault>, void> {
  for (const row of rows) yield ok(row);
}

type Text = Result<string, SourceFault>;

async function get(options: QuiverOptions, signal: AbortSignal): Promise<Text> {
  const { url, key, nowMs, timeoutMs = defaultTimeoutMs } = options;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const answer = await fetch(url, {
      headers: { accept: "application/json", authorization: `Bearer ${key.reveal()}` },
      // A redirect could carry the key elsewhere.
      redirect: "error",
      signal: limit,
    });
    if (answer.status === 200) return await readBody(answer);
    await answer.body?.cancel();
    return refusal(answer.status, readRetryAfter(answer.headers.get("retry-after"), nowMs()));
  } catch {
    if (signal.aborted) return fault("source_stopped", "the service stops", "next_poll");
    const what = limit.aborted ? `did not answer within ${timeoutMs} ms` : "cannot be reached";
    return fault("source_unreachable", `${url.host} ${what}`, "soon");
  }
}

function refusal(status: number, afterMs: number | null): Text {
  const what = `the source answered ${status}`;
  const retry = afterMs === null ? "soon" : { afterMs };
  if (status === 401 || status === 403) {
    return fault("source_refused", `${what}: see QUIVER_API_KEY`, "next_poll");
  }
  if (status === 429) return fault("source_rate_limited", what, retry);
  if (status >= 500 || status === 408) return fault("source_failed", what, retry);
  return fault("source_refused", what, "next_poll");
}

async function readBody(answer: Response): Promise<Text> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // A body that breaks off throws, and the caller takes it for an unreachable source.
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxAnswerBytes) return malformed(`is over ${maxAnswerBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return ok(text + decoder.decode());
}

function malformed(what: string): Result<never, SourceFault> {
  return fault("source_malformed", `the answer of the source ${what}`, "next_poll");
}

function fault(
  code: Fault["code"],
  message: string,
  retry: SourceFault["retry"],
): Result<never, SourceFault> {
  return err({ code, message, retry });
}
