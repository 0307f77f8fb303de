import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../files/system-code.ts";

/**
 * 16 hex over size, inode and times of the named files: another text when one of them was written,
 * replaced, added or removed. The time of the last change of the inode cannot be set back by `cp`
 * or `touch`, so contents that were exchanged under an old date are seen too.
 */
export function stampOf(directory: string, names: readonly string[]): string {
  const digest = createHash("sha256");
  for (const name of names) digest.update(`${name}\n${factsOf(join(directory, name))}\n`);
  return digest.digest("hex").slice(0, 16);
}

function factsOf(path: string): string {
  try {
    const { size, ino, mode, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
    return `${size} ${ino} ${mode} ${mtimeNs} ${ctimeNs}`;
  } catch (cause) {
    const code = systemCode(cause);
    if (code === null) throw cause;
    return code;
  }
}
