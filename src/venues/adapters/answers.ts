import type { Answer } from "../port.ts";

/** The same answer with its rows in other words. */
export function mapped<Row, Value>(
  answer: Answer<readonly Row[]>,
  read: (rows: readonly Row[]) => Value,
): Answer<Value> {
  return answer.ok ? { ...answer, value: read(answer.value) } : answer;
}

/** Of an answer that should have one row: none is a no. */
export function single<Row, Value>(
  answer: Answer<readonly Row[]>,
  read: (row: Row) => Value | null,
  missing: Readonly<{ code: string; message: string }>,
): Answer<Value> {
  if (!answer.ok) return answer;
  const [row] = answer.value;
  const value = row === undefined ? null : read(row);
  if (value === null) {
    return { ok: false, failure: { kind: "refused", ...missing }, call: answer.call };
  }
  return { ...answer, value };
}
