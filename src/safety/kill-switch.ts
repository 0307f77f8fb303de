import type { Moment } from "./moment.ts";
import { readSwitchWord } from "./switch-word.ts";

/** What a look at one source of the switch found; the shell that looked cannot say more. */
export type SourceReading =
  | Readonly<{ state: "not_configured" }>
  | Readonly<{ state: "text"; text: string }>
  | Readonly<{ state: SourceTrouble }>;

/**
 * - absent: configured, and nothing is there.
 * - empty: nothing in it.
 * - unreadable: the system refused.
 * - directory, fifo, link, special_file: no regular file.
 * - too_long: more than any word.
 * - unsafe_permissions: somebody else could have written it.
 */
export type SourceTrouble =
  | "absent"
  | "empty"
  | "unreadable"
  | "directory"
  | "fifo"
  | "link"
  | "special_file"
  | "too_long"
  | "unsafe_permissions";

/** A source by the name that people know it by: a variable or a path. */
export type SwitchSource = Readonly<{ name: string; reading: SourceReading }>;

export type SwitchReason =
  | "switch_off"
  | "switch_on"
  | "switch_unknown_word"
  | "switch_not_configured"
  | `switch_${SourceTrouble}`;

/** May orders leave, as far as the switch is concerned; who said so, and when it was read. */
export type SwitchVerdict = Readonly<{
  allowed: boolean;
  /** `switch_off` exactly when allowed. */
  reason: SwitchReason;
  /** The source that halts; null when all say off or none is configured. */
  source: string | null;
  at: Moment;
  /** Every configured source with what it said, for the log. */
  seen: readonly Readonly<{ source: string; value: string }>[];
}>;

/**
 * Allowed only when at least one source is configured and every configured source says an explicit
 * off word. The first source that does not is the one named.
 */
export function evaluateSwitch(sources: readonly SwitchSource[], at: Moment): SwitchVerdict {
  const configured = sources.filter(({ reading }) => reading.state !== "not_configured");
  const seen = configured.map(({ name, reading }) => ({ source: name, value: shown(reading) }));
  if (configured.length === 0) {
    return { allowed: false, reason: "switch_not_configured", source: null, at, seen };
  }
  for (const { name, reading } of configured) {
    const reason = reasonOf(reading);
    if (reason !== "switch_off") return { allowed: false, reason, source: name, at, seen };
  }
  return { allowed: true, reason: "switch_off", source: null, at, seen };
}

const reasonByWord = {
  off: "switch_off",
  on: "switch_on",
  unknown: "switch_unknown_word",
} as const;

function reasonOf(reading: SourceReading): SwitchReason {
  if (reading.state !== "text") return `switch_${reading.state}`;
  return /^\r?\n?$/.test(reading.text)
    ? "switch_empty"
    : reasonByWord[readSwitchWord(reading.text)];
}

/** Longer texts are cut and line ends shown: a log line stays one line. */
function shown(reading: SourceReading): string {
  return reading.state === "text" ? JSON.stringify(reading.text.slice(0, 16)) : reading.state;
}
