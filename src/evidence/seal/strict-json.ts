import type { z } from "zod";
import { bytesToUtf8, canonicalJson, err, type Fault, ok, parseJson, type Result } from "#base";

/**
 * - canonical: the bytes are the RFC 8785 text of their value, then `ending`.
 * - any: the document may be laid out for people; it is still strict JSON without duplicates.
 */
export type JsonForm = Readonly<{ layout: "canonical"; ending: "" | "\n" } | { layout: "any" }>;

/**
 * Bytes to a value of this schema: strict UTF-8, strict JSON, closed schema, and for our own
 * formats one spelling only. The fault has the given code and names the place.
 */
export function readStrictJson<T>(
  bytes: Uint8Array,
  schema: z.ZodType<T>,
  code: string,
  form: JsonForm,
): Result<T, Fault> {
  const text = bytesToUtf8(bytes);
  if (!text.ok) return err({ code, message: text.fault.message });
  const json = parseJson(text.value);
  if (!json.ok) return err({ code, message: json.fault.message });
  if (form.layout === "canonical" && `${canonicalJson(json.value)}${form.ending}` !== text.value) {
    return err({ code, message: "not the canonical spelling (RFC 8785) of its JSON value" });
  }
  const value = schema.safeParse(json.value);
  if (value.success) return ok(value.data);
  const [issue] = value.error.issues;
  const field =
    issue === undefined || issue.path.length === 0 ? "the document" : issue.path.join(".");
  return err({ code, message: `${field}: ${issue?.message ?? "not as the format says"}` });
}
