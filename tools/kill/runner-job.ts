import type { VenueRunConfig } from "#execution";
import type { VenueLibrary } from "#venues";

/** What one process of the campaign has to do; passed as JSON, because it is killed like any other. */
export type RunnerJob = Readonly<{
  root: string;
  /** The run to end; null: a new run. */
  directory: string | null;
  restUrl: string;
  keysPath: string;
  switchFile: string;
  snapshotId: string;
  library: VenueLibrary;
  config: VenueRunConfig;
  nonce: string;
}>;

/** The one line that a process which was not killed leaves on its standard output. */
export type RunnerWord = Readonly<{
  ok: boolean;
  /** Of the fault; null when it went well. */
  code: string | null;
  message: string | null;
  directory: string | null;
  verdict: string | null;
  /** Others had used the account before the run was ended. */
  overtaken: boolean;
  reasons: readonly string[];
}>;
