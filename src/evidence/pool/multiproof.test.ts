import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { leafHash } from "../merkle/hash.ts";
import { naiveRoot } from "../merkle/naive.ts";
import { inclusionProof } from "../merkle/proof.ts";
import { verifyInclusion } from "../merkle/verify-proof.ts";
import { type LeafRange, multiproof, verifyMultiproof } from "./multiproof.ts";
import { createPoolTree } from "./pool-tree.ts";

const options = { seed: 20261121, numRuns: 300 };

/** A tree of up to 80 leaves and a choice among them. */
const choice = fc
  .integer({ min: 1, max: 80 })
  .chain((size) =>
    fc.tuple(fc.constant(size), fc.subarray([...numbersTo(size)], { minLength: 1 })),
  );

test("chosen leaves and their proof make the root of the definition, and nothing else does", () => {
  fc.assert(
    fc.property(choice, fc.nat(), ([size, indexes], other) => {
      const { chosen, proof, root, leaves } = prove(size, indexes);
      assert.ok(verify(chosen, size, leaves, proof, root));
      assert.ok(!verify(chosen, size, leaves, [...proof, leafHash(bytes(0))], root));
      if (proof.length > 0) {
        assert.ok(!verify(chosen, size, leaves, proof.slice(1), root));
        assert.ok(!verify(chosen, size, leaves, changed(proof, other), root));
      }
      assert.ok(!verify(chosen, size, changed(leaves, other), proof, root));
      assert.ok(!verify(chosen, size, leaves, proof, leafHash(root)));
    }),
    options,
  );
});

test("leaves at other places than they have do not verify", () => {
  fc.assert(
    fc.property(choice, ([size, indexes]) => {
      const { proof, root, leaves } = prove(size, indexes);
      const moved = numbersTo(size).filter((index) => !indexes.includes(index));
      const [from] = indexes;
      const [to] = moved;
      if (from === undefined || to === undefined) return;
      const elsewhere = rangesOf([...indexes.filter((index) => index !== from), to]);
      assert.ok(!verify(elsewhere, size, leaves, proof, root));
    }),
    options,
  );
});

test("a proof of every leaf is empty, and one leaf needs no more than its inclusion proof", () => {
  for (let size = 1; size <= 70; size++) {
    assert.deepEqual(prove(size, numbersTo(size)).proof, []);
    for (const index of [0, size >> 1, size - 1]) {
      const { proof, root, leaves, nodes } = prove(size, [index]);
      const [leaf] = leaves;
      assert.ok(leaf !== undefined);
      const single = inclusionProof(index, size, nodes);
      assert.ok(verifyInclusion({ index, size, leaf, proof: single, root }));
      // The right edge is given in perfect subtrees, so it may take a few hashes more.
      assert.ok(proof.length >= single.length && proof.length <= 2 * single.length);
    }
  }
});

test("ranges that overlap, touch, descend or leave the tree are refused", () => {
  const { proof, root, leaves } = prove(8, [1, 2, 5]);
  const bad: readonly (readonly LeafRange[])[] = [
    [
      { from: 1, to: 2 },
      { from: 2, to: 3 },
      { from: 5, to: 6 },
    ],
    [
      { from: 5, to: 6 },
      { from: 1, to: 3 },
    ],
    [
      { from: 1, to: 3 },
      { from: 2, to: 6 },
    ],
    [
      { from: 1, to: 3 },
      { from: 5, to: 9 },
    ],
    [
      { from: -1, to: 3 },
      { from: 5, to: 6 },
    ],
    [{ from: 1, to: 1 }],
    [{ from: 1.5, to: 3 }],
  ];
  for (const chosen of bad) assert.ok(!verify(chosen, 8, leaves, proof, root));
});

function prove(size: number, indexes: readonly number[]) {
  const tree = createPoolTree();
  const hashes = numbersTo(size).map((index) => leafHash(bytes(index)));
  for (const hash of hashes) tree.add(Buffer.from(hash).toString("latin1"));
  const chosen = rangesOf(indexes);
  const nodes = tree.nodes();
  const proof = multiproof(chosen, size, nodes);
  const root = naiveRoot(numbersTo(size).map(bytes));
  assert.deepEqual(tree.root(), root);
  const leaves = [...indexes].sort((a, b) => a - b).map((index) => leafHash(bytes(index)));
  return { chosen, proof, root, leaves, nodes };
}

function verify(
  chosen: readonly LeafRange[],
  size: number,
  leaves: readonly Uint8Array[],
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  let next = 0;
  const nextLeaf = (): Uint8Array => leaves[next++] ?? new Uint8Array(32);
  return verifyMultiproof({ chosen, size, nextLeaf, proof, root });
}

/** The same hashes but for one bit of one of them. */
function changed(hashes: readonly Uint8Array[], seed: number): readonly Uint8Array[] {
  const at = seed % hashes.length;
  return hashes.map((hash, index) => {
    const copy = Uint8Array.from(hash);
    if (index === at) copy[seed % 32] = (copy[seed % 32] ?? 0) ^ (1 << (seed % 8));
    return copy;
  });
}

function rangesOf(indexes: readonly number[]): readonly LeafRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.to === index) last.to += 1;
    else ranges.push({ from: index, to: index + 1 });
  }
  return ranges;
}

function numbersTo(size: number): readonly number[] {
  return Array.from({ length: size }, (_, index) => index);
}

function bytes(index: number): Uint8Array {
  return Uint8Array.of(index, index >> 8, 7);
}
