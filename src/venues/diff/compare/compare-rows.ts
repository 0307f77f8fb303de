import { assert } from "#base";
import type { Operation } from "../catalogue/operation.ts";
import type { FieldPlan, RowTable } from "../catalogue/row-table.ts";
import { type ByColumn, byColumn, type Column } from "../column.ts";
import type { Observation } from "../observation.ts";
import { type FieldForm, fieldForm } from "./field-form.ts";
import type { FieldLine, Finding } from "./finding.ts";
import type { DifferenceKind } from "./kinds.ts";
import { libraryRows, rawRows } from "./library-rows.ts";
import { readPath, wordOf } from "./read-path.ts";

type Library = Exclude<Column, "direct">;
const libraries: readonly Library[] = ["okx_sdk", "ccxt"];

/** What the libraries made of the rows of OKX that they were given. */
export function compareRows(
  { rows: table, group }: Operation,
  seen: ByColumn<Observation>,
): readonly Finding[] {
  const { ctVal } = seen.direct.market;
  if (table === null) return [];
  const read = {
    okx_sdk: readFields(table, seen.okx_sdk, ctVal),
    ccxt: readFields(table, seen.ccxt, ctVal),
  };
  if (read.okx_sdk === null && read.ccxt === null) return [];
  return [
    ...(group === "streams" ? [] : compareKeys(table, seen)),
    ...compareForms(table.fields, read),
  ];
}

/** What one library made of one field: every form that was seen, with the first example. */
type ReadField = Readonly<{
  forms: readonly FieldForm[];
  text: string | null;
  value: unknown;
}>;

function readFields(
  table: RowTable,
  observation: Observation,
  ctVal: string,
): ReadonlyMap<string, ReadField> | null {
  const rows = libraryRows(observation, table);
  if (rows === null) return null;
  const isCcxt = observation.column === "ccxt";
  const raws = rawRows(observation, table);
  const read = new Map<string, ReadField>();
  for (const row of rows) {
    const raw = rawOf(table, raws, row, isCcxt);
    if (raw === undefined) continue;
    for (const field of table.fields) {
      const said = readPath(raw, field.okx);
      const text = textOf(said);
      const path = isCcxt ? field.ccxt : field.okx;
      const value = path === null ? undefined : readPath(row, path);
      const form = value === said ? "text" : fieldForm(text, value, field, ctVal);
      const known = read.get(field.port) ?? { forms: [], text, value };
      const forms = known.forms.includes(form) ? known.forms : [...known.forms, form].toSorted();
      const isBetter = isPlain(known.forms.at(-1) ?? "unseen") && !isPlain(form);
      read.set(field.port, isBetter ? { forms, text, value } : { ...known, forms });
    }
  }
  return read;
}

/** Forms that make no good example. */
function isPlain(form: FieldForm): boolean {
  return form === "unseen" || form === "text" || form.startsWith("empty_as");
}

function rawOf(
  { key }: RowTable,
  raws: readonly unknown[],
  row: unknown,
  isCcxt: boolean,
): unknown {
  if (key === null) return raws[0];
  const own = wordOf(readPath(row, isCcxt ? key.ccxt : key.okx));
  return raws.find((raw) => wordOf(readPath(raw, key.okx)) === own);
}

/** A number of OKX is its digits. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

function compareForms(
  fields: readonly FieldPlan[],
  read: Readonly<Record<Library, ReadonlyMap<string, ReadField> | null>>,
): readonly Finding[] {
  const groups = new Map<DifferenceKind, { fields: FieldPlan[]; deviates: Set<Library> }>();
  for (const field of fields) {
    for (const library of libraries) {
      for (const form of read[library]?.get(field.port)?.forms ?? []) {
        const kind = kindOf(form, field, library);
        if (kind === null) continue;
        const group = groups.get(kind) ?? { fields: [], deviates: new Set() };
        if (!group.fields.includes(field)) group.fields.push(field);
        group.deviates.add(library);
        groups.set(kind, group);
      }
    }
  }
  return [...groups].map(([kind, { fields: found, deviates }]): Finding => {
    const lines = found.map((field) => lineOf(field, read));
    const shown = byColumn((column) => {
      if (column === "direct") return "OKX's text";
      const texts = lines.map((line) => `${line.port}: ${line[`${column}_form`]}`);
      return texts.join(", ");
    });
    return {
      kind,
      subject: found.map(({ port }) => port),
      deviates: libraries.filter((library) => deviates.has(library)),
      shown,
      fields: lines,
      features: [...new Set(found.flatMap(({ features }) => features))],
    };
  });
}

/** Times as numbers are the one thing that everybody expects of a library. */
function kindOf(form: FieldForm, field: FieldPlan, library: Library): DifferenceKind | null {
  if (form === "number") return "number_for_text";
  if (form === "respelled") return "number_for_text";
  if (form === "precision") return "precision_lost";
  if (form === "sign") return "sign_differs";
  if (form.startsWith("scaled")) return "unit_differs";
  if (form === "absent") return library === "ccxt" || field.okx !== "" ? "field_absent" : null;
  if (form === "invented") return "field_invented";
  if (form.startsWith("empty_as")) return "empty_differs";
  if (form === "word" || form === "flag") return "word_differs";
  return form === "other" ? "value_differs" : null;
}

