import { z } from "zod";
import { canonicalJson, err, ok, parseJson, type Result } from "#base";
import { type BusEvent, maxEventBytes } from "./bus-event.ts";
import { type BusFault, busFault } from "./bus-fault.ts";
import { checkSubject } from "./subject.ts";

/** What a bus needs to know of an event; what it means is for `#protocol` to say. */
const shape = z.object({
  schema: z.literal("assay.event/1"),
  event_id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/),
  subject: z.string(),
  event_type: z.string().min(1).max(128),
  source: z.object({ agent_name: z.string(), boot_id: z.string(), version: z.string() }),
  ts_utc: z.string(),
  seq: z.int().min(0),
  correlation_id: z.string().nullable(),
  payload: z.json(),
});

/**
 * The text that travels, and a copy that nobody else holds. Faults: bus_subject_invalid,
 * bus_event_invalid, bus_too_large.
 */
export function writeEvent(
  event: BusEvent,
): Result<Readonly<{ text: string; bytes: number; copy: BusEvent }>, BusFault> {
  const subject = checkSubject(event.subject);
  if (!subject.ok) return subject;
  const text = canonicalJson(event);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxEventBytes) {
    const message = `an event of ${bytes} bytes, more than ${maxEventBytes}: put it into objects`;
    return err(busFault("bus_too_large", message, event.subject));
  }
  const copy = readEvent(text);
  return copy.ok ? ok({ text, bytes, copy: copy.value }) : copy;
}

/** Fault bus_event_invalid. */
export function readEvent(text: string): Result<BusEvent, BusFault> {
  const json = parseJson(text);
  if (!json.ok) return err(busFault("bus_event_invalid", `not JSON: ${json.fault.message}`));
  const checked = shape.safeParse(json.value);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const at = issue?.path.map(String).join(".") || "the event";
    return err(busFault("bus_event_invalid", `${at}: ${issue?.message ?? "is malformed"}`));
  }
  const subject = checkSubject(checked.data.subject);
  if (!subject.ok) return subject;
  return ok(checked.data);
}
