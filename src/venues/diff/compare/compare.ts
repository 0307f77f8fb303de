import { oddPrice } from "../acts/okx-orders.ts";
import type { Operation } from "../catalogue/operation.ts";
import { type ByColumn, byColumn } from "../column.ts";
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
    ...(sameState ? compareEffects(operation, seen) : []),
    ...compareWire(operation, seen),
    ...compareRows(operation, seen),
    ...compareStreams(operation, seen),
  ];
  // Rows of venues that are not in the same state differ for that reason alone.
  return findings
    .filter(({ kind }) => sameState || !ofState.has(kind))
    .map((finding) => ({
      ...finding,
      shown: byColumn((each) => named(finding.shown[each], seen)),
    }));
}

/** Prices move from one day to the next; what they are for does not. */
function named(shown: string, { direct: { market } }: ByColumn<Observation>): string {
  const names: readonly (readonly [string, string])[] = [
    [market.insidePx, "<price at the touch>"],
    [market.takePx, "<price that fills>"],
    [market.otherPxs[0], "<second price that rests>"],
    [market.otherPxs[1], "<third price that rests>"],
    [oddPrice(market), "<price between ticks>"],
    [market.restPx, "<price that rests>"],
  ];
  return names.reduce((text, [price, name]) => text.replaceAll(`"${price}"`, name), shown);
}

const ofState: ReadonlySet<string> = new Set([
  "rows_differ",
  "row_order",
  "outcome_differs",
  "answer_differs",
]);
