import { createHash } from "node:crypto";
import { canonicalJson, type Json } from "#base";

/**
 * sha256 over the schema, a line end and the canonical JSON, in lower-case hex. The schema in
 * front keeps the digests of two kinds of message apart.
 */
export function digestOf(schema: string, content: Json): string {
  return createHash("sha256")
    .update(`${schema}\n${canonicalJson(content)}`)
    .digest("hex");
}
