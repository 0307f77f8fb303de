import type { HaltPlaces } from "#venues";

/** What the watchdog's thread is given; it asks the main thread for nothing. */
export type WatchdogJob = Readonly<{
  buffer: SharedArrayBuffer;
  places: HaltPlaces;
  /** Null: it watches and cancels nothing. */
  account: WatchdogAccount | null;
}>;

/** A connection of its own to the venue. */
export type WatchdogAccount = Readonly<{
  baseUrl: string;
  key: Readonly<{ apiKey: string; secret: string; passphrase: string }>;
  demo: boolean;
  timeoutMs: number;
  instIds: readonly string[];
}>;

/** What the watchdog tells; nothing waits for it. */
export type WatchdogWord =
  | Readonly<{ type: "watching" }>
  /** `at_ms`: by the clock of the machine that only goes forward. */
  | Readonly<{ type: "halted"; reason: string; source: string | null; at_ms: number }>
  /** The venue lists nothing any more. */
  | Readonly<{
      type: "cancelled";
      cancelled: number;
      took_ms: number;
      rounds: number;
      at_ms: number;
    }>
  | Readonly<{ type: "not_clear"; for_ms: number; why: string }>
  | Readonly<{ type: "allowed"; at_ms: number }>;
