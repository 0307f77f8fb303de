import { err, type Fault, type Result } from "#base";
import type { Answer } from "#venues";

/** A run that may not begin; the code says which question had the wrong answer. */
export function refused(code: string, message: string): Result<never, Fault> {
  return err({ code, message });
}

/** A question that the venue did not answer. */
export function askFault(what: string, answer: Extract<Answer<unknown>, { ok: false }>): Fault {
  const { kind, code, message } = answer.failure;
  const at = answer.call.endpoint;
  if (kind === "refused") {
    return {
      code: "venue_refused",
      message: `${what}: the venue says no (${code}): ${message}`,
      at,
    };
  }
  return { code: "venue_unreachable", message: `${what}: no answer (${code}): ${message}`, at };
}
