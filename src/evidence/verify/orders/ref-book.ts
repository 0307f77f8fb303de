import type { EvidenceRef } from "../../artifacts/orders/evidence-ref.ts";
import type { At } from "./order-claim.ts";
import { type RefPlace, type RefProblem, resolveRefs } from "./resolve-refs.ts";

/** Which record holds a ref. */
export type RefSource = "report" | "freeze_event" | "discrepancy" | "error" | "decision";

export type HeldRef = Readonly<{ ref: EvidenceRef; at: At; source: RefSource }>;

/** Every ref of the run, at most `maxRefs`; they are followed in one more pass, on first demand. */
export type RefBook = Readonly<{
  readonly refs: readonly HeldRef[];
  /** More refs were there than are held. */
  readonly full: boolean;
  problems: () => readonly RefProblem[];
}>;

export type RefBookWriter = RefBook &
  Readonly<{ add: (source: RefSource, refs: readonly EvidenceRef[], at: At) => void }>;

export const maxRefs = 100_000;

export function createRefBook(place: Omit<RefPlace, "refs">): RefBookWriter {
  const refs: HeldRef[] = [];
  let full = false;
  let problems: readonly RefProblem[] | null = null;
  return {
    refs,
    get full(): boolean {
      return full;
    },
    problems(): readonly RefProblem[] {
      problems ??= resolveRefs({ ...place, refs });
      return problems;
    },
    add(source, added, at): void {
      for (const ref of added) {
        if (refs.length < maxRefs) refs.push({ ref, at, source });
        else full = true;
      }
    },
  };
}
