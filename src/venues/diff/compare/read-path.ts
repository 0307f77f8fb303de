export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member at `a.b.0`; a number is a place in a list. Undefined where there is none. */
export function readPath(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split(".")) {
    if (Array.isArray(at)) at = at[Number(name)];
    else if (isRecord(at)) at = at[name];
    else return undefined;
  }
  return at;
}

/** A plain value as text, and anything else as JSON. */
export function wordOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : (JSON.stringify(value) ?? "undefined");
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
