import { canonicalJson } from "#base";
import { type ByColumn, byColumn, type Column } from "../column.ts";
import type { Observation } from "../observation.ts";
import { plainValue } from "../plain-value.ts";
import { steadyText } from "./compare-wire.ts";
import type { Finding } from "./finding.ts";
import type { DifferenceKind } from "./kinds.ts";

type Library = Exclude<Column, "direct">;
const libraries: readonly Library[] = ["okx_sdk", "ccxt"];

/** What each act left behind at venues that were the same before. */
export function compareEffects(seen: ByColumn<Observation>): readonly Finding[] {
  const { direct } = seen;
  const byKind = new Map<DifferenceKind, { parts: Set<string>; deviates: Library[] }>();
  for (const library of libraries) {
    const { after, outcome } = seen[library];
    if (outcome.state === "not_offered" || after === direct.after) continue;
    const parts = partsThatDiffer(direct, seen[library]);
    const kind = kindOf(parts, direct, seen[library]);
    const group = byKind.get(kind) ?? { parts: new Set(), deviates: [] };
    for (const part of parts) group.parts.add(part);
    group.deviates.push(library);
    byKind.set(kind, group);
  }
  return [...byKind].map(([kind, { parts, deviates }]): Finding => {
    const subject = parts.size === 0 ? ["state"] : [...parts];
    const shown = byColumn((column) =>
      effectText(seen[column], direct, { parts: [...parts], kind }),
    );
    return { kind, subject, deviates, shown, fields: [], features: [] };
  });
}

function kindOf(
  parts: readonly string[],
  direct: Observation,
  library: Observation,
): DifferenceKind {
  if (parts.length > 0) return "effect_differs";
  const names = [direct, library].map(({ effect }) => canonicalJson(plainValue(effect?.names)));
  return names[0] === names[1] ? "effect_hidden" : "effect_named";
}

function partsThatDiffer(direct: Observation, library: Observation): readonly string[] {
  const [one, other] = [direct.effect?.parts ?? {}, library.effect?.parts ?? {}];
  return Object.keys(one).filter((part) => {
    return canonicalJson(plainValue(one[part])) !== canonicalJson(plainValue(other[part]));
  });
}

/** What the parts hold, or which names the orders carry; a timer is only told by its digest. */
function effectText(
  { effect, after, before }: Observation,
  direct: Observation,
  { parts, kind }: Readonly<{ parts: readonly string[]; kind: DifferenceKind }>,
): string {
  if (kind === "effect_named") return steadyText(canonicalJson(plainValue(effect?.names)));
  if (kind === "effect_hidden") {
    if (after === before) return "state as before";
    return after === direct.after ? "state as asked for" : "another state";
  }
  const shown = parts.map((part) => {
    const held = effect?.parts[part];
    return `${part}: ${Array.isArray(held) ? held.length : 0}`;
  });
  return shown.join(", ");
}
