/** Makes a value fit for a log line: JSON, bounded, without secrets. */
export type Redact = (value: unknown) => unknown;

/** Keys whose values are never logged, wherever they stand. */
const secretKeys =
  /pass(word|phrase|wd)?$|secret|token$|api_?key|private_?key|authori[sz]ation|cookie|credential/i;

/** Shorter texts would blank out ordinary words. */
const leastSecretLength = 4;

const maxText = 2000;
const maxItems = 200;
const maxDepth = 6;

/** What stands in the place of a secret. */
const redacted = "[redacted]";

/** `secrets` are the texts that the process was told; they are cut out of every string. */
export function createRedact(secrets: readonly string[]): Redact {
  const known = [...new Set(secrets)]
    .filter((text) => text.length >= leastSecretLength)
    .toSorted((one, two) => two.length - one.length);
  const text = (value: string): string => {
    let clean = value;
    for (const secret of known) clean = clean.replaceAll(secret, redacted);
    return clean.length <= maxText ? clean : `${clean.slice(0, maxText)}... (${clean.length})`;
  };
  return (value) => cleanValue(value, text, 0);
}

type CleanText = (value: string) => string;

function cleanValue(value: unknown, text: CleanText, depth: number): unknown {
  switch (typeof value) {
    case "string":
      return text(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
    case "undefined":
      return value;
    case "bigint":
    case "symbol":
      return text(String(value));
    case "function":
      return "[function]";
    case "object":
      return value === null ? null : cleanObject(value, text, depth);
  }
}

function cleanObject(value: object, text: CleanText, depth: number): unknown {
  if (value instanceof Error) return cleanError(value, text, depth);
  if (value instanceof URL) return text(withoutUser(value));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth >= maxDepth) return "[too deep]";
  if (Array.isArray(value)) {
    const items = value.slice(0, maxItems).map((item) => cleanValue(item, text, depth + 1));
    return value.length <= maxItems ? items : [...items, `... (${value.length})`];
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const shown: unknown = value.toJSON();
    return typeof shown === "object" ? "[object]" : cleanValue(shown, text, depth + 1);
  }
  const fields = Object.entries(value).slice(0, maxItems);
  return Object.fromEntries(
    fields.map(([key, item]: [string, unknown]) => {
      const hidden = secretKeys.test(key) && item !== null && item !== undefined;
      return [text(key), hidden ? redacted : cleanValue(item, text, depth + 1)];
    }),
  );
}

function cleanError(error: Error, text: CleanText, depth: number): unknown {
  const { name, message, cause } = error;
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const isLast = cause === undefined || depth >= maxDepth;
  const why = isLast ? {} : { cause: cleanValue(cause, text, depth + 1) };
  return { name, message: text(message), ...code, ...why };
}

function withoutUser(url: URL): string {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain.href;
}
