import { err, type Fault, ok, type Result } from "#base";
import type { BusEvent } from "./bus-event.ts";
import { type BusFault, busFault } from "./bus-fault.ts";
import type { DeadLetter, DeadLetters } from "./dead-letters.ts";
import type { LetterBox } from "./letter-box.ts";

/**
 * Dead letters of the in-process bus. A letter stays in the box, out of sight, until its replay is
 * settled: a crash in between finds it again.
 */
export function createMemoryLetters(
  box: LetterBox,
  replay: (letter: DeadLetter, event: BusEvent) => Promise<void>,
): DeadLetters {
  const replaying = new Set<string>();
  const visible = (): readonly DeadLetter[] => box.letters().filter(({ id }) => !replaying.has(id));
  const find = (id: string): Result<DeadLetter, BusFault> => {
    const letter = visible().find((each) => each.id === id);
    return letter === undefined ? err(missingLetter(id)) : ok(letter);
  };
  const remove = (id: string): Result<void, BusFault> => {
    const removed = box.remove(id);
    return removed.ok ? removed : err(boxFault(removed.fault));
  };

  return {
    async list(durable) {
      return ok(visible().filter((each) => durable === undefined || each.durable === durable));
    },
    async replay(id) {
      const letter = find(id);
      if (!letter.ok) return letter;
      const { event } = letter.value;
      if (event === null) return err(noEventInLetter(id));
      replaying.add(id);
      void replay(letter.value, event).then(() => {
        // A letter that could not be removed shows again: a second replay is told by its event_id.
        remove(id);
        replaying.delete(id);
      });
      return ok(undefined);
    },
    async remove(id) {
      const letter = find(id);
      return letter.ok ? remove(id) : letter;
    },
  };
}

export function missingLetter(id: string): BusFault {
  return busFault("bus_dead_letter_missing", "there is no dead letter of this id", id.slice(0, 80));
}

export function noEventInLetter(id: string): BusFault {
  return busFault("bus_event_invalid", "the letter holds no event that could be replayed", id);
}

function boxFault(fault: Fault): BusFault {
  return busFault("bus_failed", `${fault.code}: ${fault.message}`, fault.at);
}
