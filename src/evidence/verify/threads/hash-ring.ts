import { slackBytes } from "../../reading/scan/cursor.ts";
import type { LeafPlace } from "../../seal/file-leaves.ts";

/**
 * Memory that two threads share: a ring of places that one fills and the other works off in order,
 * and the digests of files that came of it.
 */
export type HashRing = Readonly<{
  /** How many places were filled, how many are done, and whether something did not fit. */
  counts: Int32Array;
  /** Three numbers for each place: what is in it, how many bytes, and of which file. */
  heads: Int32Array;
  payload: Buffer;
  digests: Buffer;
  /** One byte for each file: 1 when all its lines stand where they should in the leaf hashes. */
  leaves: Uint8Array;
}>;

/** The same as it is handed to a thread. */
export type SharedRing = Readonly<{
  counts: SharedArrayBuffer;
  heads: SharedArrayBuffer;
  payload: SharedArrayBuffer;
  digests: SharedArrayBuffer;
  leaves: SharedArrayBuffer;
}>;

/** A file that will come through the ring. */
export type RingFile = Readonly<{
  name: string;
  /** Where its lines stand in the leaf hashes of the run; null = they are not looked for. */
  place: LeafPlace | null;
}>;

export const filled = 0;
export const done = 1;
export const misfits = 2;

/** What a place holds. */
export const job = { piece: 1, endOfFile: 2, genomes: 3, names: 4, end: 5 } as const;

export const places = 16;
export const placeBytes: number = 1 << 20;
export const headWidth = 3;
export const maxFiles = 64;
export const digestBytes = 32;

/** Sixteen megabytes: what a file brings while a thread starts must find room. */
export function shareRing(): SharedRing {
  return {
    counts: new SharedArrayBuffer(3 * 4),
    heads: new SharedArrayBuffer(places * headWidth * 4),
    payload: new SharedArrayBuffer(places * placeBytes + slackBytes),
    digests: new SharedArrayBuffer(maxFiles * digestBytes),
    leaves: new SharedArrayBuffer(maxFiles),
  };
}

export function ringOf({ counts, heads, payload, digests, leaves }: SharedRing): HashRing {
  return {
    counts: new Int32Array(counts),
    heads: new Int32Array(heads),
    payload: Buffer.from(payload),
    digests: Buffer.from(digests),
    leaves: new Uint8Array(leaves),
  };
}

/** The bytes of a place. */
export function placeOf({ payload }: HashRing, turn: number): Buffer {
  const at = (turn % places) * placeBytes;
  return payload.subarray(at, at + placeBytes);
}

/** What a genome needs in a place: its weights and the hex of its two hashes. */
export function genomeBytes(weights: number): number {
  return weights * 4 + shaHex + geneHex;
}

/** What an agent's name needs in a place: the length of its id, the id, and its hash in hex. */
export const nameBytes = 40;
export const idBytes = 23;

export const shaHex = 64;
export const geneHex = 16;
