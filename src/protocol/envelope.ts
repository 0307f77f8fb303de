import { z } from "zod";
import { canonicalJson, err, type Fault, type Json, ok, type Result } from "#base";
import { type Codec, createCodec } from "./codec.ts";
import { digestOf } from "./digest.ts";
import { payloadCodec } from "./payloads.ts";
import { count, id, name, utc, version } from "./shapes.ts";
import { parseSubject, type SubjectKind, subjectKinds } from "./subjects.ts";

export const eventSchema = "assay.event/1";

/** Canonical text of one event; the same bound holds for every bus. */
export const maxEventBytes = 262_144;

/** Who said it: an agent by its roster name, one boot of it, one version of the code. */
export type EventSource = Readonly<{ agent_name: string; boot_id: string; version: string }>;

/** Everything on the bus travels in one of these. */
export type EventEnvelope = Readonly<{
  schema: typeof eventSchema;
  /** The same event has the same id however often it is sent; consumers count it once. */
  event_id: string;
  subject: string;
  event_type: SubjectKind;
  source: EventSource;
  ts_utc: string;
  /** Counts the events of one boot from 1. */
  seq: number;
  /** Ties together what followed from one cause; null where nothing caused it. */
  correlation_id: string | null;
  payload: Json;
}>;

const subject = z.string().refine((text) => parseSubject(text).ok, "must be a known subject");

export const eventCodec: Codec<EventEnvelope> = createCodec(
  eventSchema,
  z.object({
    schema: z.literal(eventSchema),
    event_id: id,
    subject,
    event_type: z.enum(subjectKinds),
    source: z.object({ agent_name: name, boot_id: id, version }),
    ts_utc: utc,
    seq: count,
    correlation_id: id.nullable(),
    payload: z.json(),
  }),
);

/** What a producer says; the rest of the envelope follows from it. */
export type EventDraft = Readonly<{
  event_id: string;
  subject: string;
  source: EventSource;
  ts_utc: string;
  seq: number;
  correlation_id: string | null;
  payload: Json;
}>;

/**
 * Makes an event, held to the shape of its subject. Faults: subject_unknown, message_malformed,
 * message_schema_unsupported, message_unknown_field, event_too_large.
 */
export function createEvent(draft: EventDraft): Result<EventEnvelope, Fault> {
  const subject = parseSubject(draft.subject);
  if (!subject.ok) return subject;
  const payload = payloadCodec(subject.value.kind).write(draft.payload);
  if (!payload.ok) return payload;

  const event: EventEnvelope = {
    schema: eventSchema,
    event_id: draft.event_id,
    subject: draft.subject,
    event_type: subject.value.kind,
    source: draft.source,
    ts_utc: draft.ts_utc,
    seq: draft.seq,
    correlation_id: draft.correlation_id,
    payload: payload.value,
  };
  const text = eventCodec.writeText(event);
  if (!text.ok) return text;
  const bytes = Buffer.byteLength(text.value);
  if (bytes <= maxEventBytes) return ok(event);
  const message = `an event has at most ${maxEventBytes} bytes, and this has ${bytes}`;
  return err({ code: "event_too_large", message });
}

/**
 * Reads an event and holds its payload to the shape of its subject. Faults: those of a codec, and
 * event_type_mismatch.
 */
export function readEvent(value: unknown): Result<EventEnvelope, Fault> {
  const event = eventCodec.read(value);
  if (!event.ok) return event;
  const subject = parseSubject(event.value.subject);
  if (!subject.ok) return subject;
  const { kind } = subject.value;
  if (kind !== event.value.event_type) {
    const message = `an event on ${event.value.subject} is of type ${kind}`;
    return err({ code: "event_type_mismatch", message, at: "event_type" });
  }
  const payload = payloadCodec(kind).read(event.value.payload);
  if (!payload.ok) return payload;
  return event;
}

/** An id that the content alone decides: 32 hex digits of its digest. */
export function eventIdOf(subject: string, content: Json): string {
  return digestOf(eventSchema, { subject, content: canonicalJson(content) }).slice(0, 32);
}
