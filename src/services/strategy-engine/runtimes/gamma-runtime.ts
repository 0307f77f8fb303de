import type { Json } from "#base";
import type { SandboxedRuntime } from "#mesh";
import {
  decideGamma,
  emptyGammaMemory,
  type GammaConfig,
  type GammaMemory,
  type GammaView,
} from "#strategies";
import { type DecideRequest, decisionJson } from "./decide-request.ts";

/** gamma-strategy, as it runs in its own process. */
export const runtime: SandboxedRuntime = {
  handle(request: Json): Json {
    // The parent gathers the three, and nobody else can reach this process.
    const { view, config, memory } = request as unknown as DecideRequest<
      GammaView,
      GammaConfig,
      GammaMemory
    >;
    return decisionJson(decideGamma(view, config, memory ?? emptyGammaMemory));
  },
};
