import { auditRemedies } from "./codes-audit.ts";
import { orderRemedies } from "./codes-orders.ts";

/** What to do about each code, in one sentence. Codes are append-only. */
export const remedyByCode: Readonly<Record<OrderCode, string>> = {
  ...orderRemedies,
  ...auditRemedies,
};

/** Every word that a claim about recorded order evidence may say. */
export type OrderCode = keyof typeof orderRemedies | keyof typeof auditRemedies;

/** The remedy of a code; null for a word of another part (the reading of files). */
export function remedyOf(code: string): string | null {
  return Object.hasOwn(remedyByCode, code) ? remedyByCode[code as OrderCode] : null;
}
