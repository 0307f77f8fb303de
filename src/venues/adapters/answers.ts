import type { Answer, VenueFailure } from "../port.ts";

/** The same answer with its rows in other words. */
export function mapped<Row, Value>(
  answer: Answer<readonly Row[]>,
  read: (rows: readonly Row[]) => Value,
): Answer<Value> {
  return answer.ok ? { ...answer, value: read(answer.value) } : answer;
}

/** Of an answer that should have one row: where there is none, `missing` says what that means. */
export function single<Row, Value>(
  answer: Answer<readonly Row[]>,
  read: (row: Row) => Value | null,
  missing: VenueFailure,
): Answer<Value> {
  if (!answer.ok) return answer;
  const [row] = answer.value;
  const value = row === undefined ? null : read(row);
  if (value === null) return { ok: false, failure: missing, call: answer.call };
  return { ...answer, value };
}

/** A venue that answers without a row has not said that there is none. */
export function noRow(what: string): VenueFailure {
  return { kind: "unknown", code: "answer_empty", message: `the venue gave no row for ${what}` };
}

export function refusal(code: string, message: string): VenueFailure {
  return { kind: "refused", code, message };
}
