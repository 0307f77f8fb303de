import { z } from "zod";
import type { AgentMode } from "#safety";
import { line, name } from "./shapes.ts";

export const rosterSchema = "assay.roster/1";

/** Every agent there is, in the order in which documents list them. */
export const rosterNames = [
  "marketdata-mcp-server",
  "market-ingest-service",
  "strategy-engine",
  "strategy-service",
  "execution-agent",
  "mission-control",
  "reporting-agent",
  "research-runner",
  "congressional-ingest",
] as const;
export type RosterName = (typeof rosterNames)[number];

/** Strategies that run as children of strategy-engine. */
export const runtimeNames = ["gamma-strategy", "whale-strategy", "genome-strategy"] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/**
 * - in_mesh: `assay up` hosts it in the one process; in containers it has its own.
 * - own: always its own process, and started only when named.
 * - batch: runs, writes, and ends with 0 on a complete result.
 */
export type ProcessKind = "in_mesh" | "own" | "batch";

/** A duty or a ban, with an id that tests and documents cite. */
export type Rule = Readonly<{ id: string; text: string }>;

export type Probe = Readonly<{
  path: string;
  period_seconds: number;
  failure_threshold: number;
}>;

export type RosterAgent = Readonly<{
  agent_name: RosterName;
  /** Other names that the plan knows it by. */
  also_known_as: readonly string[];
  role: string;
  mode_default: AgentMode;
  mode_note: string | null;
  inputs: readonly string[];
  outputs: readonly string[];
  criticality: "P0" | "P1" | "P2" | "P3";
  criticality_note: string | null;
  /** A role on duty, never a person. */
  owner: string;
  /** Children, where it has some. */
  runtimes: readonly RuntimeName[];
  process: ProcessKind;
  restart_policy: "always" | "on_failure" | "never";
  /** Null throughout for what serves no HTTP. */
  probes: Readonly<{ startup: Probe | null; readiness: Probe | null; liveness: Probe | null }>;
  /** What it answers, by path; empty for a batch. */
  endpoints: readonly string[];
  /** Target in percent; null where none applies, with the reason as scope. */
  slo: Readonly<{ target_percent: number | null; scope: string }>;
  /** On 127.0.0.1; null for what serves no HTTP. */
  port_default: number | null;
  must: readonly Rule[];
  never: readonly Rule[];
}>;

/** Numbers that several services and documents share, the unit last in the name. */
export type MeshNumbers = Readonly<Record<string, number>>;

export type Roster = Readonly<{
  schema: typeof rosterSchema;
  roster_version: number;
  numbers: MeshNumbers;
  agents: readonly RosterAgent[];
}>;

const rules = z.array(
  z.strictObject({ id: z.string().regex(/^[a-z-]+\.(?:must|never)\.\d$/), text: line }),
);

const probe = z
  .strictObject({
    path: z.string().regex(/^\/[a-z/]+$/),
    period_seconds: z.int().min(1),
    failure_threshold: z.int().min(1),
  })
  .nullable();

const agent = z.strictObject({
  agent_name: z.enum(rosterNames),
  also_known_as: z.array(name),
  role: line,
  mode_default: z.enum(["OFF", "OBSERVE", "PAPER", "LIVE"]),
  mode_note: line.nullable(),
  inputs: z.array(line).min(1),
  outputs: z.array(line).min(1),
  criticality: z.enum(["P0", "P1", "P2", "P3"]),
  criticality_note: line.nullable(),
  owner: name,
  runtimes: z.array(z.enum(runtimeNames)),
  process: z.enum(["in_mesh", "own", "batch"]),
  restart_policy: z.enum(["always", "on_failure", "never"]),
  probes: z.strictObject({ startup: probe, readiness: probe, liveness: probe }),
  endpoints: z.array(line),
  slo: z.strictObject({ target_percent: z.number().gt(0).lt(100).nullable(), scope: line }),
  port_default: z.int().min(1024).max(65_535).nullable(),
  must: rules.min(1),
  never: rules.min(1),
});

export const rosterShape: z.ZodType<Roster> = z
  .strictObject({
    schema: z.literal(rosterSchema),
    roster_version: z.int().min(1),
    numbers: z.record(z.string().regex(/^[a-z][a-z0-9_]+$/), z.number().min(0)),
    agents: z.array(agent),
  })
  .refine(({ agents }) => {
    const listed = agents.map(({ agent_name }) => agent_name);
    return listed.join() === rosterNames.join();
  }, "every agent is listed once, in the order of rosterNames")
  .refine(({ agents }) => {
    const ports = agents.flatMap(({ port_default }) => port_default ?? []);
    return new Set(ports).size === ports.length;
  }, "no two agents share a port")
  .refine(({ agents }) => {
    return agents.flatMap(({ runtimes }) => runtimes).join() === runtimeNames.join();
  }, "every runtime belongs to one agent");
