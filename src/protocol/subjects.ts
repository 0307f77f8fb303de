import { err, type Fault, ok, type Result } from "#base";

/** What a subject is about; each kind has one payload (see `payloads.ts`). */
export type SubjectKind =
  | "market_tick"
  | "market_heartbeat"
  | "proposal"
  | "refusal"
  | "intent"
  | "disclosure"
  | "ops_status"
  | "safety_switch";

/** `about`: the symbol, strategy, venue or agent; null where the subject names none. */
export type Subject = Readonly<{ kind: SubjectKind; about: string | null }>;

export const subjectVersion = "assay.subjects/1";

type Form = Readonly<{ prefix: string; named: boolean }>;

const formByKind: Readonly<Record<SubjectKind, Form>> = {
  market_tick: { prefix: "market.tick", named: true },
  market_heartbeat: { prefix: "market.heartbeat", named: false },
  proposal: { prefix: "proposal", named: true },
  refusal: { prefix: "refusal", named: true },
  intent: { prefix: "intent", named: true },
  disclosure: { prefix: "disclosure.congress", named: false },
  ops_status: { prefix: "ops.status", named: true },
  safety_switch: { prefix: "safety.switch", named: false },
};

export const subjectKinds: readonly SubjectKind[] = [
  "market_tick",
  "market_heartbeat",
  "proposal",
  "refusal",
  "intent",
  "disclosure",
  "ops_status",
  "safety_switch",
];

/** Fixed subjects, and builders for those that name something. */
export const subjects: Readonly<{
  tick(symbol: string): string;
  heartbeat: string;
  proposal(strategy: string): string;
  refusal(strategy: string): string;
  intent(venue: string): string;
  disclosure: string;
  opsStatus(agent: string): string;
  safetySwitch: string;
}> = {
  tick: (symbol) => `market.tick.${nameToToken(symbol)}`,
  heartbeat: "market.heartbeat",
  proposal: (strategy) => `proposal.${nameToToken(strategy)}`,
  refusal: (strategy) => `refusal.${nameToToken(strategy)}`,
  intent: (venue) => `intent.${nameToToken(venue)}`,
  disclosure: "disclosure.congress",
  opsStatus: (agent) => `ops.status.${nameToToken(agent)}`,
  safetySwitch: "safety.switch",
};

/** Fault: subject_unknown, for whatever no builder above makes. */
export function parseSubject(text: string): Result<Subject, Fault> {
  for (const kind of subjectKinds) {
    const { prefix, named } = formByKind[kind];
    if (!named && text === prefix) return ok({ kind, about: null });
    if (!named || !text.startsWith(`${prefix}.`)) continue;
    const about = tokenToName(text.slice(prefix.length + 1));
    if (about !== null) return ok({ kind, about });
  }
  const message = `no such subject: ${JSON.stringify(text.slice(0, 80))}`;
  return err({ code: "subject_unknown", message });
}

/**
 * Whether a subject falls under a filter: `*` stands for one token, a last `>` for one or more,
 * as in NATS, so that every bus selects alike.
 */
export function subjectMatches(filter: string, subject: string): boolean {
  const wanted = filter.split(".");
  const tokens = subject.split(".");
  for (const [index, want] of wanted.entries()) {
    if (want === ">") return index === wanted.length - 1 && tokens.length > index;
    if (index >= tokens.length) return false;
    if (want !== "*" && want !== tokens[index]) return false;
  }
  return wanted.length === tokens.length;
}

/** One token of a subject: what is no letter, digit or hyphen becomes `_` and two hex digits. */
export function nameToToken(text: string): string {
  return [...new TextEncoder().encode(text)].map(byteToToken).join("");
}

function byteToToken(byte: number): string {
  const sign = String.fromCharCode(byte);
  return /[A-Za-z0-9-]/.test(sign) ? sign : `_${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Null for a token that `nameToToken` does not make. */
export function tokenToName(token: string): string | null {
  if (!/^(?:[A-Za-z0-9-]|_[0-9A-F]{2})+$/.test(token)) return null;
  const bytes = (token.match(/_[0-9A-F]{2}|./g) ?? []).map((part) => {
    return part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0);
  });
  const text = new TextDecoder().decode(Uint8Array.from(bytes));
  return nameToToken(text) === token ? text : null;
}
