/**
 * One run at the venue, or the end of one that was killed, as a process of its own to be killed:
 * `node tools/kill/runner.ts JOB`. It prints a line when it comes to its end.
 */
import process from "node:process";
import { assert, type Fault, type Result } from "#base";
import { openSnapshot } from "#evidence";
import { recoverRun, runVenue, type VenueRunRequest } from "#execution";
import { hostFacts } from "#support";
import { connect } from "./connect.ts";
import type { RunnerJob, RunnerWord } from "./runner-job.ts";

const job = JSON.parse(process.argv[2] ?? "") as RunnerJob;
process.stdout.write(`${JSON.stringify(await act(job))}\n`);

async function act(asked: RunnerJob): Promise<RunnerWord> {
  const connected = await connect(asked);
  const { root, directory, config, nonce, restUrl: address } = asked;
  if (directory !== null) {
    return wordOf(await recoverRun({ ...connected, root, directory, sealer: null }));
  }
  const snapshot = openSnapshot(root, asked.snapshotId);
  assert(snapshot.ok, "the snapshot opens");
  const request: VenueRunRequest = {
    ...connected,
    ...{ root, config, nonce, address, snapshot: snapshot.value, host: hostFacts },
    mode: "okx_demo",
    coreHash: "c".repeat(64),
    counterfactualRunId: null,
    sealer: null,
    stopRequested: () => null,
    signal: new AbortController().signal,
    progress: () => undefined,
  };
  return wordOf(await runVenue(request));
}

type Ended = Readonly<{
  directory: string;
  verdict: string;
  reasons: readonly string[];
  overtaken?: boolean;
}>;

function wordOf(result: Result<Ended, Fault>): RunnerWord {
  if (result.ok) {
    const { directory, verdict, reasons, overtaken = false } = result.value;
    return { ok: true, code: null, message: null, directory, verdict, reasons, overtaken };
  }
  const { code, message } = result.fault;
  const nothing = { directory: null, verdict: null, reasons: [], overtaken: false };
  return { ok: false, code, message, ...nothing };
}
