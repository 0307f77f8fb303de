import assert from "node:assert/strict";
import { after } from "node:test";
import {
  authHeaders,
  type EndpointName,
  loginPrehash,
  type OkxAnswer,
  parseAnswer,
  type RowByEndpoint,
  sign,
} from "#okx";
import {
  makeRoster,
  openVenue,
  type SimulatedVenue,
  type VenueKey,
  type VenueOptions,
  type VenueRoster,
} from "#simulator";

/** A venue of a test's own, opened on a Wednesday at noon and closed with the test file. */
export type Desk = Readonly<{
  venue: SimulatedVenue;
  roster: VenueRoster;
  trader: Client;
  auditor: Client;
  second: Client;
  /** Lets so much venue time pass; stepped clocks alone. */
  pass: (ms: number) => void;
}>;

export type Client = Readonly<{
  key: VenueKey;
  get: (path: string, headers?: Headers) => Promise<Told>;
  post: (path: string, body: unknown, headers?: Headers) => Promise<Told>;
  /** The rows of an answer that says 0, read by OKX's own shapes. */
  rows: <Name extends EndpointName>(
    name: Name,
    path: string,
    body?: unknown,
  ) => Promise<readonly RowByEndpoint[Name][]>;
}>;

type Headers = Readonly<Record<string, string>>;

/** What a client is told: status, code, and the rows unread. */
export type Told = Readonly<{
  status: number;
  code: string;
  msg: string;
  data: readonly Readonly<Record<string, unknown>>[];
  body: string;
}>;

export const noon: number = Date.UTC(2024, 4, 15, 12);

export function openDesk(options: Partial<VenueOptions> = {}): Desk {
  const roster = options.roster ?? makeRoster("demo");
  const opened = openVenue({
    roster,
    seed: 7,
    clock: { kind: "stepped" },
    startMs: noon,
    historyBars: 60,
    ...options,
  });
  assert.ok(opened.ok, opened.ok ? "" : `${opened.fault.code}: ${opened.fault.message}`);
  const venue = opened.value;
  after(() => venue.close());
  return {
    venue,
    roster,
    trader: clientOf(venue, roster, "trader"),
    auditor: clientOf(venue, roster, "auditor"),
    second: clientOf(venue, roster, "second"),
    pass: (ms) => venue.clock.advanceTo(venue.clock.nowMs() + ms),
  };
}

export function keyOf({ accounts }: VenueRoster, label: string): VenueKey {
  const key = accounts.flatMap(({ keys }) => keys).find((each) => each.label === label);
  assert.ok(key !== undefined, `no key ${label}`);
  return key;
}

function clientOf(venue: SimulatedVenue, roster: VenueRoster, label: string): Client {
  const key = keyOf(roster, label);

  async function ask(
    method: "GET" | "POST",
    path: string,
    body: string,
    headers: Headers,
  ): Promise<Told> {
    const signed = signedHeaders(venue, key, { method, path, body });
    const given = { ...signed, "content-type": "application/json", ...headers };
    return told(await venue.handle({ method, path, headers: lowerCase(given), body }));
  }

  return {
    key,
    get: (path, headers = {}) => ask("GET", path, "", headers),
    post: (path, body, headers = {}) =>
      ask("POST", path, typeof body === "string" ? body : JSON.stringify(body), headers),
    rows: async (name, path, body) => {
      const text = body === undefined ? "" : JSON.stringify(body);
      const { body: answer } = await ask(body === undefined ? "GET" : "POST", path, text, {});
      return rowsOf(name, answer);
    },
  };
}

function rowsOf<Name extends EndpointName>(
  name: Name,
  body: string,
): readonly RowByEndpoint[Name][] {
  const read = parseAnswer(name, JSON.parse(body));
  assert.ok(read.ok, read.ok ? "" : read.fault.message);
  const answer: OkxAnswer<RowByEndpoint[Name]> = read.value;
  assert.equal(answer.code, "0", body);
  return answer.rows;
}

type Signed = Readonly<{ method: "GET" | "POST"; path: string; body: string }>;

export function signedHeaders(
  venue: SimulatedVenue,
  { apiKey, secretKey, passphrase }: VenueKey,
  { method, path, body }: Signed,
  demo = true,
): Headers {
  const timestamp = new Date(venue.clock.nowMs()).toISOString();
  const request = { timestamp, method, requestPath: path, body };
  return authHeaders({ apiKey, secret: secretKey, passphrase }, request, demo);
}

export function lowerCase(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

export function told({ status, body }: Readonly<{ status: number; body: string }>): Told {
  const { code, msg, data } = JSON.parse(body) as Pick<Told, "code" | "msg" | "data">;
  return { status, code, msg, data, body };
}

/** A connection without a socket, and all that came over it. */
export type Line = Readonly<{
  say: (message: unknown) => void;
  heard: readonly Frame[];
  /** The last frame of a push of this channel. */
  last: (channel: string) => Frame | undefined;
  of: (channel: string) => readonly Frame[];
  cuts: readonly number[];
}>;

export type Frame = Readonly<Record<string, unknown>> &
  Readonly<{
    arg?: Readonly<Record<string, string>>;
    data?: readonly Readonly<Record<string, unknown>>[];
  }>;

export function openLine(
  { venue }: Desk,
  side: "public" | "private" | "business" | "any",
  key: VenueKey | null = null,
): Line {
  const heard: Frame[] = [];
  const cuts: number[] = [];
  const session = venue.openSession(side, {
    send: (text) => heard.push(text === "pong" ? { pong: true } : (JSON.parse(text) as Frame)),
    cut: (code) => cuts.push(code),
  });
  const say = (message: unknown): void =>
    session.receive(typeof message === "string" ? message : JSON.stringify(message));
  if (key !== null) say({ op: "login", args: [loginArg(venue, key)] });
  const of = (channel: string): readonly Frame[] =>
    heard.filter((frame) => frame.arg?.["channel"] === channel && frame.data !== undefined);
  return { say, heard, cuts, of, last: (channel) => of(channel).at(-1) };
}

export function loginArg(
  venue: SimulatedVenue,
  { apiKey, secretKey, passphrase }: VenueKey,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(venue.clock.nowMs() / 1000));
  return { apiKey, passphrase, timestamp, sign: sign(secretKey, loginPrehash(timestamp)) };
}

/** A limit order that rests far from the market, and one that takes from it. */
export const restingBuy = {
  instId: "BTC-USDT-SWAP",
  tdMode: "cross",
  side: "buy",
  ordType: "limit",
  sz: "1",
} as const;

export const marketBuy = {
  instId: "BTC-USDT-SWAP",
  tdMode: "cross",
  side: "buy",
  ordType: "market",
  sz: "1",
} as const;

/** The best prices as the venue shows them. */
export async function bestOf(
  { trader }: Desk,
  instId = "BTC-USDT-SWAP",
): Promise<Readonly<{ bid: number; ask: number }>> {
  const [book] = await trader.rows("books", `/api/v5/market/books?instId=${instId}&sz=1`);
  return { bid: Number(book?.bids[0]?.[0]), ask: Number(book?.asks[0]?.[0]) };
}
