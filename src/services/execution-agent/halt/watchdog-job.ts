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
  | Readonly<{ type: "halted"; reason: string; source: string | null }>
  | Readonly<{ type: "cancelled"; cancelled: number; tookMs: number; rounds: number }>
  | Readonly<{ type: "not_clear"; forMs: number; why: string }>
  | Readonly<{ type: "allowed" }>;
