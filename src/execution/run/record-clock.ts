import type { RunSession } from "./open-session.ts";

/** What the clock asked the venue meanwhile goes on record like every other question. */
export async function recordClock({ journal, recorder }: RunSession): Promise<void> {
  for (const call of journal.clock.takeCalls()) {
    await recorder.query(call, { component: "preflight" });
  }
}
