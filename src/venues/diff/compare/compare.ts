import type { Operation } from "../catalogue/operation.ts";
import type { ByColumn } from "../column.ts";
import type { Observation } from "../observation.ts";
import { compareEffects } from "./compare-effects.ts";
import { compareOutcomes } from "./compare-outcomes.ts";
import { compareRows } from "./compare-rows.ts";
import { compareStreams } from "./compare-streams.ts";
import { compareWire } from "./compare-wire.ts";
import type { Finding } from "./finding.ts";

/**
 * Every way in which the columns of one act are not alike. `sameState`: whether all began in the
 * same state; only then what they left behind and which rows they saw can be compared.
 */
export function compare(
  operation: Operation,
  seen: ByColumn<Observation>,
  sameState: boolean,
): readonly Finding[] {
  const findings = [
    ...compareOutcomes(operation, seen),
    ...(sameState ? compareEffects(seen) : []),
    ...compareWire(operation, seen),
    ...compareRows(operation, seen),
    ...compareStreams(operation, seen),
  ];
  // Rows of venues that are not in the same state differ for that reason alone.
  return findings.filter(({ kind }) => sameState || !ofState.has(kind));
}

const ofState: ReadonlySet<string> = new Set(["rows_differ", "row_order", "answer_differs"]);
