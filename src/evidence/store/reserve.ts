import { dirname } from "node:path";
import type { Fault, Result } from "#base";
import { writeAll } from "./document.ts";
import type { FileSystem } from "./file-system.ts";
import { attemptIo } from "./io-fault.ts";

/** Space held back on the disk, so that the last words still fit when it is full. */
export type Reserve = Readonly<{
  /** Gives the space back; doing it twice is fine. Throws as the port does. */
  release: () => void;
}>;

/** Enough for any last record together with what one batch may have left half-written. */
const reserveBytes: number = 1 << 20;

/**
 * Allocates the space now; one left over by a crash is replaced. `head` is what the file begins
 * with, such as who holds it. Faults: of attemptIo.
 */
export function holdReserve(
  fs: FileSystem,
  path: string,
  bytes: number = reserveBytes,
  head: Uint8Array = new Uint8Array(),
): Result<Reserve, Fault> {
  return attemptIo("write", path, () => {
    if (fs.look(path) !== null) fs.unlink(path);
    const file = fs.open(path, "create", 0o600);
    try {
      for (let held = 0; held < bytes; held += noise.length) {
        const part = noise.slice(0, Math.min(noise.length, bytes - held));
        if (held === 0) part.set(head.subarray(0, part.length));
        writeAll(fs, file, part);
      }
      fs.sync(file);
    } finally {
      fs.close(file);
    }
    let held = true;
    return {
      release(): void {
        if (!held) return;
        held = false;
        if (fs.look(path) !== null) fs.unlink(path);
        fs.syncDirectory(dirname(path));
      },
    };
  });
}

/** A compressing file system would give no space to zeroes. */
const noise: Uint8Array = Uint8Array.from({ length: 1 << 16 }, (_, at) => {
  const mixed = Math.imul(at + 1, 0x9e3779b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 24;
});
