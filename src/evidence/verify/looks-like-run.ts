import { lstatSync } from "node:fs";
import { basename, join } from "node:path";
import { reserveFileName, runFileNames, sumsFileName } from "../run/file-names.ts";
import { partsOfSeal } from "./seal-claims.ts";

/**
 * Whether a directory is a run at all, however spoiled: it is named as one, or holds its manifest,
 * its reserve or a part of its seal. Of anything else nothing was ever claimed, and no verdict is
 * made (docs/contracts/run-directory.md 1.6).
 */
export function looksLikeRun(directory: string): boolean {
  return runName.test(basename(directory)) || marksOfRun.some((mark) => isThere(directory, mark));
}

/** What is looked for in a directory that is not named as a run. */
const marksOfRun: readonly string[] = [
  runFileNames.run_manifest,
  reserveFileName,
  sumsFileName,
  ...partsOfSeal,
];

/** What to say of a directory that does not. */
export const whyNoRun: string =
  "no run here: its name is no run id, and it holds none of " + marksOfRun.join(", ");

/** A run at a venue adds UTC time and a nonce. */
const runName = /^(?:HF|PROMOTE|AUDIT)_[0-9a-f]{16}(?:_\d{8}T\d{6}Z_[0-9a-f]{8})?$/;

/** What cannot be looked at may be there. */
function isThere(directory: string, mark: string): boolean {
  try {
    return lstatSync(join(directory, mark), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
