import type { BirthLine } from "../artifacts/birth-events.ts";
import { agentNumber } from "../run/agent-identity.ts";
import { cohortId } from "../run/birth-recorder.ts";
import { type Column, createColumn } from "../run/column.ts";
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
    const segmentOf = createSegmentReader(run.manifest.run_id);
    const deathSeq = createColumn();
    let born = 0;

    return {
      on: {
        roster_agent: ({ metadata, agent_id }, line): void => {
          report.count();
          const segment = segmentOf(metadata.cohort_id);
          book.add(metadata, metadata.born_tick, segment ?? -1, -1);
          if (segment === null) {
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
          births.add(birth, birth.tick, birth.segment, birth.seq);
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

type LineageFacts = Pick<BirthLine, "parent_id" | "origin" | "generation" | "lineage_id">;

type LineageBook = Readonly<{
  readonly size: number;
  add: (facts: LineageFacts, bornTick: number, segment: number, seq: number) => void;
  isSame: (agent: number, other: LineageBook) => boolean;
  /** 0 for founders. */
  parent: (agent: number) => number;
  generation: (agent: number) => number;
  lineage: (agent: number) => number;
  segment: (agent: number) => number;
  seq: (agent: number) => number;
  /** What two books must agree on, by place. */
  shared: readonly Column[];
}>;

const origins = ["founder", "split", "reboot_founder"];

/** Seven numbers an agent, in order of birth. */
function createLineageBook(): LineageBook {
  const parents = createColumn();
  const originPlaces = createColumn();
  const generations = createColumn();
  const lineages = createColumn();
  const bornTicks = createColumn();
  const segments = createColumn();
  const seqs = createColumn();
  const shared = [parents, originPlaces, generations, lineages, bornTicks, segments];
  return {
    get size(): number {
      return parents.length;
    },
    shared,
    add({ parent_id, origin, generation, lineage_id }, bornTick, segment, seq): void {
      parents.push(parent_id === null ? 0 : agentNumber(parent_id));
      originPlaces.push(origins.indexOf(origin));
      generations.push(generation);
      lineages.push(agentNumber(lineage_id));
      bornTicks.push(bornTick);
      segments.push(segment);
      seqs.push(seq);
    },
    isSame(agent, other): boolean {
      for (let place = 0; place < shared.length; place += 1) {
        if (shared[place]?.at(agent - 1) !== other.shared[place]?.at(agent - 1)) return false;
      }
      return true;
    },
    parent: (agent) => parents.at(agent - 1),
    generation: (agent) => generations.at(agent - 1),
    lineage: (agent) => lineages.at(agent - 1),
    segment: (agent) => segments.at(agent - 1),
    seq: (agent) => seqs.at(agent - 1),
  };
}

/** The segment in a cohort id of this run; null when it is none. */
function createSegmentReader(runId: string): (cohort: string) => number | null {
  let known: Readonly<{ cohort: string; segment: number | null }> = { cohort: "", segment: null };
  return (cohort) => {
    if (cohort === known.cohort) return known.segment;
    const segment = Number(cohort.slice(runId.length + 1));
    const isOurs = Number.isSafeInteger(segment) && cohort === cohortId(runId, segment);
    known = { cohort, segment: isOurs ? segment : null };
    return known.segment;
  };
}
