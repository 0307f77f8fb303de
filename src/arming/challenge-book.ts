import { type Moment, maxSkewMs } from "#safety";
import { type Challenge, challengeLifetimeMs } from "./challenge.ts";
import type { ChangeRecord } from "./change-record.ts";

export type NonceTrouble =
  | "nonce_unknown"
  | "nonce_used"
  | "nonce_expired"
  | "log_position_differs";

/** The challenges of this start of a process, in its memory alone. */
export type ChallengeBook = Readonly<{
  /** Null where too many are open already. */
  mayIssue: (now: Moment) => boolean;
  issued: (challenge: Challenge, at: Moment) => void;
  trouble: (change: ChangeRecord, now: Moment) => NonceTrouble | null;
  use: (nonce: string) => void;
}>;

/** Those who ask again and again fill no memory and no log. */
const maxOpenChallenges = 8;

type Entry = { readonly challenge: Challenge; readonly at: Moment; used: boolean };

/** `usedBefore` are the nonces that the log knows as used, of earlier starts too. */
export function openChallengeBook(usedBefore: Iterable<string>): ChallengeBook {
  const entries = new Map<string, Entry>();
  const used = new Set(usedBefore);

  function isAlive({ at, used: isUsed }: Entry, now: Moment): boolean {
    const ageMs = now.monoMs - at.monoMs;
    // The wall's age counts too: our own clock stands still while a machine sleeps.
    const wallAgeMs = now.wallMs - at.wallMs;
    const inTime = ageMs >= 0 && ageMs <= challengeLifetimeMs;
    return !isUsed && inTime && wallAgeMs <= challengeLifetimeMs + maxSkewMs;
  }

  function forgetDead(now: Moment): void {
    if (entries.size < maxOpenChallenges * 8) return;
    for (const [nonce, entry] of entries) if (!isAlive(entry, now)) entries.delete(nonce);
  }

  return {
    mayIssue(now) {
      forgetDead(now);
      const open = [...entries.values()].filter((entry) => isAlive(entry, now));
      return open.length < maxOpenChallenges;
    },
    issued(challenge, at) {
      entries.set(challenge.nonce, { challenge, at, used: false });
    },
    trouble(change, now) {
      if (used.has(change.nonce)) return "nonce_used";
      const entry = entries.get(change.nonce);
      if (entry === undefined) return "nonce_unknown";
      if (!isAlive(entry, now)) return "nonce_expired";
      const { log_size, log_root } = entry.challenge;
      const isSame = change.log_size === log_size && change.log_root === log_root;
      return isSame ? null : "log_position_differs";
    },
    use(nonce) {
      used.add(nonce);
      const entry = entries.get(nonce);
      if (entry !== undefined) entry.used = true;
    },
  };
}
