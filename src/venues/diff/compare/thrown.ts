import { DirectFailure } from "../direct-client.ts";
import type { Observation } from "../observation.ts";
import { isRecord } from "./read-path.ts";

/** What can be learnt from what a library throws. */
export type Thrown = Readonly<{
  /** `InvalidOrder`, `AxiosError`, `no error: an answer`, `no error: text`. */
  form: string;
  /** Whether it can have happened: as the thrown thing says itself. */
  meaning: "refused" | "unsure" | "unsaid";
  /** Whether the venue's own code can be found in it. */
  tellsCode: boolean;
  carriesSecret: boolean;
}>;

/** Null when nothing was thrown. `code`: the code of the venue that is looked for. */
export function readThrown({ outcome, secrets }: Observation, code: string | null): Thrown | null {
  if (outcome.state !== "thrown") return null;
  const { thrown } = outcome;
  const text = deepText(thrown);
  return {
    form: formOf(thrown),
    meaning: meaningOf(thrown),
    tellsCode: code === null || text.includes(code),
    carriesSecret: secrets.some((secret) => text.includes(secret)) || /ok-access-sign/i.test(text),
  };
}

function formOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.constructor.name;
  if (typeof thrown === "string") return "no error: text";
  return isRecord(thrown) ? "no error: the answer" : `no error: ${typeof thrown}`;
}

/**
 * Users tell ccxt's errors apart by class, and okx-api's by whether an answer of the venue was
 * thrown. Our own say it in a word.
 */
function meaningOf(thrown: unknown): Thrown["meaning"] {
  if (thrown instanceof DirectFailure) {
    return thrown.failure.kind === "refused" ? "refused" : "unsure";
  }
  const classes = classesOf(thrown);
  if (classes.includes("RateLimitExceeded")) return "refused";
  if (classes.some((name) => unsureClasses.has(name))) return "unsure";
  if (classes.includes("ExchangeError")) return "refused";
  return isRecord(thrown) && typeof thrown["code"] === "string" && !(thrown instanceof Error)
    ? "refused"
    : "unsaid";
}

const unsureClasses: ReadonlySet<string> = new Set(["NetworkError", "AxiosError"]);

function classesOf(thrown: unknown): readonly string[] {
  const names: string[] = [];
  let at: unknown = thrown instanceof Error ? Object.getPrototypeOf(thrown) : null;
  while (typeof at === "object" && at !== null && names.length < maxClasses) {
    names.push(at.constructor.name);
    at = Object.getPrototypeOf(at);
  }
  return names;
}

const maxClasses = 10;
const maxDepth = 6;

/** Everything readable in a value, hidden members of errors too, each object once. */
function deepText(value: unknown, seen: Set<object> = new Set(), depth = 0): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (seen.has(value) || depth > maxDepth) return "";
  seen.add(value);
  if (Buffer.isBuffer(value)) return "";
  const names = Object.getOwnPropertyNames(value).filter((name) => name !== "stack");
  return names
    .map((name) => `${name}=${deepText(Reflect.get(value, name), seen, depth + 1)}`)
    .join(" ");
}
