import { shorten } from "../reading/problem.ts";
import type { SealCheck } from "../seal/check-seal.ts";
import type { Reporter } from "./reporter.ts";

export const sealClaim = {
  id: "seal",
  clause: "docs/contracts/run-directory.md#c15-seal",
} as const;

/**
 * The seal and the files are one: tree, table, sums and statement agree, and the signatures are of
 * the keys that the statement names. Who holds those keys is another claim.
 */
export function reportSeal(check: SealCheck, report: Reporter): void {
  const { files, leaves, signatures } = check.counted;
  report.count(files + leaves + signatures);
  for (const { code, at, message } of check.findings) {
    const { file, line } = placeOf(at);
    report.fileFinding({ code, file, line, field: null, detail: shorten(message) });
  }
}

/** `death_events.jsonl line 17` in its parts. */
export function placeOf(at: string): Readonly<{ file: string; line: number | null }> {
  const [, file, line] = /^(.*) line ([1-9]\d{0,14})$/.exec(at) ?? [];
  return { file: shorten(file ?? at), line: line === undefined ? null : Number(line) };
}
