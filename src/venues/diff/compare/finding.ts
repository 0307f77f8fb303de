import type { ByColumn, Column } from "../column.ts";
import type { DifferenceKind } from "./kinds.ts";

/** One way in which the columns of one act are not alike, before it is an entry of the log. */
export type Finding = Readonly<{
  kind: DifferenceKind;
  /** What differs: names of parameters, headers or fields, in order. Part of its identity. */
  subject: readonly string[];
  /** Which libraries do not do as our own words do. */
  deviates: readonly Column[];
  /** What each column shows, in words that are the same in every run. Part of its identity. */
  shown: ByColumn<string>;
  fields: readonly FieldLine[];
  /** Features that a wrong value would spoil. */
  features: readonly string[];
}>;

/** One field of a row: OKX's text, and what each library made of it. */
export type FieldLine = Readonly<{
  port: string;
  okx: string;
  ccxt: string | null;
  /** An example. */
  okx_text: string | null;
  okx_sdk_value: string | null;
  ccxt_value: string | null;
  okx_sdk_form: string;
  ccxt_form: string;
}>;