function lineOf(
  field: FieldPlan,
  read: Readonly<Record<Library, ReadonlyMap<string, ReadField> | null>>,
): FieldLine {
  const sdk = read.okx_sdk?.get(field.port);
  const ccxt = read.ccxt?.get(field.port);
  const text = ccxt?.text ?? sdk?.text ?? null;
  assert(sdk !== undefined || ccxt !== undefined, `a field that nobody read: ${field.port}`);
  return {
    port: field.port,
    okx: field.okx,
    ccxt: field.ccxt,
    okx_text: text,
    okx_sdk_value: sdk === undefined ? null : exampleOf(sdk, text),
    ccxt_value: ccxt === undefined ? null : shownValue(ccxt.value),
    okx_sdk_form: formsText(sdk),
    ccxt_form: formsText(ccxt),
  };
}

/** Of the same row as the other's where that is known: a text that is handed on is that text. */
function exampleOf({ forms, text, value }: ReadField, wanted: string | null): string {
  const isHandedOn = forms.length === 1 && forms[0] === "text" && text !== wanted;
  return shownValue(isHandedOn ? wanted : value);
}

function formsText(read: ReadField | undefined): string {
  return read === undefined ? "unseen" : read.forms.join("/");
}

function shownValue(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : wordOf(value);
}

/** Which rows were given, and in which order. */
function compareKeys(table: RowTable, seen: ByColumn<Observation>): readonly Finding[] {
  const { key } = table;
  if (key === null) return [];
  const keys = byColumn((column) => {
    const rows = libraryRows(seen[column], table);
    const path = column === "ccxt" ? key.ccxt : key.okx;
    return rows?.map((row) => wordOf(readPath(row, path))) ?? null;
  });
  const { direct } = keys;
  if (direct === null) return [];
  const findings: Finding[] = [];
  const others = libraries.filter((library) => keys[library] !== null);
  const plain = { fields: [], features: [] };
  const different = others.filter((library) => !isSameSet(keys[library] ?? [], direct));
  const shown = byColumn((column) => keysText(keys[column], direct));
  if (different.length > 0) {
    findings.push({ kind: "rows_differ", subject: ["rows"], deviates: different, shown, ...plain });
  }
  const turned = others.filter((library) => {
    return !different.includes(library) && (keys[library] ?? []).join() !== direct.join();
  });
  if (turned.length > 0) {
    findings.push({ kind: "row_order", subject: ["rows"], deviates: turned, shown, ...plain });
  }
  return findings;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}

function keysText(keys: readonly string[] | null, direct: readonly string[]): string {
  if (keys === null) return "no rows";
  const count = `${keys.length} rows`;
  if (keys.join() === direct.join()) return count;
  const repeated = keys.length - new Set(keys).size;
  const foreign = keys.filter((key) => !direct.includes(key)).length;
  const missing = direct.filter((key) => !keys.includes(key)).length;
  const turned = keys.toReversed().join() === direct.join() ? ["oldest first"] : [];
  const parts = [
    ...turned,
    ...(repeated > 0 ? [`${repeated} twice`] : []),
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(foreign > 0 ? [`${foreign} others`] : []),
  ];
  return [count, ...(parts.length === 0 ? ["in another order"] : parts)].join(", ");
}
