import { canonicalJson, isJsonList, type Json, parseJson } from "#base";
import type { Operation } from "../catalogue/operation.ts";
import { type ByColumn, byColumn, type Column } from "../column.ts";
import type { Observation } from "../observation.ts";
import type { Finding } from "./finding.ts";
import type { DifferenceKind } from "./kinds.ts";
import { listOf, readPath, wordOf } from "./read-path.ts";

type Library = Exclude<Column, "direct">;
const libraries: readonly Library[] = ["okx_sdk", "ccxt"];

/** How each library spoke on its streams, and what it told of their end; and how it paces. */
export function compareStreams(
  { group, id }: Operation,
  seen: ByColumn<Observation>,
): readonly Finding[] {
  if (id === "burst") return compareShown("pace_differs", "pace", seen, paceText);
  if (id === "defaults") return compareSettings(seen);
  if (group !== "streams") return [];
  const tellsEnd = id === "stream_bad_login" || id === "stream_cut";
  return [
    ...compareShown("stream_connections", "connections", seen, ({ sockets }) =>
      String(sockets.length),
    ),
    ...compareShown("stream_address", "path", seen, ({ sockets }) => sockets[0]?.path ?? "none"),
    ...compareShown("stream_frames", "frames", seen, framesText),
    ...(tellsEnd ? compareShown("stream_events", "events", seen, eventsText) : []),
  ];
}

function compareShown(
  kind: DifferenceKind,
  subject: string,
  seen: ByColumn<Observation>,
  show: (observation: Observation) => string,
): readonly Finding[] {
  const shown = byColumn((column) => show(seen[column]));
  const deviates = libraries.filter((library) => shown[library] !== shown.direct);
  if (deviates.length === 0) return [];
  return [{ kind, subject: [subject], deviates, shown, fields: [], features: [] }];
}

/** What was said on the first connection, one frame after another; heartbeats left out. */
function framesText({ sockets }: Observation): string {
  const frames = (sockets[0]?.frames ?? [])
    .filter(({ from, text }) => from === "library" && text !== "ping")
    .map(({ text }) => frameText(text));
  return frames.join(" ");
}

function frameText(text: string): string {
  const parsed = parseJson(text);
  if (!parsed.ok) return text;
  const frame = parsed.value;
  if (typeof frame !== "object" || frame === null || isJsonList(frame)) return text;
  if (frame["op"] === "login") return `login(${memberNames(frame)})`;
  // A number of the request is made anew each time.
  const { id, ...rest } = frame;
  return canonicalJson(id === undefined ? rest : { ...rest, id: "<chance>" });
}

function memberNames(frame: Readonly<Record<string, Json>>): string {
  const [arg] = listOf(frame["args"]);
  return typeof arg === "object" && arg !== null ? Object.keys(arg).toSorted().join(", ") : "";
}

function eventsText({ outcome }: Observation): string {
  if (outcome.state !== "value") return outcome.state;
  return listOf(outcome.value).map(wordOf).join(", ");
}

/** Six questions at once are sent within this, unless the library holds them back. */
const atOnceMs = 400;

function paceText({ requests }: Observation): string {
  const times = requests.map(({ atMs }) => atMs);
  const spanMs = Math.max(...times) - Math.min(...times);
  return `${requests.length} requests, ${spanMs < atOnceMs ? "at once" : "one after another"}`;
}

function compareSettings(seen: ByColumn<Observation>): readonly Finding[] {
  const valueOf = (column: Column, name: string): string => {
    const { outcome } = seen[column];
    const value = outcome.state === "value" ? readPath(outcome.value, name) : undefined;
    return value === null || value === undefined ? "none" : wordOf(value);
  };
  return ["timeout_ms", "pace_ms", "retries"].flatMap((name): readonly Finding[] => {
    const shown = byColumn((column) => valueOf(column, name));
    if (shown.okx_sdk === shown.ccxt) return [];
    const deviates = libraries.filter((library) => shown[library] !== shown.direct);
    return [
      { kind: "settings_differ", subject: [name], deviates, shown, fields: [], features: [] },
    ];
  });
}
