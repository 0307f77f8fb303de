import type { Derived } from "../derive.ts";
import type { VenueSession } from "../session.ts";
import type { World } from "../world.ts";
import { clientIdOf, drop, editJson, editLines, must, type Variant, variant } from "./variant.ts";

const genomes = "venue_genomes";
const population = "venue_population";
const deaths = "venue_deaths";
const summary = "venue_summary";

/** Whom the run was of: the manifest, genomes, births, deaths and the summary. */
export const worldVariants: readonly Variant[] = [
  manifest("manifest_form_wrong", "a field that no contract knows", (record) => {
    record["mood"] = "calm";
  }),
  manifest(
    "manifest_form_wrong",
    "a policy of self trades that is no word of the seeds",
    (record) => {
      Object.assign(record["self_trade_prevention"] ?? {}, { self_trade_policy: "sometimes" });
    },
  ),
  variant("venue_manifest", "manifest_form_wrong", "a manifest in one line", {
    files: (texts) => {
      const text = must(texts.get("run_manifest.json"));
      texts.set("run_manifest.json", `${JSON.stringify(JSON.parse(text))}\n`);
    },
  }),
  manifest("manifest_reason_missing", "an excuse for a value that is known", (record) => {
    record["end_time_reason"] = "still_running";
  }),
  manifest("manifest_identity_differs", "a configuration changed afterwards", (record) => {
    Object.assign(record["config"] ?? {}, { ticks: 7 });
  }),
  manifest(
    "manifest_identity_differs",
    "a core that the name of the run does not know",
    (record) => {
      record["core_hash"] = "0".repeat(64);
    },
  ),
  manifest("manifest_identity_differs", "an instrument that nobody flattened", (record) => {
    record["symbol_in_use"] = "ETH-USDT-SWAP";
  }),
  manifest("manifest_identity_differs", "a demo that calls itself live", (record) => {
    record["env"] = "okx_live";
  }),
  manifest("manifest_identity_differs", "features that its genomes do not have", (record) => {
    record["feature_dimension"] = 34;
  }),
  manifest(
    "manifest_not_ended",
    "a run without an end",
    (record) => {
      Object.assign(record, { status: "aborted", end_time: null, end_time_reason: "write_failed" });
    },
    [summary],
  ),
  manifest(
    "manifest_not_ended",
    "a run that is still running",
    (record) => {
      record["status"] = "running";
    },
    [summary],
  ),
  manifest("manifest_collapse_contradicts", "a collapse of which nobody knows when", (record) => {
    Object.assign(record, { internal_collapse_detected: true });
  }),
  world(genomes, "genome_missing", "an agent whose weights nobody landed", ({ genomes: all }) =>
    all.splice(1, 1),
  ),
  world(genomes, "genome_without_anchor", "weights of nobody", ({ genomes: all }) => {
    all.push({ ...must(all[0]), agent_id: "a000099" });
  }),
  world(genomes, "genome_repeated", "an agent with two genomes", ({ genomes: all }) => {
    all.push(must(all[0]));
  }),
  world(genomes, "genome_anchor_differs", "the weights of another agent", ({ genomes: all }) => {
    must(all[0]).weights = must(all[1]).weights;
  }),
  world(genomes, "genome_anchor_differs", "another agent's genome under its anchors", (parts) => {
    const { gene_id, weights, weights_sha256 } = must(parts.genomes[1]);
    Object.assign(must(parts.genomes[0]), { gene_id, weights, weights_sha256 });
  }),
  world(genomes, "genome_weights_wrong", "one weight too few", ({ genomes: all }) => {
    const genome = must(all[3]);
    genome.weights = Buffer.from(genome.weights, "base64").subarray(4).toString("base64");
  }),
  world(genomes, "genome_weights_wrong", "a weight that is no number", ({ genomes: all }) => {
    const bytes = Buffer.from(must(all[3]).weights, "base64");
    bytes.writeFloatLE(Number.NaN, 40);
    must(all[3]).weights = bytes.toString("base64");
  }),
  variant(
    population,
    "birth_missing",
    "an agent that was never born",
    {
      texts: (texts) => editLines(texts, "birth_events.jsonl", (lines) => void lines.pop()),
    },
    { also: [summary] },
  ),
  variant(
    population,
    "birth_without_anchor",
    "a birth that the roster does not know",
    {
      derived: ({ derived: { world: parts } }) => {
        const hash = "f".repeat(16);
        parts.births.push({ ...must(parts.births[0]), agent_id: "a000099", agent_id_hash: hash });
      },
    },
    { also: [deaths] },
  ),
  world(population, "birth_repeated", "an agent that is born twice", ({ births }) => {
    births.push(must(births[0]));
  }),
  world(population, "birth_differs", "a birth with another genome than its anchor", (parts) => {
    must(parts.births[1]).gene_id = "0".repeat(16);
  }),
  world(population, "birth_differs", "a tick at which nobody was founded", ({ births }) => {
    must(births[1]).tick = 1;
  }),
  world(population, "birth_differs", "a founder that was given more than the others", (parts) => {
    must(parts.births[0]).capital_micro += 1;
    must(parts.summary.agents[0]).initial_capital_micro += 1;
  }),
  world(population, "capital_split_wrong", "a birth after which a micro is lost", ({ births }) => {
    must(births[2]).capital_triplet.system_reserve_micro -= 1;
  }),
  manifest(
    "population_differs",
    "a manifest that counts one agent more",
    (record) => {
      record["num_agents"] = 5;
    },
    [],
    population,
  ),
  death("death_of_unknown", "the death of somebody who never lived", (line) => {
    line.agent_id = "a000099";
  }),
  world(deaths, "death_repeated", "an agent that dies twice", ({ deaths: all, summary: told }) => {
    all.push(must(all[0]));
    told.deaths = 2;
  }),
  world(deaths, "death_before_birth", "an agent that dies before its birth", (parts, derived) => {
    must(parts.births[2]).tick = 9;
    must(derived.roster.agents[2]).metadata.born_tick = 9;
  }),
  death("dead_agent_acts", "an agent that is asked after its death", (line) => {
    line.tick = 3;
  }),
  trace("decision_missing", "a hold that was taken out of the trace", (lines) => {
    lines.splice(lines.findIndex(isHold), 1);
  }),
  variant(
    deaths,
    "decision_missing",
    "a hold that was taken out of the trace, and counted nowhere",
    {
      session: (session) => {
        const { decisions } = session;
        decisions.splice(decisions.findIndex(isHold), 1);
        session.steps -= 1;
      },
    },
  ),
  trace("decision_repeated", "a hold that was written twice", (lines) => {
    const at = lines.findIndex(isHold);
    lines.splice(at, 0, must(lines[at]));
  }),
  variant(deaths, "decision_misplaced", "a decision of a tick that has not begun", {
    session: ({ decisions }) => void (must(decisions.find(isHold)).tick = 2),
  }),
  variant(
    summary,
    "summary_counts_differ",
    "a hold of the last tick that was taken out of the trace",
    {
      session: ({ decisions }) => {
        decisions.splice(decisions.findLastIndex(isHold), 1);
      },
    },
    { also: ["fence_audit"] },
  ),
  death("death_position_contradicts", "a long position of no lots", (line) => {
    [line.position_side, line.position_side_reason] = ["long", null];
  }),
  variant(deaths, "death_settlement_unknown", "a settlement by an order of an agent", {
    derived: ({ derived, session }) => {
      const line = must(derived.world.deaths[0]);
      line.settlement_client_order_id = clientIdOf(session, "closed");
      line.settlement_client_order_id_reason = null;
    },
  }),
  death("death_fences_wrong", "a fence of no inventory at a death", (line) => {
    line.fence_block_rate_summary.push({ fence_id: "fence_secret", block_count: 1 });
  }),
  told("summary_manifest_differs", "a summary of another configuration", (record) => {
    record.config_hash = "0".repeat(64);
  }),
  told("summary_manifest_differs", "an extinction that the manifest does not know", (record) => {
    record.end = "extinction";
  }),
  told("summary_counts_differ", "one order more than was sent", (record) => {
    record.orders_placed += 1;
  }),
  told("summary_counts_differ", "a death that the summary leaves out", (record) => {
    record.deaths = 0;
  }),
  told("summary_agents_differ", "a dead agent that is called alive", (record) => {
    must(record.agents[2]).is_alive = true;
    record.alive_agents += 1;
  }),
  told("summary_agents_differ", "an agent without a row", (record) => {
    drop(record.agents, (_, index) => index === 2);
    [record.founders, record.agents_ever] = [3, 3];
  }),
  told("summary_capital_differs", "a return that the capital does not give", (record) => {
    record.system_return = 0.01;
  }),
  told("summary_capital_differs", "an agent that is richer than all of them", (record) => {
    must(record.agents[0]).final_capital_micro += 5;
    [record.profitable_agents_all, record.profitable_agents_alive] = [1, 1];
  }),
  told("summary_numbers_broken", "a run with a number that is none", (record) => {
    record.has_nan = true;
  }),
];

