/** Agents by number, from 1 without gaps: a hash of 64 bits and a byte of marks for each. */
export type AgentBook = Readonly<{
  readonly size: number;
  add: (hash: string) => void;
  has: (agent: number) => boolean;
  hashIs: (agent: number, hash: string) => boolean;
  /** Sets a mark; false when it was set before. */
  mark: (agent: number, bit: number) => boolean;
  marks: (agent: number) => number;
}>;

export function createAgentBook(): AgentBook {
  let words = new Uint32Array(512);
  let bits = new Uint8Array(256);
  let size = 0;

  function has(agent: number): boolean {
    return agent >= 1 && agent <= size;
  }

  return {
    get size(): number {
      return size;
    },
    has,
    add(hash): void {
      if (size === bits.length) {
        words = grown(words, new Uint32Array(words.length * 2));
        bits = grown(bits, new Uint8Array(bits.length * 2));
      }
      words[size * 2] = hexWord(hash, 0);
      words[size * 2 + 1] = hexWord(hash, 8);
      size += 1;
    },
    hashIs(agent, hash): boolean {
      const at = (agent - 1) * 2;
      return has(agent) && words[at] === hexWord(hash, 0) && words[at + 1] === hexWord(hash, 8);
    },
    mark(agent, bit): boolean {
      const before = bits[agent - 1] ?? 0;
      bits[agent - 1] = before | bit;
      return (before & bit) === 0;
    },
    marks: (agent) => bits[agent - 1] ?? 0,
  };
}

/** Eight of the hex digits of a hash that passed its schema. */
function hexWord(hash: string, from: number): number {
  let word = 0;
  for (let at = from; at < from + 8; at += 1) {
    const code = hash.charCodeAt(at);
    word = (word << 4) | (code - (code < 0x3a ? 0x30 : 0x57));
  }
  return word >>> 0;
}

function grown<T extends Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
