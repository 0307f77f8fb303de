import type { SwitchReading } from "#protocol";
import type { Latch } from "#safety";

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
  /** Called after each change of value, reason or source, whoever's look found it. */
  onChange: (listener: (facts: SwitchFacts) => void) => () => void;
}>;

export type SwitchFacts = Readonly<{
  /**
   * In the spelling of recorded data, as a proposal carries it. `off` alone lets anything leave:
   * switch off everywhere, latch not engaged, no STOP. Beside the reasons of the switch there are
   * `halt_latched`, `stop_present` and `stop_unreadable`.
   */
  reading: SwitchReading;
  latch: Latch;
  /** Every configured source with what it said. */
  seen: readonly Readonly<{ source: string; value: string }>[];
}>;
