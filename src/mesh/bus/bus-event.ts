import type { Json } from "#base";

/** One event as it travels: the envelope of the mesh. `event_id` is what makes it the same one. */
export type BusEvent = Readonly<{
  schema: "assay.event/1";
  event_id: string;
  subject: string;
  event_type: string;
  source: Readonly<{ agent_name: string; boot_id: string; version: string }>;
  ts_utc: string;
  seq: number;
  correlation_id: string | null;
  payload: Json;
}>;

/** An event longer than this, as JSON in UTF-8, is refused: large things go into `objects`. */
export const maxEventBytes: number = 256 << 10;
