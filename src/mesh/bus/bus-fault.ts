/** What a bus may answer instead. `at` names the subject, key, bucket or server. */
export type BusFault = Readonly<{ code: BusFaultCode; message: string; at?: string }>;

/**
 * - bus_unreachable: no server answers, or the connection is lost. Try again later.
 * - bus_timeout: the server did not answer in time; what was asked may have happened.
 * - bus_server_too_old, bus_without_jetstream, bus_config_ignored: this server will not do.
 * - bus_denied: the server refuses this user.
 * - bus_full: durable subscriptions have to catch up before more is taken.
 * - bus_closed: `close` was called.
 * - bus_durable_in_use: this process has a subscription of that name already.
 * - bus_damaged: what the bus kept does not read, or not with its digest.
 * - bus_failed: the server said something else, which the message repeats.
 */
export type BusFaultCode =
  | "bus_address_invalid"
  | "bus_unreachable"
  | "bus_timeout"
  | "bus_server_too_old"
  | "bus_without_jetstream"
  | "bus_config_ignored"
  | "bus_denied"
  | "bus_full"
  | "bus_closed"
  | "bus_subject_invalid"
  | "bus_overlapping_patterns"
  | "bus_name_invalid"
  | "bus_event_invalid"
  | "bus_too_large"
  | "bus_durable_in_use"
  | "bus_key_exists"
  | "bus_revision_conflict"
  | "bus_sealed"
  | "bus_dead_letter_missing"
  | "bus_damaged"
  | "bus_failed";

export function busFault(code: BusFaultCode, message: string, at?: string): BusFault {
  return at === undefined ? { code, message } : { code, message, at };
}
