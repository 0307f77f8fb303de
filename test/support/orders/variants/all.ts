import { agentVariants } from "./agent-variants.ts";
import { answerVariants } from "./answer-variants.ts";
import { auditVariants } from "./audit-variants.ts";
import { bookVariants } from "./book-variants.ts";
import { contractVariants } from "./contract-variants.ts";
import { eventfulVariants } from "./eventful-variants.ts";
import { fenceVariants } from "./fence-variants.ts";
import { pointerVariants } from "./pointer-variants.ts";
import { rawVariants } from "./raw-variants.ts";
import type { Variant } from "./variant.ts";
import { worldVariants } from "./world-variants.ts";

/** Everything that can be wrong with a session, each with the claims that must notice. */
export const orderVariants: readonly Variant[] = [
  ...contractVariants,
  ...agentVariants,
  ...answerVariants,
  ...eventfulVariants,
  ...bookVariants,
  ...auditVariants,
  ...pointerVariants,
  ...fenceVariants,
  ...rawVariants,
  ...worldVariants,
];
