import { err, type Fault, ok, type Result } from "#base";

/** The strings of RFC 4251 section 5: a length in four bytes, most significant first, and bytes. */
export function wireString(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Cuts bytes into this many strings and nothing more. Fault: ssh_malformed. */
export function readWireStrings(
  bytes: Uint8Array,
  count: number,
): Result<readonly Uint8Array[], Fault> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const strings: Uint8Array[] = [];
  let at = 0;
  while (strings.length < count) {
    if (at + 4 > view.length) return malformed("it ends within a length");
    const end = at + 4 + view.readUInt32BE(at);
    if (end > view.length) return malformed("a length goes beyond its end");
    strings.push(Uint8Array.from(view.subarray(at + 4, end)));
    at = end;
  }
  return at === view.length ? ok(strings) : malformed("bytes follow its end");
}

function malformed(message: string): Result<never, Fault> {
  return err({ code: "ssh_malformed", message });
}
