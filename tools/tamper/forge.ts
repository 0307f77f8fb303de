import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Files, filesOf, type Subject, sealWith } from "./subject.ts";

export type ForgeOptions = Readonly<{
  /** Whose keys sign. */
  keys: string;
  /** Makes the records false. */
  edit: (directory: string, runId: string) => void;
}>;

/**
 * A root that holds the run with false records and nothing else: summed, sealed and entered in a
 * log anew with these keys, so that the seal itself is without fault.
 */
export function forge(subject: Subject, folder: string, { keys, edit }: ForgeOptions): Files {
  const root = mkdtempSync(join(folder, "forged-"));
  try {
    const directory = join(root, subject.run);
    for (const [path, bytes] of recordsOf(subject)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), bytes);
    }
    edit(directory, basename(subject.run));
    sumAnew(directory);
    sealWith(keys, root, directory);
    return filesOf(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The run without its seal. */
function recordsOf({ files, run }: Subject): Files {
  const home = `${run}/`;
  const isSeal = (name: string): boolean => /^(tlog\/|proofs\/|attestations|SHA256SUMS)/.test(name);
  return new Map(
    [...files].filter(([path]) => path.startsWith(home) && !isSeal(path.slice(home.length))),
  );
}

function sumsOf(directory: string): string {
  const names = readdirSync(directory).filter((name) => name !== "SHA256SUMS");
  const lines = names.toSorted().map((name) => {
    const digest = createHash("sha256")
      .update(readFileSync(join(directory, name)))
      .digest("hex");
    return `${digest}  ${name}\n`;
  });
  return lines.join("");
}

function sumAnew(directory: string): void {
  writeFileSync(join(directory, "SHA256SUMS"), sumsOf(directory));
}
