import type { OrderAttempt } from "#evidence";
import type { Draft } from "../draft.ts";
import type { Edits } from "../land-venue-run.ts";
import type { VenueSession } from "../session.ts";
import type { SessionSpec } from "../spec.ts";

/** One thing that is wrong with a session, and exactly which claims must notice. */
export type Variant = Readonly<{
  /** A sentence: what is wrong. */
  name: string;
  claim: string;
  /** The word by which the claim says so. */
  code: string;
  verdict: "FAIL" | "NOT_MEASURABLE";
  /** Every other claim that cannot pass then; the rest must. */
  also: readonly string[];
  spec: Partial<SessionSpec>;
  edits: Edits;
}>;

export type VariantOptions = Readonly<{
  also?: readonly string[];
  spec?: Partial<SessionSpec>;
  gap?: true;
}>;

/** `variant("claim", "code", "what is wrong", edits)`; a gap is NOT_MEASURABLE. */
export function variant(
  claim: string,
  code: string,
  name: string,
  edits: Edits,
  { also = [], spec = {}, gap }: VariantOptions = {},
): Variant {
  const verdict = gap === true ? "NOT_MEASURABLE" : "FAIL";
  return { name, claim, code, verdict, also, spec, edits };
}

/** What rests on one of the levels P0 to P5, and what rests on the roster. */
export const restsOnLevels: readonly string[] = [
  "step88_order_confirmation",
  "step94_one_shot_closure",
];
export const restsOnRoster: readonly string[] = ["step94_one_shot_closure"];
/** What has nothing to look at where nobody lives. */
export const restsOnAgents: readonly string[] = [
  "venue_genomes",
  "venue_population",
  "venue_deaths",
];

/** The orders of a session of four agents, by what happens to them. */
export type Role =
  | "flatten"
  | "self_test"
  | "opened"
  | "partly_filled"
  | "cancelled"
  | "rejected"
  | "lost"
  | "limited"
  | "closed"
  | "frozen";

/** The attempt lines of an order: when it left and what became of it; a refusal has one. */
export function linesOf(session: VenueSession, role: Role): Draft<OrderAttempt>[] {
  const agent = (index: number): string | undefined => session.ids.agents[index]?.hash;
  const is: Readonly<Record<Role, (one: OrderAttempt) => boolean>> = {
    flatten: (one) => one.lifecycle_scope === "startup_flatten",
    self_test: (one) => one.lifecycle_scope === "preflight_self_test" && one.operation === "place",
    opened: (one) => one.agent_id_hash === agent(0) && one.tick === 2,
    partly_filled: (one) => one.agent_id_hash === agent(1) && one.operation === "place",
    cancelled: (one) => one.agent_id_hash === agent(1) && one.operation === "cancel",
    rejected: (one) => one.agent_id_hash === agent(2),
    lost: (one) => one.agent_id_hash === agent(3) && one.tick === 2,
    limited: (one) => one.agent_id_hash === agent(3) && one.tick === 4,
    closed: (one) => one.agent_id_hash === agent(0) && one.tick === 4,
    frozen: (one) => one.l1_classification === "L1_EXECUTION_FROZEN",
  };
  const lines = session.attempts.filter(is[role]);
  if (lines.length === 0) throw new Error(`no ${role} order in this session`);
  return lines;
}

export function clientIdOf(session: VenueSession, role: Role): string {
  return must(linesOf(session, role)[0]).client_order_id;
}

export function ordIdOf(session: VenueSession, role: Role): string {
  return must(linesOf(session, role).at(-1)?.exchange_ids.ordId);
}

/** The value that a fixture is known to have. */
export function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("the fixture lacks what it must have");
  return value;
}

/** Takes the items out that fit, and says how many there were. */
export function drop<T>(list: T[], fits: (item: T, index: number) => boolean): void {
  const kept = list.filter((item, index) => !fits(item, index));
  if (kept.length === list.length) throw new Error("nothing to drop");
  list.splice(0, list.length, ...kept);
}

/** Changes a JSON document in place, written as the product writes it. */
export function editJson(
  texts: Map<string, string>,
  name: string,
  edit: (record: Record<string, unknown>) => void,
): void {
  const record = JSON.parse(must(texts.get(name))) as Record<string, unknown>;
  edit(record);
  texts.set(name, `${JSON.stringify(record, null, 2)}\n`);
}

export function editLines(
  texts: Map<string, string>,
  name: string,
  edit: (lines: string[]) => void,
): void {
  const lines = must(texts.get(name)).split("\n").slice(0, -1);
  edit(lines);
  texts.set(name, lines.map((line) => `${line}\n`).join(""));
}