function manifest(
  code: string,
  name: string,
  edit: (record: Record<string, unknown>) => void,
  also: readonly string[] = [],
  claim = "venue_manifest",
): Variant {
  const edits = {
    files: (texts: Map<string, string>) => editJson(texts, "run_manifest.json", edit),
  };
  return variant(claim, code, name, edits, { also });
}

function world(
  claim: string,
  code: string,
  name: string,
  edit: (parts: World, derived: Derived) => void,
): Variant {
  return variant(claim, code, name, { derived: ({ derived }) => edit(derived.world, derived) });
}

function death(code: string, name: string, edit: (line: World["deaths"][number]) => void): Variant {
  return world(deaths, code, name, (parts) => edit(must(parts.deaths[0])));
}

function told(code: string, name: string, edit: (record: World["summary"]) => void): Variant {
  return world(summary, code, name, (parts) => edit(parts.summary));
}

type Decision = VenueSession["decisions"][number];

function isHold(line: Decision): boolean {
  return line.record_type === "agent_detail" && line.intent_action === "hold";
}

/** A trace that no longer has what was counted. */
function trace(code: string, name: string, edit: (lines: Decision[]) => void): Variant {
  return variant(
    deaths,
    code,
    name,
    { session: ({ decisions }) => edit(decisions) },
    { also: [summary, "fence_audit"] },
  );
}
