import { jsonOf } from "../../adapters/json-of.ts";
import { oddPrice } from "../acts/okx-orders.ts";
import type { Operation } from "../catalogue/operation.ts";
import { type ByColumn, byColumn, type Column } from "../column.ts";
import type { Observation } from "../observation.ts";
import type { SeenRequest } from "../relay/seen.ts";
import type { Finding } from "./finding.ts";
import type { DifferenceKind } from "./kinds.ts";
import { isRecord, listOf } from "./read-path.ts";

type Library = Exclude<Column, "direct">;
const libraries: readonly Library[] = ["okx_sdk", "ccxt"];

/** What each library sent, against what our own words sent for the same act. */
export function compareWire(operation: Operation, seen: ByColumn<Observation>): readonly Finding[] {
  const { direct } = seen;
  const asking = libraries.filter((library) => {
    const { outcome, requests } = seen[library];
    return outcome.state !== "not_offered" && requests.length > 0;
  });
  if (direct.requests.length === 0 || asking.length === 0) return [];
  return [
    ...compareCalls(operation, seen, asking),
    ...(operation.sameQuestions ? compareParams(seen, asking) : []),
    ...compareHeaders(operation, seen, asking),
    ...compareAnswers(seen, asking),
  ];
}

/** A question that was put word for word as ours was has to get our answer: the states are one. */
function compareAnswers(
  seen: ByColumn<Observation>,
  asking: readonly Library[],
): readonly Finding[] {
  const [direct] = seen.direct.requests;
  if (direct === undefined || direct.answer === null) return [];
  const deviates = asking.filter((library) => {
    const [request] = seen[library].requests;
    if (request === undefined || request.answer === null) return false;
    return (
      questionOf(request) === questionOf(direct) && request.answer.body !== direct.answer?.body
    );
  });
  if (deviates.length === 0) return [];
  const shown = byColumn((column) => (deviates.some((each) => each === column) ? "other" : "same"));
  return [{ kind: "answer_differs", subject: ["answer"], deviates, shown, ...plain }];
}

function questionOf({ method, path, query, body }: SeenRequest): string {
  const asked = query.map(([name, value]) => `${name}=${value}`).toSorted();
  return [method, path, ...asked, body].join(" ");
}

const plain = { fields: [], features: [] } as const;

function compareCalls(
  { fault }: Operation,
  seen: ByColumn<Observation>,
  asking: readonly Library[],
): readonly Finding[] {
  const calls = byColumn((column) => seen[column].requests.map(callOf));
  const shown = byColumn((column) => callsText(calls[column]));
  const findings: Finding[] = [];
  const counts = asking.filter((library) => calls[library].length !== calls.direct.length);
  if (counts.length > 0) {
    // Only where the first try failed is a further one a repetition.
    const isAgain = fault !== null && counts.some((library) => calls[library].length > 1);
    const kind = isAgain ? "sent_again" : "calls_differ";
    findings.push({ kind, subject: ["requests"], deviates: counts, shown, ...plain });
  }
  const paths = asking.filter((library) => {
    return !counts.includes(library) && calls[library].join() !== calls.direct.join();
  });
  if (paths.length > 0) {
    findings.push({ kind: "path_differs", subject: ["path"], deviates: paths, shown, ...plain });
  }
  return findings;
}

function callOf({ method, path }: SeenRequest): string {
  return `${method} ${path.replace("/api/v5", "")}`;
}

/** `GET /a, 3 x GET /b` */
function callsText(calls: readonly string[]): string {
  if (calls.length === 0) return "nothing sent";
  const counted = Map.groupBy(calls, (call) => call);
  return [...counted]
    .map(([call, all]) => (all.length === 1 ? call : `${all.length} x ${call}`))
    .join(", ");
}

/** Every parameter of the first request, by its name; entries of a list one after another. */
function paramsOf(observation: Observation): ReadonlyMap<string, unknown> {
  const [request] = observation.requests;
  if (request === undefined) return new Map();
  if (request.method === "GET") {
    return new Map(request.query.map(([name, value]) => [name, steadyValue(value, observation)]));
  }
  const body = jsonOf(request.body);
  const entries = isRecord(body) ? [body] : listOf(body).filter(isRecord);
  return new Map(
    entries.flatMap((entry, at) =>
      Object.entries(entry).map(([name, value]): [string, unknown] => [
        entries.length === 1 ? name : `${at + 1}.${name}`,
        steadyValue(value, observation),
      ]),
    ),
  );
}

/** Prices move from one look to the next and names are made up; what they are for does not. */
function steadyValue(value: unknown, { market, left, suffix }: Observation): unknown {
  if (typeof value !== "string") return value;
  if (value === left["ordId"] || value === left["algoId"]) return "<the order>";
  const names: readonly (readonly [string, string])[] = [
    [market.insidePx, "<price at the touch>"],
    [market.takePx, "<price that fills>"],
    [market.otherPxs[0], "<second price that rests>"],
    [oddPrice(market), "<price between ticks>"],
    [market.restPx, "<price that rests>"],
  ];
  const priced = names.find(([price]) => price === value)?.[1] ?? value;
  return suffix === "" ? priced : priced.replaceAll(suffix, "");
}

type Unlike = Readonly<{ kind: DifferenceKind; name: string }>;

