import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

/** sha256 of a file in hex, read in pieces: the runtime binary has 150 MB. Throws as fs does. */
export function fileSha256(path: string): string {
  const digest = createHash("sha256");
  const piece = Buffer.allocUnsafe(1 << 20);
  const file = openSync(path, "r");
  try {
    for (;;) {
      const bytes = readSync(file, piece, 0, piece.length, null);
      if (bytes === 0) return digest.digest("hex");
      digest.update(piece.subarray(0, bytes));
    }
  } finally {
    closeSync(file);
  }
}
