import { findGenomeSchema, type GenomeSchema } from "#core";
import type { RosterAgent } from "../../artifacts/agent-roster.ts";
import type { VenueGenomeLine } from "../../artifacts/execution/venue-lives.ts";
import { createGenomeAnchorer, type GenomeAnchorer } from "../../run/agent-identity.ts";
import { fromCanonicalBase64 } from "../../run/canonical-base64.ts";
import { type At, type OrderClaim, type OrderReport, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * Behind every anchor of the roster lie its weights, and they are what the anchor says: whoever
 * reads an order can have the very genome that wanted it. It holds one entry for each agent.
 */
export const venueGenomes: OrderClaim<"roster_head" | "roster_agent" | "genome"> = {
  id: "venue_genomes",
  clause: "docs/contracts/orders.md#venue-genomes",
  reads: ["agent_roster", "genomes_snapshot"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(_run, report) {
    const anchorById = new Map<string, Anchor>();
    let registered: Registered | null = null;

    return {
      on: {
        roster_head({ genome_schema_version: version }): void {
          const schema = findGenomeSchema(version);
          if (schema === null) return;
          registered = { schema, anchorer: createGenomeAnchorer(version, schema.weights_count) };
        },
        roster_agent(agent): void {
          // A second anchor for one agent is the finding of another claim.
          if (!anchorById.has(agent.agent_id)) anchorById.set(agent.agent_id, anchorOf(agent));
        },
        genome(genome, at): void {
          report.count();
          const anchor = anchorById.get(genome.agent_id);
          if (anchor === undefined) {
            const detail = `${genome.agent_id} has no anchor in the roster`;
            report.finding("genome_without_anchor", { ...at, field: "agent_id" }, detail);
          } else {
            if (anchor.seen) report.finding("genome_repeated", at, `${genome.agent_id} has one`);
            anchor.seen = true;
            compare(genome, anchor, at, report);
          }
          if (registered !== null) recompute(genome, registered, at, report);
          else report.finding("genome_weights_wrong", at, "the roster's schema is not registered");
        },
      },
      end(): void {
        const file = wholeFile(orderFileNames.genomes_snapshot);
        for (const [agent, { seen }] of anchorById) {
          report.count();
          if (!seen) report.finding("genome_missing", file, `${agent} has an anchor alone`);
        }
      },
    };
  },
};

type Anchor = { seen: boolean } & Pick<RosterAgent, (typeof anchorFields)[number]>;

const anchorFields = ["agent_id_hash", "gene_id", "weights_sha256"] as const;

type Registered = Readonly<{ schema: GenomeSchema; anchorer: GenomeAnchorer }>;

function anchorOf({ agent_id_hash, gene_id, weights_sha256 }: RosterAgent): Anchor {
  return { seen: false, agent_id_hash, gene_id, weights_sha256 };
}

function compare(genome: VenueGenomeLine, anchor: Anchor, at: At, report: OrderReport): void {
  for (const field of anchorFields) {
    if (genome[field] === anchor[field]) continue;
    const detail = `${genome[field]} here, ${anchor[field]} in the roster`;
    report.finding("genome_anchor_differs", { ...at, field }, detail);
  }
}

/** Counts come from the registry, hashes from the weights; nothing is taken on their word. */
function recompute(
  genome: VenueGenomeLine,
  { schema, anchorer }: Registered,
  at: At,
  report: OrderReport,
): void {
  const wrong = (detail: string): void =>
    report.finding("genome_weights_wrong", { ...at, field: "weights" }, detail);
  for (const field of ["genome_schema_version", "weights_count"] as const) {
    if (genome[field] === schema[field]) continue;
    const detail = `${genome[field]} here, ${schema[field]} is registered for this run`;
    report.finding("genome_anchor_differs", { ...at, field }, detail);
  }
  const bytes = fromCanonicalBase64(genome.weights);
  const due = schema.weights_count;
  if (bytes === null) return wrong("not canonical base64");
  if (bytes.length !== due * 4) return wrong(`not the ${due} float32 of the registry`);
  for (let at = 0; at < bytes.length; at += 4) {
    if (!Number.isFinite(bytes.readFloatLE(at))) return wrong(`gene ${at / 4} is no number`);
  }
  const found = anchorer.fromBytes(bytes);
  for (const field of ["weights_sha256", "gene_id"] as const) {
    if (found[field] === genome[field]) continue;
    report.finding("genome_anchor_differs", { ...at, field }, "not the hash of the weights");
  }
}
