import { err, type Fault, ok, type Result } from "#base";
import { isDataCell, shown } from "./csv-cells.ts";

/** How the time of a row is written: milliseconds or seconds since 1970, or ISO 8601 in UTC. */
export type TimeRole = "ts_ms" | "ts_s" | "ts_iso";
export type BarRole = TimeRole | "open" | "high" | "low" | "close" | "volume";
export type FundingRole = TimeRole | "funding_rate";

/** One declared column; in a file with a header, `name` is looked up there. */
type Column<Role extends string> = Readonly<{ role: Role | "-"; name: string }>;
export type ColumnPlan<Role extends string> = readonly Column<Role>[];

export const defaultBarColumns = "ts_ms,open,high,low,close,volume";
export const defaultFundingColumns = "ts_ms,funding_rate";

const timeRoles: readonly TimeRole[] = ["ts_ms", "ts_s", "ts_iso"];
const priceRoles: readonly BarRole[] = ["open", "high", "low", "close", "volume"];

/**
 * Reads `ts_ms,open,high,low,close,volume` or `ts_iso=date,open,...`: a role per column in file
 * order, `-` for one to skip, `role=header name` where the header says it differently.
 * Fault: columns_malformed.
 */
export function parseBarColumns(text: string): Result<ColumnPlan<BarRole>, Fault> {
  return parsePlan(text, priceRoles);
}

/** The same for funding files: a time and `funding_rate`. */
export function parseFundingColumns(text: string): Result<ColumnPlan<FundingRole>, Fault> {
  return parsePlan(text, ["funding_rate"] satisfies readonly FundingRole[]);
}

function parsePlan<Role extends string>(
  text: string,
  values: readonly Role[],
): Result<ColumnPlan<Role | TimeRole>, Fault> {
  const known: readonly (Role | TimeRole)[] = [...timeRoles, ...values];
  const plan: Column<Role | TimeRole>[] = [];
  for (const item of text.split(",").map((part) => part.trim())) {
    const equals = item.indexOf("=");
    const word = equals < 0 ? item : item.slice(0, equals);
    const name = equals < 0 ? item : item.slice(equals + 1).trim();
    const role = word === "-" ? "-" : known.find((candidate) => candidate === word);
    if (role === undefined || name === "") {
      return malformed(`${shown(item)} is no column; known are ${known.join(", ")} and -`);
    }
    if (role !== "-" && plan.some((column) => column.role === role)) {
      return malformed(`${role} is declared twice`);
    }
    plan.push({ role, name });
  }
  const times = plan.filter((column) => timeRoles.some((role) => role === column.role));
  if (times.length !== 1) return malformed(`declare exactly one of ${timeRoles.join(", ")}`);
  const missing = values.filter((role) => !plan.some((column) => column.role === role));
  return missing.length > 0 ? malformed(`missing ${missing.join(", ")}`) : ok(plan);
}

/** Where each role stands in a row of this file. */
export type BoundColumns<Role extends string> = Readonly<{
  hasHeader: boolean;
  width: number;
  /** Index of a role's cell, or -1 for a role the plan does not use. */
  at: (role: Role) => number;
}>;

/**
 * Binds a plan to a file by its first line: by name when no cell of it could be data, by position
 * otherwise. Faults: column_missing, column_ambiguous.
 */
export function bindColumns<Role extends string>(
  plan: ColumnPlan<Role>,
  first: readonly string[],
): Result<BoundColumns<Role>, Fault> {
  const hasHeader = !first.some(isDataCell);
  const places = new Map<string, number>();
  if (!hasHeader) {
    if (first.length !== plan.length) return err(widthFault(plan.length, first));
    plan.forEach(({ role }, index) => places.set(role, index));
  } else {
    for (const { role, name } of plan) {
      if (role === "-") continue;
      const index = first.findIndex((cell) => isSameName(cell, name));
      if (index < 0) return err(missingColumn(name, first));
      if (first.slice(index + 1).some((cell) => isSameName(cell, name))) {
        const message = `line 1: the header names ${shown(name)} twice`;
        return err({ code: "column_ambiguous", message });
      }
      places.set(role, index);
    }
  }
  return ok({ hasHeader, width: first.length, at: (role) => places.get(role) ?? -1 });
}

/** The time role of a plan; every plan has exactly one. */
export function timeRoleOf(plan: ColumnPlan<string>): TimeRole {
  return timeRoles.find((role) => plan.some((column) => column.role === role)) ?? "ts_ms";
}

/** A plan in the words it was declared with, for provenance. */
export function planText(plan: ColumnPlan<string>): string {
  return plan.map(({ role, name }) => (role === name ? role : `${role}=${name}`)).join(",");
}

function isSameName(cell: string, name: string): boolean {
  return cell.toLowerCase() === name.toLowerCase();
}

function missingColumn(name: string, header: readonly string[]): Fault {
  const only = header[0] ?? "";
  const hint =
    header.length === 1 && /[;\t]/.test(only)
      ? "the file is separated by something else than commas"
      : `the header has ${header.slice(0, 12).map(shown).join(", ")}; declare --columns`;
  return { code: "column_missing", message: `line 1: no column ${shown(name)}; ${hint}` };
}

function widthFault(expected: number, first: readonly string[]): Fault {
  const message =
    `line 1: ${first.length} columns and no header, but ${expected} are declared; ` +
    "declare one role per column with --columns, - for one to skip";
  return { code: "column_missing", message };
}

function malformed(message: string): Result<never, Fault> {
  return err({ code: "columns_malformed", message: `columns: ${message}` });
}
