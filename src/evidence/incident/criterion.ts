import { err, type Fault, ok, type Result } from "#base";
import { isEvidencePath } from "../seal/sums.ts";
import { isPlainText, textLimits } from "./plain-text.ts";

/**
 * What must be so in a new run before an incident may be closed. All but `text` are checked by a
 * machine; a text has to be confirmed by somebody who names the evidence.
 */
export type Criterion =
  | Readonly<{ kind: "claim"; claim: string }>
  | Readonly<{ kind: "artifact"; file: string }>
  | Readonly<{ kind: "join"; from: string; to: string; claim: string }>
  | Readonly<{ kind: "text"; text: string }>;

/**
 * `claim:ID=PASS`, `artifact:FILE`, `join:FROM->TO`, or a text. A word and a colon with nothing
 * between is meant for a machine, so a kind that is not known is refused and not taken for a text.
 * Fault criterion_malformed.
 */
export function parseCriterion(text: string): Result<Criterion, Fault> {
  if (!isPlainText(text, textLimits.line, "one")) {
    return malformed(text, `one line of plain text, at most ${textLimits.line} characters`);
  }
  const [, kind, rest = ""] = /^([a-z_]+):(\S.*)$/.exec(text) ?? [];
  if (kind === undefined) return ok({ kind: "text", text });
  if (kind === "claim") return parseClaim(text, rest);
  if (kind === "artifact") {
    if (isEvidencePath(rest)) return ok({ kind, file: rest });
    return malformed(text, "artifact:FILE with a file name as it stands in SHA256SUMS");
  }
  if (kind === "join") return parseJoin(text, rest);
  return malformed(text, "claim:ID=PASS, artifact:FILE, join:FROM->TO or a free text");
}

function parseClaim(text: string, rest: string): Result<Criterion, Fault> {
  const [, claim] = /^([a-z][a-z0-9_]{0,79})=PASS$/.exec(rest) ?? [];
  if (claim !== undefined) return ok({ kind: "claim", claim });
  return malformed(text, "claim:ID=PASS with the id of a claim as `assay verify` prints it");
}

function parseJoin(text: string, rest: string): Result<Criterion, Fault> {
  const [, from = "", to = ""] = /^([a-z_]+)->([a-z_]+)$/.exec(rest) ?? [];
  const claim = claimByJoin.get(`${from}->${to}`);
  if (claim !== undefined) return ok({ kind: "join", from, to, claim });
  const known = [...claimByJoin.keys()].map((join) => `join:${join}`).join(", ");
  return malformed(text, `one of ${known}; other joins are named by their claim, claim:ID=PASS`);
}

/** Which claim checks a join between two artifacts, each named without its ending. */
const claimByJoin: ReadonlyMap<string, string> = new Map([
  ["genomes_snapshot->agent_roster", "roster_join"],
  ["birth_events->agent_roster", "roster_join"],
  ["death_events->agent_roster", "roster_join"],
  ["survivors->agent_roster", "roster_join"],
  ["order_attempts->agent_roster", "step93_agent_roster"],
  ["fills->bills", "step33_fills_bills_join"],
]);

function malformed(text: string, expected: string): Result<never, Fault> {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
  const message = `not a closure criterion: ${shown}; expected ${expected}`;
  return err({ code: "criterion_malformed", message });
}
