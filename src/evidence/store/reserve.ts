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

/** Allocates the space now; one left over by a crash is replaced. Faults: of attemptIo. */
export function holdReserve(
  fs: FileSystem,
  path: string,
  bytes: number = reserveBytes,
): Result<Reserve, Fault> {
  return attemptIo("write", path, () => {
    if (fs.look(path) !== null) fs.unlink(path);
    const file = fs.open(path, "create", 0o600);
    try {
      for (let held = 0; held < bytes; held += noise.length) {
        writeAll(fs, file, noise.subarray(0, Math.min(noise.length, bytes - held)));
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
