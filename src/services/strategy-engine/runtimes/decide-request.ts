import type { Json } from "#base";
import type { Decision } from "#strategies";

/** What a strategy process is asked: the arguments of its function, its own memory among them. */
export type DecideRequest<View, Config, Memory> = Readonly<{
  view: View;
  config: Config;
  /** Null before the first decision. */
  memory: Memory | null;
}>;

/** A decision is plain data; JSON leaves it as it is. */
export function decisionJson<Memory>(decision: Decision<Memory>): Json {
  return JSON.parse(JSON.stringify(decision)) as Json;
}
