/** A digest and a gene id for each agent, by number from 1: 40 bytes each. */
export type DigestBook = Readonly<{
  add: (sha256: string, geneId: string) => void;
  /** Null for an agent that was never added. */
  get: (agent: number) => Readonly<{ sha256: string; geneId: string }> | null;
}>;

const width = 40;

export function createDigestBook(): DigestBook {
  let room = Buffer.alloc(width * 256);
  let size = 0;
  return {
    add(sha256, geneId): void {
      if ((size + 1) * width > room.length) {
        room = Buffer.concat([room], room.length * 2);
      }
      room.write(sha256, size * width, "hex");
      room.write(geneId, size * width + 32, "hex");
      size += 1;
    },
    get(agent): ReturnType<DigestBook["get"]> {
      if (!(agent >= 1 && agent <= size)) return null;
      const at = (agent - 1) * width;
      return {
        sha256: room.toString("hex", at, at + 32),
        geneId: room.toString("hex", at + 32, at + width),
      };
    },
  };
}
