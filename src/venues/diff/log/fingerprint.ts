import { createHash } from "node:crypto";
import { canonicalJson } from "#base";
import type { OperationId } from "../catalogue/operation-ids.ts";
import type { Finding } from "../compare/finding.ts";

export type Circumstances = Readonly<{ environment: string; instId: string; posMode: string }>;

/**
 * What makes a difference the same one in another comparison: where it was seen, in which act, of
 * what kind, and what each column shows. Not which versions of the libraries show it, nor examples.
 */
export function fingerprintOf(
  { environment, instId, posMode }: Circumstances,
  operation: OperationId,
  { kind, subject, deviates, shown }: Finding,
): string {
  const identity = canonicalJson({
    ...{ environment, inst_id: instId, pos_mode: posMode, operation, kind },
    ...{ subject, deviates, shown },
  });
  return createHash("sha256").update(identity).digest("hex").slice(0, 16);
}
