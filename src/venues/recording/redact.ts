import type { Json } from "#base";
import type { JsonRecord } from "#evidence";

/** Takes out of a value whatever would let somebody else act for us. */
export type Redactor = Readonly<{
  /** Plain JSON without keys, signatures and passphrases, within the bounds of evidence. */
  value: (value: unknown) => Json;
  record: (value: unknown) => JsonRecord;
  text: (text: string) => string;
}>;

/** Members whose value is a secret, by whatever library's spelling. */
const secretNames: ReadonlySet<string> = new Set(
  [
    "apikey",
    "apisecret",
    "accesskey",
    "authorization",
    "cookie",
    "key",
    "okaccesskey",
    "okaccesspassphrase",
    "okaccesssign",
    "passphrase",
    "password",
    "secret",
    "secretkey",
    "setcookie",
    "sign",
    "signature",
    "token",
    "xsimulatedsign",
  ].values(),
);

const mark = "[redacted]";

/** A secret shorter than this would blank out ordinary text. */
const leastSecretLength = 4;

/** Evidence takes 4096 values, 16 deep; a longer text says nothing more. */
const maxValues = 4000;
const maxDepth = 15;
const maxTextLength = 4096;

/**
 * `secrets` are the very strings that must never land; they are taken out of every text, however
 * they got there. Members with a telling name lose their value in any case.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = secrets
    .filter((secret) => secret.length >= leastSecretLength)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .toSorted((one, other) => other.length - one.length);

  function text(raw: string): string {
    let clean = raw.toWellFormed();
    for (const secret of known) clean = clean.replaceAll(secret, mark);
    return clean.length > maxTextLength ? `${clean.slice(0, maxTextLength)}...` : clean;
  }

  function member(name: string, value: unknown, budget: Budget, depth: number): Json {
    const plain = name.toLowerCase().replace(/[^a-z]/g, "");
    return secretNames.has(plain) ? mark : walk(value, budget, depth);
  }

  function walk(value: unknown, budget: Budget, depth: number): Json {
    if (typeof value === "string") return text(value);
    if (typeof value === "boolean" || value === null || value === undefined) return value ?? null;
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value !== "object") return `[${typeof value}]`;
    if (depth >= maxDepth) return "[deeper]";
    if (Array.isArray(value)) {
      const room = take(budget, value.length);
      return value.slice(0, room).map((item) => walk(item, budget, depth + 1));
    }
    const entries = Object.entries(value);
    const room = take(budget, entries.length);
    return Object.fromEntries(
      entries
        .slice(0, room)
        .map(([name, item]) => [text(name), member(name, item, budget, depth + 1)]),
    );
  }

  const value = (raw: unknown): Json => walk(raw, { left: maxValues }, 0);
  return {
    value,
    text,
    record(raw): JsonRecord {
      const plain = value(raw);
      const isRecord = typeof plain === "object" && plain !== null && !Array.isArray(plain);
      return isRecord ? (plain as JsonRecord) : { value: plain };
    },
  };
}

type Budget = { left: number };

function take(budget: Budget, wanted: number): number {
  const room = Math.min(wanted, budget.left);
  budget.left -= room;
  return room;
}
