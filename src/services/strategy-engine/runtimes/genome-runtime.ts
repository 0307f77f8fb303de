import type { Json } from "#base";
import type { SandboxedRuntime } from "#mesh";
import { decideGenome, type GenomeConfig, type GenomeMemory, type GenomeView } from "#strategies";
import { type DecideRequest, decisionJson } from "./decide-request.ts";

/** genome-strategy, as it runs in its own process. */
export const runtime: SandboxedRuntime = {
  handle(request: Json): Json {
    // The parent gathers the three, and nobody else can reach this process.
    const { view, config, memory } = request as unknown as DecideRequest<
      GenomeView,
      GenomeConfig,
      GenomeMemory
    >;
    return decisionJson(decideGenome(view, config, memory));
  },
};
