import { z } from "zod";
import { canonicalJson, err, type Json, ok, parseJson, type Result } from "#base";
import type { BusFault } from "./bus-fault.ts";
import { type DeadLetter, type DeadLetters, type DeadReason, maxRawText } from "./dead-letters.ts";
import { readEvent, writeEvent } from "./event-text.ts";
import { missingLetter, noEventInLetter } from "./memory-letters.ts";
import { apiCodeOf, streamCodes } from "./nats-faults.ts";
import type { NatsLink } from "./nats-link.ts";
import { againSubject, deadStream, deadSubject } from "./nats-streams.ts";

/** Puts what arrived into the stream of dead letters; the same `once` twice makes one letter. */
export async function buryLetter(
  link: NatsLink,
  durable: string,
  once: string,
  text: string,
  attempts: number,
  { reason, detail }: Readonly<{ reason: DeadReason; detail: string }>,
): Promise<Result<void, BusFault>> {
  const read = readEvent(text);
  const letter = {
    ...{ durable, attempts, reason, detail: detail.slice(0, 1000).toWellFormed() },
    subject: read.ok ? read.value.subject : "",
    text: read.ok ? text : text.slice(0, maxRawText).toWellFormed(),
    died_at_ms: link.time.nowMs(),
  };
  const sent = await link.ask(durable, async () =>
    link.client.publish(deadSubject(durable), canonicalJson(letter), { msgID: once }),
  );
  return sent.ok ? ok(undefined) : sent;
}

/** Dead letters in their stream; the id of a letter is its place there. */
export function createNatsLetters(link: NatsLink): DeadLetters {
  return {
    list: async (durable) => listLetters(link, durable ?? null),
    async replay(id) {
      const found = await findLetter(link, id);
      if (!found.ok) return found;
      const { event, durable } = found.value;
      if (event === null) return err(noEventInLetter(id));
      const written = writeEvent(event);
      if (!written.ok) return written;
      // The letter goes last: a crash in between shows it again, and its event_id tells the rest.
      const sent = await link.ask(id, async () =>
        link.client.publish(againSubject(durable), written.value.text, { msgID: `replay:${id}` }),
      );
      return sent.ok ? removeLetter(link, id) : sent;
    },
    async remove(id) {
      const found = await findLetter(link, id);
      return found.ok ? removeLetter(link, id) : found;
    },
  };
}

async function listLetters(
  link: NatsLink,
  durable: string | null,
): Promise<Result<readonly DeadLetter[], BusFault>> {
  const letters: DeadLetter[] = [];
  const filter = durable === null ? "assay.dead.>" : deadSubject(durable);
  for (let seq = 1; ; ) {
    const query = { seq, next_by_subj: filter };
    const found = await link.ask(deadStream, async () => getMessage(link, query));
    if (!found.ok) return found;
    if (found.value === null) return ok(letters);
    letters.push(readLetter(String(found.value.seq), found.value.string()));
    seq = found.value.seq + 1;
  }
}

async function findLetter(link: NatsLink, id: string): Promise<Result<DeadLetter, BusFault>> {
  const seq = /^[1-9]\d{0,14}$/.test(id) ? Number(id) : null;
  if (seq === null) return err(missingLetter(id));
  const found = await link.ask(id, async () => getMessage(link, { seq }));
  if (!found.ok) return found;
  return found.value === null ? err(missingLetter(id)) : ok(readLetter(id, found.value.string()));
}

async function removeLetter(link: NatsLink, id: string): Promise<Result<void, BusFault>> {
  const removed = await link.ask(id, async () =>
    link.manager.streams.deleteMessage(deadStream, Number(id)),
  );
  return removed.ok ? ok(undefined) : removed;
}

type Query = Parameters<NatsLink["manager"]["streams"]["getMessage"]>[1];
type Found = Awaited<ReturnType<NatsLink["manager"]["streams"]["getMessage"]>>;

async function getMessage(link: NatsLink, query: Query): Promise<Found> {
  try {
    return await link.manager.streams.getMessage(deadStream, query);
  } catch (cause) {
    if (apiCodeOf(cause) === streamCodes.messageNotFound) return null;
    throw cause;
  }
}

const shape = z.object({
  durable: z.string(),
  subject: z.string(),
  text: z.string(),
  attempts: z.int(),
  reason: z.enum(["attempts_exhausted", "refused", "event_invalid"]),
  detail: z.string(),
  died_at_ms: z.int(),
});

/** A letter that somebody else wrote is shown as it is, so that it can be removed. */
function readLetter(id: string, text: string): DeadLetter {
  const json = parseJson(text);
  const read = shape.safeParse(json.ok ? json.value : (null satisfies Json));
  if (!read.success) {
    return {
      ...{ id, durable: "", subject: "", event: null, raw: text.slice(0, maxRawText) },
      ...{ attempts: 0, reason: "event_invalid", detail: "no letter of ours", died_at_ms: 0 },
    };
  }
  const { text: said, ...rest } = read.data;
  const event = readEvent(said);
  return event.ok
    ? { id, ...rest, event: event.value, raw: null }
    : { id, ...rest, event: null, raw: said };
}
