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
