import type { BehaviorRecord } from "../artifacts/behaviors.ts";
import type { BirthLine } from "../artifacts/birth-events.ts";
import type { LifeLine } from "../artifacts/life-record.ts";
import { agentNumber } from "../run/agent-identity.ts";
import { createColumn } from "../run/column.ts";
import { genomesFileName } from "../run/file-names.ts";
import { sha256 } from "../run/identity.ts";
import type { Claim, Place } from "./claim.ts";
import { createDigestBook } from "./digest-book.ts";

type Kinds =
  | "roster_agent"
  | "birth"
  | "death"
  | "survivor"
  | "behaviors_head"
  | "behavior"
  | "matrix_row";

/** Row i of the matrix is the genome with genome_index i, and behaviors tell lives. */
export const genomeMatrix: Claim<Kinds> = {
  id: "genome_matrix",
  clause: "docs/contracts/run-directory.md#c13-genome-matrix",
  reads: ["roster_agent", "birth", "death", "survivor", "behaviors_head", "behavior", "matrix_row"],
  notApplicable: ({ manifest }) => (manifest.behaviors_enabled ? null : "behaviors_not_enabled"),
  start(run, report) {
    const roster = createDigestBook();
    const lives = createLifeDigests();
    let agents = 0;
    let behaviors = 0;
    let rows = 0;

    return {
      on: {
        roster_agent({ weights_sha256, gene_id }): void {
          agents += 1;
          roster.add(weights_sha256, gene_id);
        },
        birth: lives.birth,
        death: ({ agent_id, life, death_reason }) => lives.end(agent_id, life, death_reason),
        survivor: ({ agent_id, life }) => lives.end(agent_id, life, null),
        behaviors_head(head): void {
          report.count();
          const due = genomesFileName(run.manifest.run_id);
          const { genome_schema_version: version } = run.manifest;
          if (head.genomes_file === due && head.genome_schema_version === version) return;
          report.finding("behaviors_differ", { kind: "behaviors_head", line: 1 }, `not of ${due}`);
        },
        behavior(record, line): void {
          report.count();
          behaviors += 1;
          const place: Place = { kind: "behavior", line };
          const agent = agentNumber(record.agent_id);
          if (record.genome_index !== agent - 1) {
            const detail = `row ${record.genome_index} is not the genome of ${record.agent_id}`;
            report.finding("matrix_misaligned", { ...place, field: "genome_index" }, detail);
          }
          if (lives.isTold(record, behaviors)) return;
          report.finding("behaviors_differ", place, `not the life of ${record.agent_id}`);
        },
        matrix_row({ index, bytes }): void {
          report.count();
          rows += 1;
          const agent = index + 1;
          if (!roster.has(agent) || roster.isDigest(agent, sha256(bytes))) return;
          const place: Place = { kind: "matrix_row", line: index + 1 };
          report.finding("matrix_misaligned", place, "the row is not the agent's genome");
        },
      },
      end(): void {
        for (const [kind, found] of [
          ["behavior", behaviors],
          ["matrix_row", rows],
        ] as const) {
          if (found === agents) continue;
          report.finding("matrix_misaligned", { kind }, `${found} of ${agents} agents`);
        }
      },
    };
  },
};

type LifeDigests = Readonly<{
  birth: (birth: BirthLine) => void;
  end: (agentId: string, life: LifeLine, reason: BehaviorRecord["death_reason"]) => void;
  /** Whether this is the life of the agent that ended as the so-manieth, from 1. */
  isTold: (record: BehaviorRecord, place: number) => boolean;
}>;

/** Keeps 52 bits of a digest of each life, as a behavior record would tell it. */
function createLifeDigests(): LifeDigests {
  const births = createColumn();
  const ends = createColumn();
  const order = createColumn();
  const digest = (text: string): number => Number.parseInt(sha256(text).slice(0, 13), 16);
  return {
    birth: ({ agent_id, origin, ts_utc }) => {
      births.push(digest(`${origin} ${ts_utc} ${agent_id}`));
    },
    end(agentId, life, reason): void {
      const at = agentNumber(agentId) - 1;
      order.push(at);
      // A made-up number must not make the book grow.
      if (at < births.length) ends.set(at, digest(JSON.stringify(toldOf(life, reason))));
    },
    isTold(record, place): boolean {
      const at = agentNumber(record.agent_id) - 1;
      const { origin, birth_time, agent_id } = record;
      const reasons =
        record.win_rate_reason === (record.closed === 0 ? "no_closed_position" : null) &&
        record.death_reason_reason === (record.is_alive ? "alive_at_the_end" : null);
      const told = [
        record.born_tick,
        record.age_ticks,
        record.initial_capital_micro,
        record.final_capital_micro,
        record.trades,
        record.closed,
        record.win_rate,
        record.last_signal,
        record.state_final,
        record.death_reason,
      ];
      return (
        order.at(place - 1) === at &&
        reasons &&
        births.at(at) === digest(`${origin} ${birth_time} ${agent_id}`) &&
        ends.at(at) === digest(JSON.stringify(told)) &&
        record.is_alive === (record.death_reason === null)
      );
    },
  };
}

function toldOf(life: LifeLine, reason: BehaviorRecord["death_reason"]): readonly unknown[] {
  return [
    life.born_tick,
    life.age_ticks,
    life.initial_capital_micro,
    life.final_capital_micro,
    life.opened_long + life.opened_short,
    life.closed,
    life.closed === 0 ? null : life.closed_with_profit / life.closed,
    life.last_signal,
    life.state_final,
    reason,
  ];
}
