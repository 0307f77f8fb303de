/**
 * The shape of a row is data: a field name and its kind. One declaration gives the type, the parser
 * and the list of fields that the interface diff walks over.
 *
 * Kinds of text (OKX writes almost everything as text): `id` is not empty, `text` is anything,
 * `decimal`, `ms` (13 digits of epoch time), `whole`, `flag` ("true" or "false"), `=a|b` one of the
 * words named. Other kinds: `bool` and `number` of JSON, `truth` (a bool, or its text, read as a
 * bool), `texts`, `levels` (price, size and what follows, as texts), `list` and `record` for what
 * nothing here reads.
 * A leading `?` says that the field may be absent, a trailing `~` that its text may be empty.
 */
export type Fields = Readonly<{ [name: string]: string | NestedRows }>;

/** A list of rows within a row. */
export type NestedRows = Readonly<{ rows: Fields; optional?: true }>;

/** The kinds of a row that is written as a list: a candle. */
export type Columns = readonly string[];

/** One price level as it is written: price, size, a deprecated zero, number of orders. */
export type RawLevel = readonly [px: string, sz: string, ...rest: string[]];

/** What parsing gives: what may be absent is optional. */
export type Row<F> = Readonly<
  { [K in keyof F as F[K] extends MaybeAbsent ? never : K]: ValueOf<F[K]> } & {
    [K in keyof F as F[K] extends MaybeAbsent ? K : never]?: ValueOf<F[K]>;
  }
>;

type MaybeAbsent = `?${string}` | Readonly<{ optional: true }>;

/** What a venue writes: every field, also those that older recordings lack. */
export type Whole<T> = T extends readonly (infer Item)[]
  ? Item extends string
    ? T
    : readonly Whole<Item>[]
  : T extends object
    ? string extends keyof T
      ? T
      : { readonly [K in keyof T]-?: Whole<Exclude<T[K], undefined>> }
    : T;

type ValueOf<K> = K extends { readonly rows: infer F }
  ? readonly Row<F>[]
  : K extends `?${infer Rest}`
    ? ValueOf<Rest>
    : K extends `=${infer Words}`
      ? OneOf<Words>
      : K extends keyof JsonKinds
        ? JsonKinds[K]
        : string;

type OneOf<Words> = Words extends `${infer Head}|${infer Tail}` ? Head | OneOf<Tail> : Words;

type JsonKinds = {
  bool: boolean;
  truth: boolean;
  number: number;
  texts: readonly string[];
  levels: readonly RawLevel[];
  list: readonly unknown[];
  record: Readonly<Record<string, unknown>>;
};
