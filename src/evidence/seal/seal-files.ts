/** What the seal adds to a directory; every other file is a record of the run. */
export const sealFiles = {
  /** The table of files: its leaf is the last one. */
  table: "tlog/files.json",
  /** The hash of every leaf in a row, 32 bytes each: finds the place of a change. */
  leafHashes: "tlog/leaf-hashes",
  checkpoint: "tlog/checkpoint",
  sums: "SHA256SUMS",
  /** The last file: a directory without it is not sealed. */
  statement: "attestations.intoto.jsonl",
} as const;

/** `proofs/run_manifest.json.tlog-proof`. */
export function proofPath(path: string): string {
  return `proofs/${path}.tlog-proof`;
}

/** Whether the seal owns this path; records may not lie there. */
export function isSealPath(path: string): boolean {
  if (path === sealFiles.sums || path === sealFiles.statement) return true;
  return /^(?:tlog|proofs)(?:\/|$)/.test(path);
}

/** Records are leaves line by line in these files, and whole in all others. */
export function formOf(path: string): LeafForm {
  return path.endsWith(".jsonl") ? "lines" : "whole";
}

export type LeafForm = "lines" | "whole";

/** `assay.local/run/HF_0123456789abcdef`: the log of one run. */
export function runOrigin(system: string, runId: string): string {
  return `${system}/run/${runId}`;
}
