import type { Latch, StopVerdict, SwitchReason } from "#safety";

/**
 * The switches as a service sees them. It only looks: a halted reading here engages no latch, the
 * broker's own watch does. What it says is for refusing early and for status; the last word on an
 * order is the broker's reread.
 */
export type SwitchView = Readonly<{
  /** Reads all sources now, from disk. */
  look: () => SwitchFacts;
  /** The reading of the last look or poll, at most a second old. */
  last: () => SwitchFacts;
  /** Called after each change of value, source or reason, whoever's look found it. */
  onChange: (listener: (facts: SwitchFacts) => void) => () => void;
}>;

/** One reading, in the spelling of recorded data; it fits the `switch` of a proposal. */
export type SwitchFacts = Readonly<{
  /** `off` alone lets anything leave: switch off everywhere, latch not engaged, no STOP. */
  value: "off" | "halted";
  /** What halts: a reason of the switch, `latched` or a reason of STOP; `switch_off` when off. */
  reason: SwitchReason | "latched" | StopVerdict["reason"];
  /** The source that said so; null when all say off or none is configured. */
  source: string | null;
  /** RFC 3339 in UTC with milliseconds. */
  read_at: string;
  latch: Latch;
  /** Every configured source with what it said. */
  seen: readonly Readonly<{ source: string; value: string }>[];
}>;
