import { systemCode } from "./io-fault.ts";

/** Lines that wait for the disk, in order. */
export type PendingBytes = Readonly<{
  fits: (bytes: number) => boolean;
  /** Adds a line of this many bytes with its end; when it does not fit, nothing else may wait. */
  line: (text: string, bytes: number) => void;
  /**
   * Hands everything over, however little one write takes. What a failed write did not take keeps
   * waiting, so a later drain continues in the middle of a line. Throws as the write does.
   */
  drain: (write: (bytes: Uint8Array) => number) => void;
}>;

/** Interrupted and empty writes in a row after which the disk is taken for broken. */
const maxIdleWrites = 16;

export function createPendingBytes(capacity: number): PendingBytes {
  const room = Buffer.allocUnsafe(capacity);
  // What waits is bytes[from..to); a line longer than the room waits alone in one of its own.
  let bytes = room;
  let [from, to] = [0, 0];

  return {
    fits: (count) => to + count <= bytes.length,
    line(text, count): void {
      if (to + count > bytes.length) bytes = Buffer.allocUnsafe(count);
      to += bytes.write(text, to, "utf8");
      bytes[to] = 0x0a;
      to += 1;
    },
    drain(write): void {
      let idle = 0;
      while (from < to) {
        const count = writeOnce(write, bytes.subarray(from, to));
        idle = count === 0 ? idle + 1 : 0;
        if (idle > maxIdleWrites) throw Object.assign(new Error("no progress"), { code: "EIO" });
        from += count;
      }
      bytes = room;
      [from, to] = [0, 0];
    },
  };
}

/** A signal that came before the first byte wrote nothing: 0. */
function writeOnce(write: (bytes: Uint8Array) => number, bytes: Uint8Array): number {
  try {
    return write(bytes);
  } catch (cause) {
    if (systemCode(cause) === "EINTR") return 0;
    throw cause;
  }
}
