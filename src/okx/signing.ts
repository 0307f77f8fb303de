import { createHmac, timingSafeEqual } from "node:crypto";

/** What OKX signs of a REST request. `requestPath` begins with /api and includes the query. */
export type SignedRequest = Readonly<{
  /** ISO time with milliseconds, as sent in OK-ACCESS-TIMESTAMP. */
  timestamp: string;
  method: "GET" | "POST";
  requestPath: string;
  /** Exactly the text sent; empty for GET. */
  body: string;
}>;

export type OkxKey = Readonly<{ apiKey: string; secret: string; passphrase: string }>;

/** The text under the signature of a REST request. */
export function restPrehash({ timestamp, method, requestPath, body }: SignedRequest): string {
  return timestamp + method + requestPath + body;
}

/** The text under the signature of a WebSocket login; `timestamp` in epoch seconds. */
export function loginPrehash(timestamp: string): string {
  return `${timestamp}GET/users/self/verify`;
}

/** HMAC-SHA256 in base64. */
export function sign(secret: string, prehash: string): string {
  return createHmac("sha256", secret).update(prehash, "utf8").digest("base64");
}

/** Takes the same time whatever the signature is. */
export function isSignedBy(secret: string, prehash: string, signature: string): boolean {
  const expected = createHmac("sha256", secret).update(prehash, "utf8").digest();
  const given = Buffer.from(signature, "base64");
  // A second spelling of the same bytes is not what a client of OKX sends.
  const isSpelled = given.length === expected.length && given.toString("base64") === signature;
  return timingSafeEqual(isSpelled ? given : Buffer.alloc(expected.length), expected) && isSpelled;
}

/** The headers of an authenticated request. */
export function authHeaders(
  key: OkxKey,
  request: SignedRequest,
  demo: boolean,
): Readonly<Record<string, string>> {
  return {
    "OK-ACCESS-KEY": key.apiKey,
    "OK-ACCESS-SIGN": sign(key.secret, restPrehash(request)),
    "OK-ACCESS-TIMESTAMP": request.timestamp,
    "OK-ACCESS-PASSPHRASE": key.passphrase,
    ...(demo ? { "x-simulated-trading": "1" } : {}),
  };
}

/** The query of a path with its question mark, in the order given; empty when there is none. */
export function queryText(params: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(params).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
