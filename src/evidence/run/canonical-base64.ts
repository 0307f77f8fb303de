/**
 * The bytes behind a text of canonical base64 (RFC 4648 section 4: padded, no unused bits, one
 * line); null for any other text and for the empty one. They are valid until the next call. The
 * text asked for last is remembered, because several readers look at one genome.
 */
export function fromCanonicalBase64(text: string): Buffer | null {
  if (text !== known.text) known = { text, bytes: decoded(text) };
  return known.bytes;
}

type Known = Readonly<{ text: string; bytes: Buffer | null }>;

let known: Known = { text: "", bytes: null };
let room = Buffer.alloc(2048);

function decoded(text: string): Buffer | null {
  if (text === "") return null;
  const most = (text.length >> 2) * 3;
  if (most > room.length) room = Buffer.alloc(most);
  // The host passes over what is no base64, so only writing it again tells.
  const length = room.write(text, "base64");
  return room.toString("base64", 0, length) === text ? room.subarray(0, length) : null;
}
