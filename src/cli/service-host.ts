import { type Fault } from "#base";
import { exitCodeOf, type HostedService } from "#mesh";
import { services } from "#services";
import { type ExitCode, exitCodes } from "./exit-codes.ts";

/** Null for a name that has no service here. */
export function findService(name: string): HostedService | null {
  return services.find((service) => service.name === name) ?? null;
}

/** Settings of any service may be set wherever one of them runs: they share an environment. */
export function allVariables(): readonly string[] {
  return [...new Set(services.flatMap(({ variables }) => variables))];
}

/** The exit for a fault of the mesh, whose codes have a table of their own. */
export function meshExit(fault: Fault): ExitCode {
  return exitFor(exitCodeOf({ outcome: "failed", fault }));
}

/** A number of the mesh's table; it uses the same numbers as ours. */
export function exitFor(code: number): ExitCode {
  return Object.values(exitCodes).find((known) => known === code) ?? exitCodes.finding;
}
