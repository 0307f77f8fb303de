import { assert } from "#base";
import { openVenueClock, type RunClock } from "#execution";
import type { OkxKey } from "#okx";
import { openRosterFile } from "#simulator";
import {
  createSendGate,
  type HaltWatch,
  haltPlaces,
  openHaltWatch,
  openVenue,
  type Venue,
} from "#venues";
import type { RunnerJob } from "./runner-job.ts";

/** Everything outside of a run: venue and auditor over HTTP, the venue's time, the switch. */
export type Connected = Readonly<{
  venue: Venue;
  auditor: Venue;
  clock: RunClock;
  halt: HaltWatch;
  secrets: readonly string[];
}>;

const timeoutMs = 10_000;

export async function connect(job: RunnerJob): Promise<Connected> {
  const { restUrl: baseUrl, library, root, switchFile } = job;
  const halt = openHaltWatch(haltPlaces(root, { EXECUTION_HALTED_FILE: switchFile }));
  const opened = openRosterFile(job.keysPath, "demo");
  assert(opened.ok, "the venue's keys can be read");
  const keys = opened.value.roster.accounts.flatMap((account) => account.keys);
  const client = async (label: string): Promise<Venue> => {
    const found = keys.find((each) => each.label === label);
    assert(found !== undefined, `the venue has a key ${label}`);
    const { apiKey, secretKey: secret, passphrase } = found;
    const key: OkxKey = { apiKey, secret, passphrase };
    const access = { baseUrl, streamUrl: null, key, demo: true, timeoutMs };
    const gate = createSendGate(halt.look);
    return openVenue(library, { ...access, gate, nowMs: Date.now });
  };
  const venue = await client("trader");
  const auditor = await client("auditor");
  const clock = await openVenueClock(venue);
  assert(clock.ok, "the venue tells its time");
  const secrets = keys.flatMap((key) => [key.apiKey, key.secretKey, key.passphrase]);
  return { venue, auditor, clock: clock.value, halt, secrets };
}
