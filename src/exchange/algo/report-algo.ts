import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import type { Algo } from "./algo-board.ts";

const { eventAlgo } = eventFields;

/** An event with a copy of the algo order as it is now. */
export function reportAlgo(engine: Engine, algo: Algo): void {
  engine.algos.reports.push({ ...algo });
  engine.events.push(eventAlgo, algo.id, engine.algos.reports.length - 1, 0);
}
