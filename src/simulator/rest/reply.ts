import { codeMessage } from "#okx";

/**
 * What a handler has to say, before it becomes text. `rows`: done; `verdicts`: each row carries its
 * own sCode; `refused`: the request as a whole, with a code of OKX's table and what fills its
 * words.
 */
export type Reply<Row> =
  | Readonly<{ type: "rows"; rows: readonly Row[] }>
  | Readonly<{ type: "verdicts"; rows: readonly Row[]; failed: number }>
  | Refusal;

export type Refusal = Readonly<{ type: "refused"; code: string; params: readonly string[] }>;

export function rows<Row>(list: readonly Row[]): Reply<Row> {
  return { type: "rows", rows: list };
}

export function refused(code: string, ...params: readonly string[]): Refusal {
  return { type: "refused", code, params };
}

/** The words that go with a refusal. */
export function refusalText({ code, params }: Refusal): string {
  return codeMessage(code, params);
}
