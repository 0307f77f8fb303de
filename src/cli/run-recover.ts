import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import {
  type DeadRun,
  type RecoveredRun,
  readAccountKeys,
  readDeadRun,
  recoverRun,
} from "#execution";
import { haltPlaces, openHaltWatch } from "#venues";
import type { ExitCode } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { rootHint } from "./root.ts";
import { resolveRun } from "./run-argument.ts";
import { keysHint, openSealer } from "./run-keys.ts";
import { exitByVerdict } from "./run-seat.ts";
import { openVenues, readAddress, type VenueRunOptions } from "./run-venue.ts";
import { parseSeconds } from "./run-venue-options.ts";
import type { Shell } from "./verb.ts";

type RecoverOptions = VenueRunOptions & Readonly<{ recover: string }>;

/** Ends a run that a dead process left, and prints what came of it. */
export async function recoverAtVenue(
  options: RecoverOptions,
  root: string,
  shell: Shell,
  output: Output,
): Promise<Result<ExitCode, Fault>> {
  const run = resolveRun(options.recover, root);
  if (!run.ok) return run;
  const { directory } = run.value;
  const dead = readDeadRun(directory);
  if (!dead.ok) return dead;
  const doors = readDoors(options, root, dead.value);
  if (!doors.ok) return doors;
  const sealer = openSealer(options, root, output);
  if (!sealer.ok) return sealer;
  const halt = openHaltWatch(haltPlaces(root, shell.switches));
  const opened = await openVenues(doors.value, halt);
  if (!opened.ok) return opened;
  const { trader: venue, auditor, clock } = opened.value;
  const { secrets } = doors.value.keys;
  const asked = { root, directory, venue, auditor, clock, secrets, halt };
  const recovered = await recoverRun({ ...asked, sealer: sealer.value });
  await Promise.all([venue.close(), auditor.close()]);
  if (!recovered.ok) return recovered;
  return ok(report(recovered.value, { root, options, output }));
}

/** Where the run traded, and with which keys; the address may be another by now. */
function readDoors(
  options: RecoverOptions,
  root: string,
  { config, manifest }: DeadRun,
): Result<Parameters<typeof openVenues>[0], Fault> {
  const timeout = parseSeconds(options.timeout);
  if (!timeout.ok) return err({ ...timeout.fault, at: "--timeout" });
  if (manifest.venue_address.startsWith("in-process:")) {
    const message = "its venue ended with its process: nobody is left to ask; repeat the run";
    return err({ code: "run_not_recoverable", message, at: manifest.run_id });
  }
  const address = readAddress(options.venue ?? manifest.venue_address);
  if (!address.ok) return address;
  const keysPath = options.venueKeys ?? join(root, "venue", "keys.json");
  const keys = readAccountKeys(keysPath, options.account ?? null);
  if (!keys.ok) return keys;
  const { library } = config;
  return ok({ library, keys: keys.value, address: address.value, timeoutMs: timeout.value });
}

type Reporting = Readonly<{ root: string; options: RecoverOptions; output: Output }>;

function report(recovered: RecoveredRun, { root, options, output }: Reporting): ExitCode {
  const { runId, directory, verdict, reasons, signed, held } = recovered;
  const { orders, withoutOutcome, cancelled, overtaken } = recovered;
  const counts = { orders, without_outcome: withoutOutcome, cancelled, overtaken, held };
  const said = { run_id: runId, directory, verdict, reasons, signed, ...counts };
  output.record({ type: "venue_run_recovered", ...said });
  output.line(`run        ${runId}`);
  output.line(`orders     ${orders}, ${withoutOutcome} in flight, ${cancelled} cancelled now`);
  if (held !== null && held !== "0") {
    output.line(`held       ${held} contracts at its end; the next run flattens them`);
  }
  if (overtaken) output.line("account    used by others since; its end cannot be looked at");
  output.line(`evidence   ${[verdict, ...reasons].join(" ")}${signed ? ", signed" : ""}`);
  output.line("");
  const hints = `${rootHint(root)}${keysHint(options.keys)}`;
  output.line(`next       assay verify ${runId}${hints}`);
  return exitByVerdict[verdict];
}
