import { join } from "node:path";
import type { TrustPolicy } from "../keys/policy.ts";
import { shorten } from "../reading/problem.ts";
import { checkSealFiles } from "../seal/check-seal-files.ts";
import { checkStatement } from "../seal/check-statement.ts";
import { collectFindings, type SealFindingCode } from "../seal/findings.ts";
import { sealFiles } from "../seal/seal-files.ts";
import { readDocument } from "../store/document.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import type { Reporter } from "./reporter.ts";
import { placeOf } from "./seal-integrity.ts";

export const authenticityClaim = {
  id: "authenticity",
  clause: "docs/contracts/run-directory.md#c16-authenticity",
} as const;

/**
 * Statement and checkpoint are signed by enough keys that the policy trusts for the time of the
 * seal, and belong to its system. What they say of the files is the claim about the seal.
 */
export function checkAuthenticity(directory: string, policy: TrustPolicy, report: Reporter): void {
  const findings = collectFindings<SealFindingCode>();
  const bytes = readDocument(nodeFileSystem, join(directory, sealFiles.statement));
  const { statement, signatures } = checkStatement(bytes, policy, findings);
  const space = { fs: nodeFileSystem, directory, findings, known: new Map() };
  const parts = checkSealFiles(space, statement, policy);
  report.count(signatures + parts.signatures);
  for (const { code, at, message } of findings.list) {
    const { file, line } = placeOf(at);
    if (file !== sealFiles.statement && file !== sealFiles.checkpoint) continue;
    report.fileFinding({ code, file, line, field: null, detail: shorten(message) });
  }
}
