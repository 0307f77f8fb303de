import { auditRemedies } from "./codes-audit.ts";
import { orderRemedies } from "./codes-orders.ts";
import { worldRemedies } from "./codes-world.ts";

/** What to do about each code, in one sentence. Codes are append-only. */
export const remedyByCode: Readonly<Record<OrderCode, string>> = {
  ...orderRemedies,
  ...auditRemedies,
  ...worldRemedies,
};

/** Every word that a claim about recorded order evidence may say. */
export type OrderCode =
  | keyof typeof orderRemedies
  | keyof typeof auditRemedies
  | keyof typeof worldRemedies;

/** The remedy of a code; null for a word of another part (the reading of files). */
export function remedyOf(code: string): string | null {
  return Object.hasOwn(remedyByCode, code) ? remedyByCode[code as OrderCode] : null;
}
