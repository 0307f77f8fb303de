import type { ClaimEvidence } from "./entry.ts";
import { bundleFiles, incidentFiles } from "./incident-files.ts";
import type { IncidentState } from "./incident-state.ts";
import { markdownCode, markdownLine, markdownQuote } from "./markdown.ts";
import type { RunFacts } from "./run-facts.ts";

/** Which run it was, what its verdict said, and where the frozen evidence lies. */
export function evidenceLines({ opened, remarks }: IncidentState): readonly string[] {
  const { bundle, claims } = opened;
  const index = `${incidentFiles.bundle}/${bundleFiles.index}`;
  const missing = bundle.missing_required_files_count;
  return [
    ...runLines(opened.run),
    ...claims.flatMap(claimLines),
    `- bundle: ${markdownCode(`${incidentFiles.bundle}/`)}, ${bundle.copied} files copied ` +
      `(${bundle.bytes} bytes), ${bundle.held_by_digest} held by digest, ` +
      `missing_required_files_count=${missing}`,
    `- ${markdownCode(index)}: sha256 ${markdownCode(bundle.index_sha256)}`,
    ...remarks.trigger.flatMap(({ by, ts_utc, text }) => [
      `- ${markdownLine(by)}, ${ts_utc}:`,
      ...markdownQuote(text).map((line) => `  ${line}`),
    ]),
  ];
}

/** The anchors of a run, one a line; what is not known says why. */
export function runLines(run: RunFacts): readonly string[] {
  const line = (name: string, value: string | null, reason: string | null): string => {
    const unknown = `unknown (${markdownLine(reason ?? "no reason")})`;
    return `- ${name}: ${value === null ? unknown : markdownCode(value)}`;
  };
  return [
    line("run_id", run.run_id, run.run_id_reason),
    line("run_dir", run.directory, null),
    line("mode", run.mode, run.mode_reason),
    line("status", run.status, run.status_reason),
    line("start_time", run.start_time, run.start_time_reason),
    line("build_git_sha", run.git_commit, run.git_commit_reason),
    line("image", run.docker_image, run.docker_image_reason),
    line("sha256 of SHA256SUMS", run.sums_sha256, run.sums_sha256_reason),
  ];
}

function claimLines(claim: ClaimEvidence): readonly string[] {
  const { id, verdict, reason, checked, findings, examples } = claim;
  const why = reason === null ? "" : `, ${markdownLine(reason)}`;
  return [
    `- claim ${markdownCode(id)}: **${verdict}**${why} (${checked} checked, ${findings} findings)`,
    ...examples.map((example) => `  - ${markdownLine(example)}`),
  ];
}
