/** A request as the service sees it: `path` carries the query, header names are lower case. */
export type HttpRequest = Readonly<{
  method: string;
  path: string;
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  body: string;
  /** Address of the client, for limits by address; `in-process` without a socket. */
  peer?: string;
}>;

export type HttpAnswer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

/** At once where nothing has to wait; a promise only where a fault delays or loses something. */
export type Service = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

/** What a client sees when a planned fault takes the connection away: no answer at all. */
export class ConnectionLost extends Error {
  override readonly name: string = "ConnectionLost";
  readonly code: string = "ECONNRESET";
}

export const jsonHeaders: Readonly<Record<string, string>> = {
  "content-type": "application/json; charset=utf-8",
};
