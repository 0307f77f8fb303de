import type { RosterAgent } from "../../artifacts/agent-roster.ts";
import type { VenueBirthLine } from "../../artifacts/execution/venue-lives.ts";
import { checkSplit } from "./capital-split.ts";
import { toUnits } from "./exact-decimal.ts";
import { type At, type OrderClaim, type OrderReport, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * Everybody in the roster was born once, with the genome and the capital that is said of him, and
 * the manifest counts as many. It holds one entry for each agent.
 */
export const venuePopulation: OrderClaim<"roster_agent" | "birth"> = {
  id: "venue_population",
  clause: "docs/contracts/orders.md#venue-population",
  reads: ["agent_roster", "birth_events"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const { capital_per_agent: capital, num_agents: number } = run.manifest.fields;
    const due = typeof capital === "string" ? microOf(capital) : null;
    const anchors = new Map<string, Anchor>();

    return {
      on: {
        roster_agent(agent): void {
          // A second anchor for one agent is the finding of another claim.
          if (anchors.has(agent.agent_id_hash)) return;
          anchors.set(agent.agent_id_hash, anchorOf(agent));
        },
        birth(birth, at): void {
          report.count();
          checkSplit(birth.capital_triplet, at, report);
          const anchor = anchors.get(birth.agent_id_hash);
          if (anchor === undefined) {
            const detail = `${birth.agent_id_hash} has no anchor in the roster`;
            report.finding("birth_without_anchor", at, detail);
            return;
          }
          if (anchor.born)
            report.finding("birth_repeated", at, `${birth.agent_id} was born before`);
          anchor.born = true;
          checkBirth(birth, anchor, { due, at, report });
        },
      },
      end(): void {
        const births = wholeFile(orderFileNames.birth_events);
        let born = 0;
        for (const anchor of anchors.values()) {
          report.count();
          if (anchor.born) born += 1;
          else report.finding("birth_missing", births, `${anchor.agent_id} is in the roster alone`);
        }
        if (typeof number !== "number" || number === born) return;
        const at = { ...wholeFile("run_manifest.json"), field: "num_agents" };
        report.finding("population_differs", at, `${number} agents there, ${born} were born`);
      },
    };
  },
};

type Anchor = { born: boolean } & Readonly<{
  agent_id: string;
  gene_id: string;
  weights_sha256: string;
  tick: number;
}>;

function anchorOf({ agent_id, gene_id, weights_sha256, metadata }: RosterAgent): Anchor {
  return { agent_id, gene_id, weights_sha256, tick: metadata.born_tick, born: false };
}

/** Decimal text of the currency as micro-units; null where it is finer than that. */
function microOf(text: string): number | null {
  if (!/^\d{1,20}(?:\.\d{1,18})?$/.test(text)) return null;
  const units = toUnits(text);
  return units % unitsOfMicro === 0n ? Number(units / unitsOfMicro) : null;
}

const unitsOfMicro = 10n ** 12n;

type Checking = Readonly<{ due: number | null; at: At; report: OrderReport }>;

function checkBirth(birth: VenueBirthLine, anchor: Anchor, { due, at, report }: Checking): void {
  for (const field of ["agent_id", "gene_id", "weights_sha256", "tick"] as const) {
    if (birth[field] === anchor[field]) continue;
    const detail = `${birth[field]} here, ${anchor[field]} in the roster`;
    report.finding("birth_differs", { ...at, field }, detail);
  }
  if (due === null || birth.capital_micro === due) return;
  const detail = `${birth.capital_micro} micro, the manifest gives each agent ${due}`;
  report.finding("birth_differs", { ...at, field: "capital_micro" }, detail);
}
