import { type Brand, canonicalJson, type Json } from "#base";

/** The exact text of what one Permit is for: an operation and every field of its order. */
export type OrderSubject = Brand<string, "OrderSubject">;

/**
 * Canonical JSON of all fields, so that a change of any of them is another subject. No hash: the
 * text is short, lives for milliseconds and says in a refusal what was asked.
 */
export function orderSubject(
  operation: "place" | "amend",
  order: Readonly<Record<string, Json>>,
): OrderSubject {
  return canonicalJson({ operation, order }) as OrderSubject;
}
