import { err, ok, type Result } from "#base";
import { eventCodec } from "#protocol";
import { type BusEvent, maxEventBytes } from "./bus-event.ts";
import { type BusFault, busFault } from "./bus-fault.ts";
import { checkSubject } from "./subject.ts";

export type WrittenEvent = Readonly<{
  text: string;
  bytes: number;
  /** What a reader would make of the text: nobody else holds any part of it. */
  copy: BusEvent;
}>;

/**
 * The text that travels. The envelope is checked, its payload is the producer's word. Faults:
 * bus_subject_invalid, bus_event_invalid, bus_too_large.
 */
export function writeEvent(event: BusEvent): Result<WrittenEvent, BusFault> {
  const subject = checkSubject(event.subject);
  if (!subject.ok) return subject;
  const written = eventCodec.writeText(event);
  if (!written.ok) {
    return err(busFault("bus_event_invalid", written.fault.message, event.subject));
  }
  const text = written.value;
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxEventBytes) return ok({ text, bytes, copy: JSON.parse(text) as BusEvent });
  const message = `an event of ${bytes} bytes, more than ${maxEventBytes}: put it into objects`;
  return err(busFault("bus_too_large", message, event.subject));
}

/** Fault bus_event_invalid. */
export function readEvent(text: string): Result<BusEvent, BusFault> {
  const read = eventCodec.readText(text);
  return read.ok ? read : err(busFault("bus_event_invalid", read.fault.message));
}
