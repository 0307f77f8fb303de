import type { BirthLine } from "../artifacts/birth-events.ts";
import { agentNumber } from "../run/agent-identity.ts";
import { cohortId } from "../run/birth-recorder.ts";
import { createColumn } from "../run/column.ts";
import type { Claim, Place, Report } from "./claim.ts";

type Kinds = "roster_agent" | "birth" | "death";

/** Every child has a parent that lived when it was born; every founder starts a line. */
export const lineage: Claim<Kinds> = {
  id: "lineage",
  clause: "docs/contracts/run-directory.md#c4-lineage",
  reads: ["roster_agent", "birth", "death"],
  start(run, report) {
    const book = createLineageBook();
    const births = createLineageBook();
    const deathSeq = createColumn();
    let born = 0;

    return {
      on: {
        roster_agent: ({ metadata, agent_id }, line): void => {
          report.count();
          book.add({ ...metadata, segment: segmentOf(metadata.cohort_id, run.manifest.run_id) });
          if (segmentOf(metadata.cohort_id, run.manifest.run_id) === null) {
            const place: Place = { kind: "roster_agent", line, field: "metadata.cohort_id" };
            report.finding("cohort_unknown", place, `${agent_id} is in no segment of this run`);
          }
        },
        birth(birth, line): void {
          report.count();
          const place: Place = { kind: "birth", line };
          born += 1;
          if (agentNumber(birth.agent_id) !== born) {
            const detail = `${birth.agent_id} is born as number ${born}`;
            report.finding("birth_not_numbered", { ...place, field: "agent_id" }, detail);
            return;
          }
          births.add({ ...birth, born_tick: birth.tick });
          if (!book.isSame(born, births)) {
            const detail = `the roster tells another origin of ${birth.agent_id}`;
            report.finding("lineage_differs", place, detail);
          }
          if (birth.origin === "split") checkChild(birth, births, place, report);
          else checkFounder(birth, place, report);
        },
        death(death): void {
          report.count();
          const agent = agentNumber(death.agent_id);
          // A made-up number must not make the book grow.
          if (agent <= births.size) deathSeq.set(agent, death.seq);
        },
      },
      end: () => checkParentsAlive(births, deathSeq.at, report),
    };
  },
};

function checkFounder(birth: BirthLine, place: Place, report: Report): void {
  const founder =
    birth.parent_id === null &&
    birth.parent_id_hash === null &&
    birth.parent_capital_micro === null &&
    birth.generation === 0 &&
    birth.lineage_id === birth.agent_id;
  if (!founder) report.finding("founder_has_ancestors", place, `${birth.agent_id} is a founder`);
  const first = birth.origin === "founder";
  if (first !== (birth.segment === 0)) {
    const detail = `${birth.origin} in segment ${birth.segment}`;
    report.finding("founder_out_of_place", { ...place, field: "segment" }, detail);
  }
}

function checkChild(birth: BirthLine, births: LineageBook, place: Place, report: Report): void {
  const parent = birth.parent_id === null ? 0 : agentNumber(birth.parent_id);
  const child = agentNumber(birth.agent_id);
  if (!(parent >= 1 && parent < child) || birth.parent_id_hash === null) {
    const detail = `${birth.agent_id} has no parent born before it`;
    report.finding("parent_unknown", { ...place, field: "parent_id" }, detail);
    return;
  }
  if (birth.generation !== births.generation(parent) + 1) {
    const detail = `generation ${birth.generation}, parent's ${births.generation(parent)}`;
    report.finding("generation_wrong", { ...place, field: "generation" }, detail);
  }
  if (agentNumber(birth.lineage_id) !== births.lineage(parent)) {
    const detail = `${birth.agent_id} left the line of its parent`;
    report.finding("lineage_wrong", { ...place, field: "lineage_id" }, detail);
  }
}

/** Deaths are read after births, so this waits for the end. */
function checkParentsAlive(
  births: LineageBook,
  deathSeq: (agent: number) => number,
  report: Report,
): void {
  for (let child = 1; child <= births.size; child += 1) {
    const parent = births.parent(child);
    if (parent === 0) continue;
    report.count();
    const died = deathSeq(parent);
    const place: Place = { kind: "birth", line: child };
    if (died < births.seq(child)) {
      report.finding("parent_dead", place, `agent number ${parent} died before the birth`);
    }
    if (births.segment(parent) !== births.segment(child)) {
      report.finding("parent_dead", place, `agent number ${parent} lived in another segment`);
    }
  }
}

type LineageFacts = Readonly<{
  parent_id: string | null;
  origin: BirthLine["origin"];
  generation: number;
  lineage_id: string;
  born_tick: number;
  segment: number | null;
  seq?: number;
}>;

type LineageBook = Readonly<{
  readonly size: number;
  add: (facts: LineageFacts) => void;
  isSame: (agent: number, other: LineageBook) => boolean;
  /** 0 for founders. */
  parent: (agent: number) => number;
  generation: (agent: number) => number;
  lineage: (agent: number) => number;
  segment: (agent: number) => number;
  seq: (agent: number) => number;
  row: (agent: number) => readonly number[];
}>;

const origins = ["founder", "split", "reboot_founder"];

/** Six numbers an agent, in order of birth. */
function createLineageBook(): LineageBook {
  const columns = Array.from({ length: 7 }, createColumn);
  const value = (column: number, agent: number): number =>
    columns[column]?.at(agent - 1) ?? Number.NaN;
  const row = (agent: number): readonly number[] =>
    [0, 1, 2, 3, 4, 5].map((column) => value(column, agent));
  return {
    get size(): number {
      return columns[0]?.length ?? 0;
    },
    add(facts): void {
      const values = [
        facts.parent_id === null ? 0 : agentNumber(facts.parent_id),
        origins.indexOf(facts.origin),
        facts.generation,
        agentNumber(facts.lineage_id),
        facts.born_tick,
        facts.segment ?? -1,
        facts.seq ?? -1,
      ];
      for (const [column, number] of values.entries()) columns[column]?.push(number);
    },
    isSame(agent, other): boolean {
      const theirs = other.row(agent);
      return row(agent).every((number, column) => number === theirs[column]);
    },
    parent: (agent) => value(0, agent),
    generation: (agent) => value(2, agent),
    lineage: (agent) => value(3, agent),
    segment: (agent) => value(5, agent),
    seq: (agent) => value(6, agent),
    row,
  };
}

/** The segment in a cohort id of this run; null when it is none. */
function segmentOf(cohort: string, runId: string): number | null {
  const segment = Number(cohort.slice(runId.length + 1));
  return Number.isSafeInteger(segment) && cohort === cohortId(runId, segment) ? segment : null;
}
