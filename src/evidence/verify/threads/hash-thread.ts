import { basename } from "node:path";
import { Worker } from "node:worker_threads";
import { assert } from "#base";
import {
  type FileHasher,
  type HashedFile,
  hashHere,
  type StartHasher,
} from "../../reading/file-hasher.ts";
import type { LeafPlace } from "../../seal/file-leaves.ts";
import {
  digestBytes,
  done,
  filled,
  geneHex,
  genomeBytes,
  type HashRing,
  headWidth,
  idBytes,
  job,
  maxFiles,
  misfits,
  nameBytes,
  placeBytes,
  placeOf,
  places,
  ringOf,
  shaHex,
  shareRing,
} from "./hash-ring.ts";
import type { HashWorkerData } from "./hash-worker.ts";

/**
 * A thread that hashes what this one reads and judges, from the same memory. It tells digests, and
 * of genomes only that all are fine: when one is not, whoever asked has to look again without it.
 */
export type HashThread = Readonly<{
  startHasher: StartHasher;
  /** Takes a genome's bytes with what its line says of them. */
  genome: (bytes: Uint8Array, sha256: string, geneId: string) => void;
  /** Takes an agent's id with what its line says its hash in this run is. */
  name: (agentId: string, hash: string) => void;
  /** Waits until all is done; false when some genome or name is not what its line says. */
  allFine: () => boolean;
  end: () => void;
}>;

/** The thread did not answer in time; nothing that it was asked is known. */
export class HashThreadLost extends Error {}

export type HashRequest = Omit<HashWorkerData, "ring">;

/** Null where threads cannot be started. */
export function startHashThread(request: HashRequest): HashThread | null {
  assert(request.files.length <= maxFiles, `a run has no more than ${maxFiles} files of records`);
  const shared = shareRing();
  const workerData: HashWorkerData = { ring: shared, ...request };
  try {
    const thread = new Worker(new URL("./hash-worker.ts", import.meta.url), { workerData });
    // Its death shows as silence, because this thread never comes to hear of events.
    thread.on("error", () => {}).unref();
    return hashThreadOf(ringOf(shared), request);
  } catch {
    return null;
  }
}

function hashThreadOf(ring: HashRing, { files, weights }: HashRequest): HashThread {
  const feeder = createFeeder(ring);
  const genomes = createBatch(feeder, { what: job.genomes, width: genomeBytes(weights) });
  const names = createBatch(feeder, { what: job.names, width: nameBytes });

  function startHasher(bytes: number, path: string): FileHasher {
    const index = files.findIndex(({ name }) => name === basename(path));
    if (index < 0) return hashHere(bytes);
    return {
      room: feeder.room,
      take: (taken) => feeder.fill(job.piece, taken, index),
      end() {
        feeder.room();
        feeder.fill(job.endOfFile, 0, index);
        return hashedFile(ring, { feeder, index, place: files[index]?.place ?? null });
      },
    };
  }

  return {
    startHasher,
    genome(bytes, sha256, geneId): void {
      const at = genomes.next();
      genomes.bytes.set(bytes, at);
      genomes.bytes.write(sha256, at + weights * 4, shaHex, "latin1");
      genomes.bytes.write(geneId, at + weights * 4 + shaHex, geneHex, "latin1");
    },
    name(agentId, hash): void {
      const at = names.next();
      names.bytes[at] = agentId.length;
      names.bytes.write(agentId, at + 1, idBytes, "latin1");
      names.bytes.write(hash, at + 1 + idBytes, geneHex, "latin1");
    },
    allFine(): boolean {
      genomes.handOver();
      names.handOver();
      feeder.waitUntil(feeder.turn());
      return Atomics.load(ring.counts, misfits) === 0;
    },
    end: feeder.end,
  };
}

type Handed = Readonly<{ feeder: Feeder; index: number; place: LeafPlace | null }>;

/** What comes of a file once the thread has come to its end. */
function hashedFile(ring: HashRing, { feeder, index, place }: Handed): HashedFile {
  const due = feeder.turn();
  return {
    sha256(): string {
      feeder.waitUntil(due);
      return ring.digests.toString("hex", index * digestBytes, (index + 1) * digestBytes);
    },
    leaves(): LeafPlace | null {
      feeder.waitUntil(due);
      return ring.leaves[index] === 1 ? place : null;
    },
  };
}

/** Fills the places of a ring in order, and waits where the thread is behind. */
type Feeder = Readonly<{
  /** How many places were filled. */
  turn: () => number;
  /** The next place, once it is free. */
  room: () => Buffer;
  fill: (what: number, bytes: number, file: number) => void;
  /** Until so many places are done. Throws HashThreadLost. */
  waitUntil: (due: number) => void;
  end: () => void;
}>;

/** A thread that died is not waited for any longer. */
const patienceMs = 10_000;

function createFeeder(ring: HashRing): Feeder {
  const { counts, heads } = ring;
  let turn = 0;

  function waitUntil(due: number): void {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const finished = Atomics.load(counts, done);
      if (finished >= due) return;
      if (performance.now() > deadline) throw new HashThreadLost("the hashing thread is silent");
      Atomics.wait(counts, done, finished, patienceMs);
    }
  }

  function fill(what: number, bytes: number, file: number): void {
    heads.set([what, bytes, file], (turn % places) * headWidth);
    turn += 1;
    Atomics.store(counts, filled, turn);
    Atomics.notify(counts, filled);
  }

  return {
    turn: () => turn,
    waitUntil,
    fill,
    room(): Buffer {
      waitUntil(turn - places + 1);
      return placeOf(ring, turn);
    },
    end(): void {
      // A thread with no place left is not working; it ends with the process.
      if (turn - Atomics.load(counts, done) < places) fill(job.end, 0, 0);
    },
  };
}

/** Small things of one size, handed over by the place. */
type Batch = Readonly<{
  bytes: Buffer;
  /** Where the next one is to be written. */
  next: () => number;
  handOver: () => void;
}>;

function createBatch(
  feeder: Feeder,
  { what, width }: Readonly<{ what: number; width: number }>,
): Batch {
  const bytes = Buffer.alloc(placeBytes - (placeBytes % width));
  let used = 0;

  function handOver(): void {
    if (used === 0) return;
    feeder.room().set(bytes.subarray(0, used));
    feeder.fill(what, used, 0);
    used = 0;
  }

  return {
    bytes,
    handOver,
    next(): number {
      if (used === bytes.length) handOver();
      used += width;
      return used - width;
    },
  };
}
