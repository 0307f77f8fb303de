import { userInfo } from "node:os";
import { type Clock, type Fault } from "#base";
import type { AddedToIncident, IncidentState } from "#evidence";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";

/** Options that every incident verb has. */
export type IncidentOptions = Readonly<{ root?: string; json: boolean }>;

export const machineClock: Clock = { nowMillis: () => Date.now() };

/** Who writes, unless --by says so. A container may run under a number that has no name. */
export function systemAuthor(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

/** A record that does not add up, or that has ended, is a finding and no slip of the pen. */
export function failIncident(fault: Fault, output: Output): ExitCode {
  const code = output.fail(fault);
  return findings.has(fault.code) ? exitCodes.finding : code;
}

const findings: ReadonlySet<string> = new Set([
  "incident_damaged",
  "incident_closed",
  "store_damaged",
]);

/** Option values that may be given again. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** What was added, for machines; the record itself holds more. */
export function summaryOf({ id, folder, state }: IncidentPart): object {
  const { status, opened, criteria, head, links } = state;
  return {
    incident: id,
    directory: folder,
    status,
    title: opened.title,
    severity: opened.severity,
    opened_utc: opened.ts_utc,
    run_id: opened.run.run_id,
    criteria,
    entries: links.length,
    head,
  };
}

type IncidentPart = Readonly<{ id: string; folder: string; state: IncidentState }>;

/** Things that happened on the way and are no failure of the entry. */
export function tellTrouble({ torn, trouble }: AddedToIncident, output: Output): void {
  if (torn !== null) {
    output.note(`a crash had cut an entry short; its ${torn.bytes} bytes are in ${torn.sideFile}`);
  }
  if (trouble !== null) {
    output.note(`the entry has landed, but ${trouble.message}; do not write it again`);
  }
}
