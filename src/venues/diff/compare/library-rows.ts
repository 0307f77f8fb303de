import { jsonOf } from "../../adapters/json-of.ts";
import type { RowTable } from "../catalogue/row-table.ts";
import type { Observation } from "../observation.ts";
import type { SeenSocket } from "../relay/seen.ts";
import { isRecord, listOf, readPath } from "./read-path.ts";

/** The rows of OKX that came over the wire to this library, whatever it made of them. */
export function rawRows(observation: Observation, table: RowTable): readonly unknown[] {
  const { requests, sockets, operation } = observation;
  if (sockets.length > 0) return pushedRows(sockets, table, operation === "stream_books");
  const data = requests.flatMap(({ answer }) => {
    if (answer === null || answer.status !== 200) return [];
    return listOf(readPath(jsonOf(answer.body), "data"));
  });
  return table.okxRows(data);
}

/** Of a stream: the last message, but of a book the first, which is whole. */
function pushedRows(
  sockets: readonly SeenSocket[],
  table: RowTable,
  first: boolean,
): readonly unknown[] {
  const pushes = sockets
    .flatMap(({ frames }) => frames)
    .filter(({ from }) => from === "venue")
    .map(({ text }) => jsonOf(text))
    .filter((frame) => isRecord(frame) && Array.isArray(frame["data"]) && "arg" in frame);
  const told = first ? pushes.at(0) : pushes.at(-1);
  return table.okxRows(listOf(readPath(told, "data")));
}

/** The rows as the library handed them out; null where it handed out no value. */
export function libraryRows(
  { column, outcome, sockets, operation, market }: Observation,
  table: RowTable,
): readonly unknown[] | null {
  if (outcome.state !== "value") return null;
  const messages = listOf(outcome.value);
  const message = operation === "stream_books" ? messages.at(0) : messages.at(-1);
  const value = sockets.length > 0 ? message : outcome.value;
  if (column === "ccxt") return table.ccxtRows(value, market.symbol);
  return table.okxRows(listOf(sockets.length > 0 ? readPath(value, "data") : value));
}
