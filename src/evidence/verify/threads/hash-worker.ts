import { createHash, type Hash } from "node:crypto";
import { workerData } from "node:worker_threads";
import { createGenomeAnchorer } from "../../run/agent-identity.ts";
import {
  digestBytes,
  done,
  filled,
  geneHex,
  genomeBytes,
  type HashRing,
  headWidth,
  job,
  misfits,
  placeOf,
  places,
  ringOf,
  type SharedRing,
  shaHex,
} from "./hash-ring.ts";

/** What the thread is given; see startHashThread. */
export type HashWorkerData = Readonly<{ ring: SharedRing; schema: string; weights: number }>;

// This file is the thread: it works the ring off until it is told to end.
const { ring: shared, schema, weights } = workerData as HashWorkerData;
const ring = ringOf(shared);
const anchorer = createGenomeAnchorer(schema, weights);
/** Of the file whose pieces come now. */
let digest: Hash = createHash("sha256");
let current = -1;

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
  if (what === job.piece || what === job.endOfFile) hashPiece(file, place);
  if (what === job.endOfFile) ring.digests.set(digest.digest(), file * digestBytes);
  return what !== job.end;
}

/** A file that could not be read to its end is left where it is. */
function hashPiece(file: number, piece: Buffer): void {
  if (file !== current) digest = createHash("sha256");
  current = file;
  digest.update(piece);
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
