import { z } from "zod";
import { type Fault, ok, type Result } from "#base";
import { openLineLog } from "./line-log.ts";

/** Which events one consumer has handled. */
export type SeenStore = Readonly<{
  has: (eventId: string) => boolean;
  /** Durable when it says ok. */
  keep: (eventId: string) => Promise<Result<void, Fault>>;
}>;

export type SeenLog = SeenStore & Readonly<{ close: () => Result<void, Fault> }>;

/** No bus delivers an event again after this many others. */
const rememberedEvents = 100_000;

/** In a file `NAME.jsonl` of this folder. Faults: those of openLineLog. */
export function openSeenLog(folder: string, name: string): Result<SeenLog, Fault> {
  const opened = openLineLog(folder, name, z.object({ event_id: z.string() }));
  if (!opened.ok) return opened;
  const { log, records } = opened.value;
  // In the order of insertion, so that the oldest can be forgotten.
  const seen = new Set(records.map(({ event_id }) => event_id));
  let lines = records.length;
  let landing = 0;

  function renew(): Result<void, Fault> {
    if (landing > 0 || lines < 2 * rememberedEvents) return ok(undefined);
    for (const oldest of seen) {
      if (seen.size <= rememberedEvents) break;
      seen.delete(oldest);
    }
    lines = seen.size;
    return log.rewrite([...seen].map((event_id) => ({ event_id })));
  }

  const renewed = renew();
  if (!renewed.ok) return renewed;
  return ok({
    has: (eventId) => seen.has(eventId),
    async keep(eventId) {
      if (seen.has(eventId)) return ok(undefined);
      landing += 1;
      const landed = await log.land({ event_id: eventId });
      landing -= 1;
      if (!landed.ok) return landed;
      seen.add(eventId);
      lines += 1;
      return renew();
    },
    close: () => log.close(),
  });
}
