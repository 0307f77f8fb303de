import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { AcceptedOrder } from "#simulator";
import { sha256Hex } from "./sha256.ts";

type Line = Readonly<Record<string, unknown>>;

/** What the files of a run say at one moment: whole lines, by file. */
export type FilesSeen = ReadonlyMap<string, readonly string[]>;

/** Whole lines of every file of lines; what has no line end is passed over. */
export function seeFiles(directory: string): FilesSeen {
  const seen = new Map<string, readonly string[]>();
  for (const name of readdirSync(directory).filter((each) => each.endsWith(".jsonl"))) {
    const text = readFileSync(join(directory, name), "utf8");
    seen.set(name, text.split("\n").slice(0, -1));
  }
  return seen;
}

/** The prefix of the client order ids of a run, as orders.md 1.6 and the runner make it. */
export function prefixOf(directory: string): string {
  return `as${sha256Hex(basename(directory)).slice(0, 10)}`;
}

/**
 * What must hold of a killed run before anybody does anything about it: its lines are whole but
 * for the tail of a file, and every order that the venue took was recorded before it left.
 */
export function judgeKilled(directory: string, taken: readonly AcceptedOrder[]): readonly string[] {
  const wrong: string[] = [];
  const files = seeFiles(directory);
  for (const [name, lines] of files) {
    for (const [index, line] of lines.entries()) {
      const record = parse(line);
      if (record === null) wrong.push(`${name} line ${index + 1} is no record`);
      // A statement of the seal is an envelope: it is its own order.
      else if (name.endsWith(".intoto.jsonl")) continue;
      else if (record["seq"] !== index) wrong.push(`${name} line ${index + 1} is out of order`);
    }
  }
  const sending = placesSent(files);
  const prefix = prefixOf(directory);
  for (const { cl_ord_id: id } of taken) {
    if (id === null || !id.startsWith(prefix) || sending.has(id)) continue;
    wrong.push(`${id} is at the venue, and no line says that it was about to leave`);
  }
  return wrong;
}

/** No name twice at the venue, and no intent of the run with two orders. */
export function judgeVenue(directory: string, taken: readonly AcceptedOrder[]): readonly string[] {
  const wrong: string[] = [];
  const prefix = prefixOf(directory);
  const intents = placesSent(seeFiles(directory));
  const names = new Set<string>();
  const orderByIntent = new Map<string, string>();
  for (const { cl_ord_id: id } of taken) {
    if (id === null || !id.startsWith(prefix)) continue;
    if (names.has(id)) wrong.push(`${id} is at the venue twice`);
    names.add(id);
    const intent = intents.get(id) ?? "unknown";
    const other = orderByIntent.get(intent);
    if (other !== undefined) wrong.push(`${intent} became ${other} and ${id}`);
    orderByIntent.set(intent, id);
  }
  return wrong;
}

/** Orders of this run that the venue took. */
export function ordersOf(directory: string, taken: readonly AcceptedOrder[]): number {
  const prefix = prefixOf(directory);
  return taken.filter(({ cl_ord_id: id }) => id?.startsWith(prefix) === true).length;
}

/** Lines that were there are there unchanged: evidence only grows. */
export function judgeGrowth(before: FilesSeen, directory: string): readonly string[] {
  const names = readdirSync(directory);
  const wrong: string[] = [];
  for (const [name, lines] of before) {
    // An end, or a founding, that was not finished lies beside its name and is written anew.
    const places = names.filter((each) => each === name || each.startsWith(`${name}.left`));
    if (places.some((place) => beginsWith(join(directory, place), lines))) continue;
    wrong.push(`${name}: a line that was there was changed or lost`);
  }
  return wrong;
}

function beginsWith(path: string, lines: readonly string[]): boolean {
  const now = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines.every((line, index) => now[index] === line);
}

/** Intents by the name of the order that left for them. */
function placesSent(files: FilesSeen): ReadonlyMap<string, string> {
  const sent = new Map<string, string>();
  for (const line of files.get("order_attempts.jsonl") ?? []) {
    const record = parse(line);
    if (record?.["operation"] !== "place" || record["status"] !== "sending") continue;
    sent.set(String(record["client_order_id"]), String(record["intent_id"]));
  }
  return sent;
}

function parse(line: string): Line | null {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return null;
  }
}

/** Writes that were recorded as leaving, and whose outcome was not recorded. */
export function outcomesMissing(files: FilesSeen): number {
  const open = new Set<string>();
  for (const line of files.get("order_attempts.jsonl") ?? []) {
    const record = parse(line);
    const id = String(record?.["attempt_id"]);
    if (record?.["status"] === "sending") open.add(id);
    else open.delete(id);
  }
  return open.size;
}
