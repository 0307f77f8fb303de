import { err, type Fault, ok, type Result } from "#base";
import type { CallRecord, Venue } from "#venues";
import { askFault } from "../preflight/refusals.ts";
import { createPolledClock, type Machine, thisMachine } from "./polled-clock.ts";
import type { RunClock } from "./run-clock.ts";

/**
 * The clock of a venue at whatever pace it runs, read by questions that need no key. Faults:
 * venue_unreachable, venue_refused.
 */
export async function openVenueClock(
  venue: Venue,
  machine: Machine = thisMachine,
): Promise<Result<RunClock, Fault>> {
  let calls: CallRecord[] = [];

  async function read(): Promise<Result<Reading, Fault>> {
    const asked = machine.monoMs();
    const answer = await venue.serverTime();
    const answered = machine.monoMs();
    calls.push(answer.call);
    if (!answer.ok) return err(askFault("time", answer));
    return ok({ venueMs: answer.value, asked, answered });
  }

  const first = await read();
  if (!first.ok) return first;
  const { venueMs, asked, answered } = first.value;
  const clock = createPolledClock({ venueMs, monoMs: (asked + answered) / 2 }, look, machine);

  /** Without an answer the clock goes on at the pace known so far. */
  async function look(): Promise<void> {
    const reading = await read();
    if (!reading.ok) return;
    const { value } = reading;
    clock.observe(value.venueMs, value.asked, value.answered);
  }

  // A second look tells the pace, which nothing else does.
  await machine.sleep(paceSpanMs, new AbortController().signal);
  await look();
  return ok({
    nowMillis: clock.nowMillis,
    waitUntil: clock.waitUntil,
    takeCalls(): readonly CallRecord[] {
      const taken = calls;
      calls = [];
      return taken;
    },
  });
}

const paceSpanMs = 250;

type Reading = Readonly<{ venueMs: number; asked: number; answered: number }>;
