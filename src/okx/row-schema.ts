import { z } from "zod";
import type { Columns, Fields, NestedRows } from "./fields.ts";

/** Parses one row of this shape. Fields that nobody declared pass through untouched. */
export function rowSchema(fields: Fields): z.ZodType<Readonly<Record<string, unknown>>> {
  return remembered(schemaByFields, fields, () => z.looseObject(members(fields)));
}

/**
 * As rowSchema, but what nobody declared is left out, and decimals are plain: for what comes from a
 * client.
 */
export function requestSchema(fields: Fields): z.ZodType<Readonly<Record<string, unknown>>> {
  return remembered(requestByFields, fields, () => z.object(members(fields, requestForms)));
}

/** Parses a row that is written as a list. */
export function columnsSchema(columns: Columns): z.ZodType<readonly unknown[]> {
  return remembered(schemaByColumns, columns, () => {
    const [first, ...others] = columns.map((kind) => kindSchema(kind));
    return first === undefined ? z.tuple([]) : z.tuple([first, ...others], z.unknown());
  });
}

export function isColumns(shape: Fields | Columns): shape is Columns {
  return Array.isArray(shape);
}

function members(fields: Fields, forms: TextForms = textForms): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, kind]) => [
      name,
      typeof kind === "string" ? kindSchema(kind, forms) : nestedSchema(kind, forms),
    ]),
  );
}

function nestedSchema(nested: NestedRows, forms: TextForms): z.ZodType {
  const row = z.looseObject(members(nested.rows, forms));
  const rows = z.array(row, { error: problem("is not a list") });
  return nested.optional === true ? rows.optional() : rows;
}

function kindSchema(kind: string, forms: TextForms = textForms): z.ZodType {
  if (kind.startsWith("?")) return kindSchema(kind.slice(1), forms).optional();
  if (kind.startsWith("=")) {
    const words = kind.slice(1).split("|");
    const named = words.map((word) => (word === "" ? "empty" : word)).join(", ");
    return z.enum(words, { error: problem(`is none of ${named}`) });
  }
  if (kind.endsWith("~")) return patterned(kind.slice(0, -1), true, forms);
  return jsonKinds[kind] ?? patterned(kind, false, forms);
}

function patterned(kind: string, mayBeEmpty: boolean, forms: TextForms = textForms): z.ZodType {
  const form = forms[kind];
  if (form === undefined) throw new TypeError(`no such kind of field: ${kind}`);
  const wrong = problem(form.wrong);
  const text = z.string({ error: wrong });
  if (form.pattern === null) return text;
  const pattern = form.pattern;
  return text.refine((value) => (value === "" ? mayBeEmpty : pattern.test(value)), {
    error: form.wrong,
  });
}

type TextForms = Readonly<Record<string, Readonly<{ pattern: RegExp | null; wrong: string }>>>;

const textForms: TextForms = {
  text: { pattern: null, wrong: "is not text" },
  id: { pattern: /^\S{1,128}$/, wrong: "is not an id" },
  decimal: {
    pattern: /^-?\d{1,64}(\.\d{1,64})?([eE][+-]?\d{1,4})?$/,
    wrong: "is not decimal text",
  },
  ms: { pattern: /^\d{13}$/, wrong: "is not a time in ms as text" },
  whole: { pattern: /^\d{1,32}$/, wrong: "is not a whole number as text" },
  flag: { pattern: /^(true|false)$/, wrong: 'is neither "true" nor "false"' },
};

/** OKX writes exponents here and there; of clients it documents none. */
const requestForms: TextForms = {
  ...textForms,
  decimal: { pattern: /^-?\d{1,64}(\.\d{1,64})?$/, wrong: "is not plain decimal text" },
};

const level = z.tuple([patterned("decimal", false), patterned("decimal", false)], z.string());

const jsonKinds: Readonly<Record<string, z.ZodType>> = {
  bool: z.boolean({ error: problem("is not true or false") }),
  number: z.number({ error: problem("is not a number") }),
  truth: z
    .union([z.boolean(), z.enum(["true", "false"])], { error: problem("is not true or false") })
    .transform((value) => value === true || value === "true"),
  texts: z.array(z.string(), { error: problem("is not a list of texts") }),
  levels: z.array(level, { error: problem("is not a list of price levels") }),
  list: z.array(z.unknown(), { error: problem("is not a list") }),
  record: z.record(z.string(), z.unknown(), { error: problem("is not a JSON object") }),
};

function problem(wrong: string): (issue: { readonly input?: unknown }) => string {
  return (issue) => (issue.input === undefined ? "is missing" : wrong);
}

function remembered<Key extends object, Value>(
  cache: WeakMap<Key, Value>,
  key: Key,
  make: () => Value,
): Value {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

const schemaByFields = new WeakMap<Fields, z.ZodType<Readonly<Record<string, unknown>>>>();
const requestByFields = new WeakMap<Fields, z.ZodType<Readonly<Record<string, unknown>>>>();
const schemaByColumns = new WeakMap<Columns, z.ZodType<readonly unknown[]>>();