function compareParams(
  seen: ByColumn<Observation>,
  asking: readonly Library[],
): readonly Finding[] {
  const params = byColumn((column) => paramsOf(seen[column]));
  const byKind = new Map<DifferenceKind, { names: Set<string>; deviates: Set<Library> }>();
  for (const library of asking) {
    for (const { kind, name } of unlikes(params.direct, params[library])) {
      const group = byKind.get(kind) ?? { names: new Set(), deviates: new Set() };
      group.names.add(name);
      group.deviates.add(library);
      byKind.set(kind, group);
    }
  }
  return [...byKind].map(([kind, { names, deviates }]): Finding => {
    const subject = [...names].toSorted();
    return {
      kind,
      subject: [...new Set(subject.map((name) => name.replace(/^\d+\./, "")))],
      deviates: libraries.filter((library) => deviates.has(library)),
      shown: byColumn((column) => shownParams(params[column], subject)),
      ...plain,
    };
  });
}

function unlikes(
  wanted: ReadonlyMap<string, unknown>,
  sent: ReadonlyMap<string, unknown>,
): readonly Unlike[] {
  const added = [...sent.keys()]
    .filter((name) => !wanted.has(name))
    .map((name): Unlike => ({ kind: isTag(name) ? "tag_added" : "param_added", name }));
  const others = [...wanted].flatMap(([name, value]): readonly Unlike[] => {
    if (!sent.has(name)) return [{ kind: "param_missing", name }];
    const given = sent.get(name);
    if (String(given) !== String(value)) return [{ kind: "param_changed", name }];
    return typeof given === typeof value ? [] : [{ kind: "param_typed", name }];
  });
  return [...added, ...others];
}

function isTag(name: string): boolean {
  return /^(\d+\.)?tag$/.test(name);
}

function shownParams(params: ReadonlyMap<string, unknown>, names: readonly string[]): string {
  const shown = names
    .filter((name) => params.has(name))
    .map((name) => `${name}=${steadyText(JSON.stringify(params.get(name)))}`);
  return shown.length === 0 ? "not sent" : shown.join(", ");
}

/** The same text in every run: what is made by chance and by the clock is named instead. */
export function steadyText(text: string): string {
  return text
    .replace(/([0-9a-f]{12}BCDE)[0-9a-f]{16}/g, "$1<chance>")
    .replace(/\b1[5-9]\d{11}\b/g, "<time>");
}

/** Headers that change what is asked, or who asks. */
const tellingHeaders: ReadonlySet<string> = new Set([
  "exptime",
  "x-simulated-trading",
  "ok-access-key",
  "ok-access-sign",
  "ok-access-timestamp",
  "ok-access-passphrase",
]);

/** Of the connection and of the runtime's own fetch: no library chose them. */
const connectionHeaders: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "connection",
  "accept-encoding",
  "accept-language",
  "sec-fetch-mode",
]);

/** Headers whose value is compared too. */
const valuedHeaders: ReadonlySet<string> = new Set([
  "accept",
  "content-type",
  "user-agent",
  "x-simulated-trading",
]);

function compareHeaders(
  { headers: wanted }: Operation,
  seen: ByColumn<Observation>,
  asking: readonly Library[],
): readonly Finding[] {
  const headers = byColumn((column) => headersOf(seen[column], wanted === "all"));
  const byKind = new Map<DifferenceKind, { names: Set<string>; deviates: Set<Library> }>();
  const note = (kind: DifferenceKind, name: string, library: Library): void => {
    const group = byKind.get(kind) ?? { names: new Set(), deviates: new Set() };
    group.names.add(name);
    group.deviates.add(library);
    byKind.set(kind, group);
  };
  for (const library of asking) {
    for (const [name, value] of headers[library]) {
      const direct = headers.direct.get(name);
      if (direct === undefined) note("header_added", name, library);
      else if (direct !== value) note("header_changed", name, library);
    }
    for (const name of headers.direct.keys()) {
      if (!headers[library].has(name)) note("header_missing", name, library);
    }
  }
  return [...byKind].map(([kind, { names, deviates }]): Finding => {
    const subject = [...names].toSorted();
    return {
      kind,
      subject,
      deviates: libraries.filter((library) => deviates.has(library)),
      shown: byColumn((column) => shownHeaders(headers[column], subject)),
      ...plain,
    };
  });
}

/** Of the last request: a client that remembers shows it there. */
function headersOf({ requests }: Observation, all: boolean): ReadonlyMap<string, string> {
  const { headers = {} } = requests.at(-1) ?? {};
  return new Map(
    Object.entries(headers)
      .filter(([name]) => (all ? !connectionHeaders.has(name) : tellingHeaders.has(name)))
      .map(([name, value]) => [name, valuedHeaders.has(name) ? unnumbered(value) : "sent"]),
  );
}

/** A version is no difference. */
function unnumbered(value: string): string {
  return value.replace(/\d+(?:\.\d+)+/g, "<version>");
}

function shownHeaders(headers: ReadonlyMap<string, string>, names: readonly string[]): string {
  const shown = names.filter((name) => headers.has(name));
  if (shown.length === 0) return "not sent";
  return shown.map((name) => `${name}: ${headers.get(name) ?? ""}`).join(", ");
}
