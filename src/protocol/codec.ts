import type { z } from "zod";
import {
  canonicalJson,
  err,
  type Fault,
  isJsonList,
  type Json,
  ok,
  parseJson,
  type Result,
} from "#base";

/**
 * One kind of message. Whoever sends is strict: a field that the version does not know is refused.
 * Whoever receives passes over it, because a newer minor version may say more; a field that is
 * missing or malformed is refused by both.
 */
export type Codec<T> = Readonly<{
  /** `assay.tick/1`: name and version of the shape, as messages carry it. */
  schema: string;
  shape: z.ZodType<T>;
  /** Faults: message_malformed, message_schema_unsupported; `at` is the field. */
  read(value: unknown): Result<T, Fault>;
  /** Also: message_not_json. */
  readText(text: string): Result<T, Fault>;
  /** Also: message_unknown_field. */
  write(value: T): Result<Json, Fault>;
  /** The canonical JSON text of what `write` lets through. */
  writeText(value: T): Result<string, Fault>;
}>;

/** `shape` neither transforms nor fills in, so that what is read is what was said. */
export function createCodec<T>(schema: string, shape: z.ZodType<T>): Codec<T> {
  const read = (value: unknown): Result<T, Fault> => {
    const said = schemaOf(value);
    if (said !== undefined && said !== schema) {
      const message = `this is ${shown(said)}, and ${schema} is understood here`;
      return err({ code: "message_schema_unsupported", message, at: "schema" });
    }
    const checked = shape.safeParse(value);
    if (checked.success) return ok(checked.data);
    const issue = checked.error.issues[0];
    const at = issue?.path.map(String).join(".") || "the message";
    const message = `${schema}: ${at}: ${issue?.message ?? "is not as expected"}`;
    return err({ code: "message_malformed", message, at });
  };

  const write = (value: T): Result<Json, Fault> => {
    const known = read(value);
    if (!known.ok) return known;
    // The shape was just checked, and it allows nothing that JSON cannot carry.
    const whole = value as Json;
    const stray = firstStray(whole, known.value as Json, "");
    if (stray === null) return ok(whole);
    const message = `${schema} has no field ${stray}`;
    return err({ code: "message_unknown_field", message, at: stray });
  };

  return {
    schema,
    shape,
    read,
    readText(text) {
      const json = parseJson(text);
      if (json.ok) return read(json.value);
      const message = `${schema}: not JSON: ${json.fault.message}`;
      return err({ code: "message_not_json", message });
    },
    write,
    writeText(value) {
      const json = write(value);
      return json.ok ? ok(canonicalJson(json.value)) : json;
    },
  };
}

function schemaOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "schema" in value
    ? value.schema
    : undefined;
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 64)) : "no schema at all";
}

/** Reading leaves out what the shape does not name; the first such field is the stray one. */
function firstStray(whole: Json, known: Json, at: string): string | null {
  if (typeof whole !== "object" || whole === null) return null;
  if (typeof known !== "object" || known === null) return at;
  if (isJsonList(whole)) {
    if (!isJsonList(known)) return at;
    return firstOf(whole.keys(), (index) => {
      return firstStray(whole[index] ?? null, known[index] ?? null, join(at, String(index)));
    });
  }
  if (isJsonList(known)) return at;
  return firstOf(Object.keys(whole), (key) => {
    if (!Object.hasOwn(known, key)) return join(at, key);
    return firstStray(whole[key] ?? null, known[key] ?? null, join(at, key));
  });
}

function firstOf<K>(keys: Iterable<K>, look: (key: K) => string | null): string | null {
  for (const key of keys) {
    const found = look(key);
    if (found !== null) return found;
  }
  return null;
}

function join(at: string, key: string): string {
  return at === "" ? key : `${at}.${key}`;
}
