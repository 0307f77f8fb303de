import { err, type Fault, ok, type Result } from "#base";
import type { Finding, Verdict } from "../artifacts/verdict.ts";
import { shorten } from "../reading/problem.ts";
import { type ClaimEvidence, entryLimits } from "./entry.ts";
import { toPlainLine } from "./plain-text.ts";

/** The claims of an incident as a verdict has them, and the files their findings name. */
export type ClaimFacts = Readonly<{
  claims: readonly ClaimEvidence[];
  files: ReadonlySet<string>;
}>;

/** A claim that the verdict does not know is a slip of the pen: fault incident_claim_unknown. */
export function claimEvidence(
  verdict: Verdict | null,
  ids: readonly string[],
): Result<ClaimFacts, Fault> {
  const claims: ClaimEvidence[] = [];
  const files = new Set<string>();
  for (const id of new Set(ids)) {
    const claim = verdict?.claims.find((each) => each.id === id);
    if (claim === undefined) return unknownClaim(verdict, id);
    const { reason, checked, findings } = claim;
    const own = verdict?.findings.filter((finding) => finding.claim === id) ?? [];
    for (const { file } of own) files.add(file);
    const examples = own.slice(0, entryLimits.examples).map(exampleOf);
    const why = reason === null ? null : shorten(reason);
    claims.push({ id, verdict: claim.verdict, reason: why, checked, findings, examples });
  }
  return ok({ claims, files });
}

/** `death_events.jsonl line 3 seq: stands after 4 [event_out_of_order]`. */
function exampleOf({ file, line, field, detail, code }: Finding): string {
  const at = line === null ? "" : ` line ${line}`;
  const part = field === null ? "" : ` ${field}`;
  return toPlainLine(`${shorten(`${file}${at}${part}`)}: ${shorten(detail)} [${code}]`);
}

function unknownClaim(verdict: Verdict | null, id: string): Result<never, Fault> {
  const shown = JSON.stringify(id);
  const message =
    verdict === null
      ? `no verdict of the run can be read, so claim ${shown} cannot be looked up; leave it out`
      : `no claim ${shown} in the verdict of the run; it has ` +
        verdict.claims.map((claim) => claim.id).join(", ");
  return err({ code: "incident_claim_unknown", message });
}
