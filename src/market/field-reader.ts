import type { Fault, Json } from "#base";

/** Reads the members of one strict JSON record and remembers the first thing that is wrong. */
export type FieldReader = Readonly<{
  text: (key: string, form: RegExp) => string;
  choice: <T extends string>(key: string, choices: readonly T[]) => T | null;
  whole: (key: string, bounds: Readonly<{ min: number; max: number }>) => number;
  wholeOrNull: (key: string, bounds: Readonly<{ min: number; max: number }>) => number | null;
  record: (key: string, keys: readonly string[]) => FieldReader;
  list: (key: string, keys: readonly string[]) => readonly FieldReader[];
  refuse: (key: string, message: string) => void;
}>;

/** Where the first fault is kept while a whole document is read. */
export type FaultSlot = { fault: Fault | null };

/**
 * Opens `json` as a record with exactly these keys. Reading goes on after a fault with harmless
 * values, so a caller looks at `slot.fault` once, at the end.
 */
export function openFields(
  json: Json | undefined,
  keys: readonly string[],
  slot: FaultSlot,
  path: string,
): FieldReader {
  const record = isRecord(json) ? json : {};
  const refuse = (key: string, message: string): void => {
    slot.fault ??= { code: "instrument_invalid", message: `${path}.${key}: ${message}` };
  };
  if (!isRecord(json)) {
    slot.fault ??= { code: "instrument_invalid", message: `${path}: expected a record` };
  }
  for (const key of Object.keys(record)) {
    if (!keys.includes(key)) refuse(key, `unknown key; known are ${keys.join(", ")}`);
  }

  function whole(key: string, { min, max }: Readonly<{ min: number; max: number }>): number {
    const value = record[key];
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) {
      return value;
    }
    refuse(key, `expected a whole number from ${min} to ${max}`);
    return min;
  }

  return {
    refuse,
    whole,
    wholeOrNull: (key, bounds) => (record[key] === null ? null : whole(key, bounds)),
    text(key, form): string {
      const value = record[key];
      if (typeof value === "string" && form.test(value)) return value;
      refuse(key, `expected text like ${form.source}`);
      return "";
    },
    choice(key, choices) {
      const found = choices.find((choice) => choice === record[key]);
      if (found === undefined) refuse(key, `expected one of ${choices.join(", ")}`);
      return found ?? null;
    },
    record: (key, inner) => openFields(record[key], inner, slot, `${path}.${key}`),
    list(key, inner): readonly FieldReader[] {
      const value = record[key];
      const items: readonly Json[] = Array.isArray(value) ? value : [];
      if (items.length === 0) refuse(key, "expected a list with at least one entry");
      return items.map((item, index) => openFields(item, inner, slot, `${path}.${key}[${index}]`));
    },
  };
}

function isRecord(json: Json | undefined): json is Readonly<{ [key: string]: Json }> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
