import { createHash, type Hash } from "node:crypto";
import { workerData } from "node:worker_threads";
import { agentIdHash, createGenomeAnchorer } from "../../run/agent-identity.ts";
import { type LeafPlace, lineLeaves } from "../../seal/file-leaves.ts";
import { createLeafComparer } from "../../seal/leaf-comparer.ts";
import { nodeFileSystem } from "../../store/node-file-system.ts";
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
  misfits,
  nameBytes,
  placeOf,
  places,
  type RingFile,
  ringOf,
  type SharedRing,
  shaHex,
} from "./hash-ring.ts";

/** What the thread is given; see startHashThread. */
export type HashWorkerData = Readonly<{
  ring: SharedRing;
  runId: string;
  schema: string;
  weights: number;
  files: readonly RingFile[];
  /** Path of the leaf hashes of the run. */
  leafHashes: string;
}>;

// This file is the thread: it works the ring off until it is told to end.
const { ring: shared, runId, schema, weights, files, leafHashes } = workerData as HashWorkerData;
const ring = ringOf(shared);
const anchorer = createGenomeAnchorer(schema, weights);

/** The file whose pieces come now. */
type CurrentFile = Readonly<{ index: number; digest: Hash; lines: LineCheck | null }>;

let current = startFile(-1);

for (let turn = 0; work(turn); turn += 1) {
  Atomics.store(ring.counts, done, turn + 1);
  Atomics.notify(ring.counts, done);
}

/** False at the end. */
function work(turn: number): boolean {
  while (Atomics.load(ring.counts, filled) === turn) Atomics.wait(ring.counts, filled, turn);
  const head = (turn % places) * headWidth;
  const [what = 0, bytes = 0, file = 0] = ring.heads.subarray(head, head + headWidth);
  const place = placeOf(ring, turn).subarray(0, bytes);
  if (what === job.genomes) checkGenomes(ring, place);
  if (what === job.names) checkNames(ring, place);
  if (what === job.piece || what === job.endOfFile) takePiece(file, place);
  if (what === job.endOfFile) endFile(current);
  return what !== job.end;
}

/** A file that could not be read to its end is left where it is. */
function takePiece(index: number, piece: Buffer): void {
  if (index !== current.index) current = startFile(index);
  current.digest.update(piece);
  current.lines?.take(piece);
}

function startFile(index: number): CurrentFile {
  const { name = "", place = null } = files[index] ?? {};
  const lines = place === null ? null : checkLines(name, place);
  return { index, digest: createHash("sha256"), lines };
}

function endFile({ index, digest, lines }: CurrentFile): void {
  ring.digests.set(digest.digest(), index * digestBytes);
  ring.leaves[index] = lines?.areRight() === true ? 1 : 0;
}

type LineCheck = Readonly<{ take: (piece: Buffer) => void; areRight: () => boolean }>;

/** Holds the lines of a file against the leaf hashes of the run. */
function checkLines(name: string, place: LeafPlace): LineCheck {
  const comparer = createLeafComparer(nodeFileSystem, leafHashes, place);
  const lines = lineLeaves(name, comparer.take);
  let isReadable = true;

  /** Leaf hashes that cannot be read are told of by whoever asks again. */
  function attempt(act: () => boolean): boolean {
    try {
      return isReadable && act();
    } catch {
      isReadable = false;
      return false;
    }
  }

  return {
    take: (piece) =>
      void attempt(() => {
        lines.take(piece);
        return true;
      }),
    areRight: () => attempt(() => lines.end(0, "").whole && comparer.end() === null),
  };
}

/** Whether the anchors beside the weights are those of the weights. */
function checkGenomes({ counts }: HashRing, place: Buffer): void {
  const width = genomeBytes(weights);
  for (let at = 0; at < place.length; at += width) {
    const shaAt = at + weights * 4;
    const geneAt = shaAt + shaHex;
    const anchor = anchorer.fromBytes(place.subarray(at, shaAt));
    const isRight =
      anchor.weights_sha256 === place.toString("latin1", shaAt, geneAt) &&
      anchor.gene_id === place.toString("latin1", geneAt, geneAt + geneHex);
    if (!isRight) Atomics.add(counts, misfits, 1);
  }
}

/** Whether the hashes beside the ids are those of agents of this run. */
function checkNames({ counts }: HashRing, place: Buffer): void {
  for (let at = 0; at < place.length; at += nameBytes) {
    const idAt = at + 1;
    const hashAt = idAt + idBytes;
    const id = place.toString("latin1", idAt, idAt + (place[at] ?? 0));
    const isRight = agentIdHash(runId, id) === place.toString("latin1", hashAt, hashAt + geneHex);
    if (!isRight) Atomics.add(counts, misfits, 1);
  }
}
