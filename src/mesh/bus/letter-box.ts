import { randomUUID } from "node:crypto";
import { z } from "zod";
import { err, type Fault, type Json, ok, type Result } from "#base";
import { type DeadLetter, maxRawText } from "./dead-letters.ts";
import { readEvent, writeEvent } from "./event-text.ts";
import { type LineLog, openLineLog } from "./line-log.ts";

/** Where dead letters are kept: what the in-process bus needs of it. */
export type LetterBox = Readonly<{
  /** Kept when it says ok. */
  keep: (letter: Omit<DeadLetter, "id">) => Result<DeadLetter, Fault>;
  /** Oldest first. */
  letters: () => readonly DeadLetter[];
  remove: (id: string) => Result<void, Fault>;
  close: () => Result<void, Fault>;
}>;

/** In a file `dead-letters.jsonl` of this folder. Faults: those of openLineLog. */
export function openLetterBox(folder: string): Result<LetterBox, Fault> {
  const opened = openLineLog(folder, "dead-letters", record);
  if (!opened.ok) return opened;
  const letterById = new Map<string, DeadLetter>();
  for (const read of opened.value.records) {
    if (read.type === "died") letterById.set(read.letter.id, fromRecord(read.letter));
    else letterById.delete(read.id);
  }
  if (opened.value.records.length > 2 * letterById.size) {
    const died = [...letterById.values()].map(toRecord);
    const rewritten = opened.value.log.rewrite(died);
    if (!rewritten.ok) return rewritten;
  }
  return ok(createBox(letterById, opened.value.log));
}

/** In memory only: a crash forgets them. */
export function createLetterBox(): LetterBox {
  return createBox(new Map(), null);
}

const maxLetters = 10_000;

function createBox(letterById: Map<string, DeadLetter>, log: LineLog | null): LetterBox {
  return {
    keep(letter) {
      if (letterById.size >= maxLetters) {
        const message = `${maxLetters} dead letters already: replay or remove some`;
        return err({ code: "dead_letters_full", message });
      }
      const detail = letter.detail.slice(0, 1000).toWellFormed();
      const kept: DeadLetter = { id: randomUUID(), ...letter, detail };
      const landed = log?.landNow(toRecord(kept)) ?? ok(undefined);
      if (!landed.ok) return landed;
      letterById.set(kept.id, kept);
      return ok(kept);
    },
    letters: () => [...letterById.values()],
    remove(id) {
      const landed = log?.landNow({ type: "removed", id }) ?? ok(undefined);
      if (landed.ok) letterById.delete(id);
      return landed;
    },
    close: () => log?.close() ?? ok(undefined),
  };
}

const letter = z.object({
  id: z.string(),
  durable: z.string(),
  subject: z.string(),
  /** As it travelled; null when it was no event. */
  event: z.string().nullable(),
  raw: z.string().max(maxRawText).nullable(),
  attempts: z.int().min(0),
  reason: z.enum(["attempts_exhausted", "refused", "event_invalid"]),
  detail: z.string(),
  died_at_ms: z.int(),
});

type LetterRecord = z.infer<typeof letter>;

const record = z.discriminatedUnion("type", [
  z.object({ type: z.literal("died"), letter }),
  z.object({ type: z.literal("removed"), id: z.string() }),
]);

function toRecord({ event, ...rest }: DeadLetter): Json {
  const text = event === null ? null : writeEvent(event);
  return { type: "died", letter: { ...rest, event: text?.ok === true ? text.value.text : null } };
}

function fromRecord({ event, ...rest }: LetterRecord): DeadLetter {
  const read = event === null ? null : readEvent(event);
  return { ...rest, event: read?.ok === true ? read.value : null };
}
