/** A digest and a gene id for each agent, by number from 1: 40 bytes each. */
export type DigestBook = Readonly<{
  add: (sha256: string, geneId: string) => void;
  /** Whether the agent was added. */
  has: (agent: number) => boolean;
  /** Whether these are the agent's; false for an agent that was never added. */
  isDigest: (agent: number, sha256: string) => boolean;
  isGene: (agent: number, geneId: string) => boolean;
}>;

/** Words of four bytes: eight of the digest, two of the gene id. */
const digestWords = 8;
const geneWords = 2;
const width = digestWords + geneWords;

export function createDigestBook(): DigestBook {
  let room = new Int32Array(width * 256);
  let bytes = Buffer.from(room.buffer);
  let size = 0;
  const asked = new Int32Array(digestWords);
  const askedBytes = Buffer.from(asked.buffer);

  function has(agent: number): boolean {
    return agent >= 1 && agent <= size;
  }

  function isThere(text: string, at: number, words: number): boolean {
    askedBytes.write(text, "hex");
    for (let word = 0; word < words; word += 1) {
      if (asked[word] !== room[at + word]) return false;
    }
    return true;
  }

  return {
    has,
    add(sha256, geneId): void {
      if ((size + 1) * width > room.length) {
        const grown = new Int32Array(room.length * 2);
        grown.set(room);
        room = grown;
        bytes = Buffer.from(room.buffer);
      }
      const at = size * width * 4;
      bytes.write(sha256, at, "hex");
      bytes.write(geneId, at + digestWords * 4, "hex");
      size += 1;
    },
    isDigest: (agent, sha256) => has(agent) && isThere(sha256, (agent - 1) * width, digestWords),
    isGene: (agent, geneId) =>
      has(agent) && isThere(geneId, (agent - 1) * width + digestWords, geneWords),
  };
}
