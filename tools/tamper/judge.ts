import type { Installation, Seen } from "./installation.ts";
import type { Place, Variant } from "./variant.ts";

export type Outcome = Readonly<{
  /** Why it escaped, null when it was found as it had to be. */
  escape: string | null;
  seen: Seen;
}>;

/** Spoils the installation, asks for the verdict, and says whether it is the one that is due. */
export function judge(installation: Installation, variant: Variant): Outcome {
  const { changes, look, needsMemory } = variant;
  const seen = installation.withChanges(changes(), () => {
    try {
      return installation.look(look, needsMemory);
    } catch (error) {
      return { verdict: `threw ${String(error)}`, claims: [], findings: [] };
    }
  });
  return { escape: whyEscaped(variant, seen), seen };
}

function whyEscaped(variant: Variant, { verdict, claims, findings }: Seen): string | null {
  const { place, expected, mustPass, isDoubtEnough } = variant;
  if (isDoubtEnough && verdict === "NOT_MEASURABLE") return null;
  if (verdict !== "FAIL") return `the verdict is ${verdict}`;
  const named = findings.some(
    ({ file, line }) => place === null || (place.files.includes(file ?? "") && isLine(line, place)),
  );
  if (!named) {
    const places = findings.slice(0, 4).map(({ file, line }) => `${file}:${line ?? "-"}`);
    const due = `${place?.files.join(" or ")}:${place?.line ?? "-"}`;
    return `no finding at ${due}, but at ${places.join(", ")}`;
  }
  const isFound = findings.some(
    ({ claim, code }) => expected === null || (claim === expected.claim && code === expected.code),
  );
  if (!isFound) {
    const codes = [...new Set(findings.map(({ claim, code }) => `${claim} ${code}`))];
    return `no ${expected?.claim} ${expected?.code}, but ${codes.slice(0, 4).join(", ")}`;
  }
  const failed = claims.find(({ id, verdict: word }) => mustPass.includes(id) && word !== "PASS");
  return failed === undefined ? null : `${failed.id} is ${failed.verdict}`;
}

function isLine(found: number | null, { line }: Place): boolean {
  return line === null || found === line;
}
