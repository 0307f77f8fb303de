import { findGenomeSchema, type GenomeSchema } from "#core";
import type { GenomeLine } from "../artifacts/genomes-snapshot.ts";
import { agentIdHash, agentNumber, createGenomeAnchorer } from "../run/agent-identity.ts";
import { fromCanonicalBase64 } from "../run/canonical-base64.ts";
import { createColumn } from "../run/column.ts";
import type { Claim, Place, Report } from "./claim.ts";
import { createDigestBook } from "./digest-book.ts";
import { createMillisReader } from "./event-books.ts";
import type { HashThread } from "./threads/hash-thread.ts";

type Kinds = "roster_head" | "roster_agent" | "genome" | "birth";

/** Every anchor is recomputed from the weights that were landed; counts come from the registry. */
export const genomeAnchors: Claim<Kinds> = {
  id: "genome_anchors",
  clause: "docs/contracts/run-directory.md#c3-genome-anchors",
  reads: ["roster_head", "roster_agent", "genome", "birth"],
  start(run, report) {
    const { run_id, genome_schema_version: version } = run.manifest;
    const schema = findGenomeSchema(version);
    const roster = createDigestBook();
    const landing = createLandingBook();
    const differs = (place: Place, field: string, detail: string): void =>
      report.finding("anchor_differs", { ...place, field }, detail);

    /** What the registry says of this schema, against what a record says. */
    function registered<Key extends keyof GenomeSchema>(
      place: Place,
      field: Key,
      said: GenomeSchema[Key],
    ): void {
      const due = schema?.[field];
      if (said !== due) differs(place, field, `${JSON.stringify(due)} is registered`);
    }

    /** What an agent's line says of its genome, against the roster. */
    function fromRoster(place: Place, said: Anchored): void {
      const agent = agentNumber(said.agent_id);
      if (!roster.has(agent)) return;
      if (!roster.isDigest(agent, said.weights_sha256)) differs(place, "weights_sha256", notRoster);
      if (!roster.isGene(agent, said.gene_id)) differs(place, "gene_id", notRoster);
    }

    const weights = schema?.weights_count ?? 0;
    const recompute = createRecomputation({ version, weights, hashing: run.hashing }, report);
    return {
      on: {
        roster_head(head, line): void {
          report.count();
          const place: Place = { kind: "roster_head", line };
          registered(place, "genome_schema_version", head.genome_schema_version);
          registered(place, "weights_count", head.weights_count);
          registered(place, "feature_dimension", head.feature_dimension);
          registered(place, "feature_contract_version", head.feature_contract_version);
        },
        roster_agent(agent, line): void {
          report.count();
          const place: Place = { kind: "roster_agent", line };
          roster.add(agent.weights_sha256, agent.gene_id);
          registered(place, "genome_schema_version", agent.genome_schema_version);
          registered(place, "weights_count", agent.weights_count);
          const { agent_id: id, agent_id_hash: said } = agent;
          // Should it not be the hash, the run is judged again without the thread.
          if (run.hashing !== undefined) run.hashing.name(id, said);
          else if (said !== agentIdHash(run_id, id)) {
            differs(place, "agent_id_hash", "not the hash of run id and agent id");
          }
        },
        genome(genome, line): void {
          report.count();
          const place: Place = { kind: "genome", line };
          registered(place, "genome_schema_version", genome.genome_schema_version);
          registered(place, "weights_count", genome.weights_count);
          fromRoster(place, genome);
          if (agentNumber(genome.agent_id) !== landing.add(genome)) {
            const detail = `${genome.agent_id} stands where another belongs`;
            report.finding("genome_not_numbered", { ...place, field: "agent_id" }, detail);
          }
          recompute(genome, place);
        },
        birth(birth, line): void {
          report.count();
          const place: Place = { kind: "birth", line };
          fromRoster(place, birth);
          landing.check(birth, (field) => differs(place, field, "the genome says otherwise"));
        },
      },
      end: () => {},
    };
  },
};

const notRoster = "not the roster's";

type Landing = Readonly<{ tick: number; ts_utc: string }>;

/** When each genome was landed: at its agent's birth. */
type LandingBook = Readonly<{
  /** Gives the place of the genome in its file, from 1. */
  add: (genome: Landing) => number;
  check: (birth: Landing & { agent_id: string }, differs: (field: string) => void) => void;
}>;

function createLandingBook(): LandingBook {
  const ticks = createColumn();
  const times = createColumn();
  const millisOf = createMillisReader();
  return {
    add({ tick, ts_utc }): number {
      ticks.push(tick);
      times.push(millisOf(ts_utc));
      return ticks.length;
    },
    check({ agent_id, tick, ts_utc }, differs): void {
      const at = agentNumber(agent_id) - 1;
      if (ticks.at(at) !== tick) differs("tick");
      else if (times.at(at) !== millisOf(ts_utc)) differs("ts_utc");
    },
  };
}

type Anchored = Readonly<{ agent_id: string; gene_id: string; weights_sha256: string }>;

type Recomputation = Readonly<{
  version: string;
  weights: number;
  hashing: HashThread | undefined;
}>;

/** The anchors of the weights themselves, against what stands beside them. */
function createRecomputation(
  { version, weights, hashing }: Recomputation,
  report: Report,
): (genome: GenomeLine, place: Place) => void {
  const anchorer = createGenomeAnchorer(version, weights);
  return (genome, place) => {
    const malformed = { ...place, field: "weights" };
    const canonical = fromCanonicalBase64(genome.weights);
    const bytes = canonical ?? Buffer.from(genome.weights, "base64");
    if (bytes.length !== weights * 4) {
      report.finding("weights_malformed", malformed, `not ${weights} float32`);
      return;
    }
    // One text for one genome: padding, alphabet and unused bits included.
    if (canonical === null) {
      report.finding("weights_malformed", malformed, "not canonical base64");
    }
    if (hashing !== undefined) {
      // Should these not be the anchors, the run is judged again without the thread.
      hashing.genome(bytes, genome.weights_sha256, genome.gene_id);
      return;
    }
    const anchor = anchorer.fromBytes(bytes);
    for (const field of ["weights_sha256", "gene_id"] as const) {
      if (anchor[field] === genome[field]) continue;
      report.finding("anchor_differs", { ...place, field }, "not the hash of the weights");
    }
  };
}
