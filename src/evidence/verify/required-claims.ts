import type { ClaimVerdict } from "../artifacts/verdict.ts";
import { recordClaims } from "./claims.ts";
import { contractClaims } from "./contracts.ts";
import { orderClaims } from "./orders/order-claims.ts";
import { orderFilesClaim } from "./orders/verify-orders.ts";
import { poolLinesClaim } from "./pool-lines.ts";
import type { RunKind } from "./run-kind.ts";
import { sealClaims } from "./seal-claims.ts";
import { sumsClaim } from "./sums.ts";

export type ClaimName = Readonly<{ id: string; clause: string }>;

/** The claims that have to be answered for a run of this kind, in the order they are reported. */
export const requiredClaims: Readonly<Record<RunKind, readonly ClaimName[]>> = {
  world: [sumsClaim, ...contractClaims, ...recordClaims, poolLinesClaim, ...sealClaims],
  venue: [sumsClaim, orderFilesClaim, ...orderClaims, ...sealClaims],
  full_offline: [
    sumsClaim,
    orderFilesClaim,
    ...orderClaims,
    ...contractClaims,
    ...recordClaims,
    ...sealClaims,
  ],
};

/** Every claim that this kind of run owes; one that nobody answered is not measurable. */
export function answered(
  kind: RunKind,
  answers: readonly ClaimVerdict[],
  why: string,
): readonly ClaimVerdict[] {
  const answerById = new Map(answers.map((answer) => [answer.id, answer]));
  const none = { verdict: "NOT_MEASURABLE", reason: why, checked: 0, findings: 0 } as const;
  return requiredClaims[kind].map(
    ({ id, clause }) => answerById.get(id) ?? { id, clause, ...none },
  );
}
