import type { Json } from "#base";
import type { SandboxedRuntime } from "#mesh";
import {
  decideWhale,
  emptyWhaleMemory,
  type WhaleConfig,
  type WhaleMemory,
  type WhaleView,
} from "#strategies";
import { type DecideRequest, decisionJson } from "./decide-request.ts";

/** whale-strategy, as it runs in its own process. */
export const runtime: SandboxedRuntime = {
  handle(request: Json): Json {
    // The parent gathers the three, and nobody else can reach this process.
    const { view, config, memory } = request as unknown as DecideRequest<
      WhaleView,
      WhaleConfig,
      WhaleMemory
    >;
    return decisionJson(decideWhale(view, config, memory ?? emptyWhaleMemory));
  },
};
