import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bytesToHex, hexToBytes } from "#base";
import { emptyRoot, leafHash, nodeHash } from "./hash.ts";
import { naiveConsistency, naiveInclusion, naiveRoot } from "./naive.ts";
import { consistencyProof, inclusionProof, type NodeReader, rootOfSize } from "./proof.ts";
import { tileNodes } from "./tile-nodes.ts";
import { createTreeBuilder } from "./tree-builder.ts";
import { verifyConsistency, verifyInclusion } from "./verify-proof.ts";

/** The eight leaves that certificate transparency has used in its tests since RFC 6962. */
const classicLeaves = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map(fromHex);

const classicRoots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

test("a tree grows leaf by leaf and knows its root at every size", () => {
  const builder = createTreeBuilder();
  assert.equal(bytesToHex(builder.root()), classicRoots[0]);
  classicLeaves.forEach((leaf, index) => {
    builder.append(leafHash(leaf));
    assert.equal(bytesToHex(builder.root()), classicRoots[index + 1]);
  });
  assert.equal(builder.size, 8);
});

test("leaves, nodes and the empty tree hash as RFC 6962 says", () => {
  assert.equal(bytesToHex(emptyRoot()), classicRoots[0]);
  assert.equal(
    bytesToHex(leafHash(Buffer.from("L123456"))),
    "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56",
  );
  const [first, second] = [leafHash(fromHex("")), leafHash(fromHex("00"))];
  assert.equal(bytesToHex(nodeHash(first, second)), classicRoots[2]);
});

test("an empty old tree is a prefix of every tree, as C2SP tlog-witness has it", () => {
  const [oldRoot, root] = [emptyRoot(), leafHash(fromHex("00"))];
  assert.ok(verifyConsistency({ oldSize: 0, oldRoot, size: 5, root, proof: [] }));
  assert.ok(!verifyConsistency({ oldSize: 0, oldRoot, size: 5, root, proof: [root] }));
  assert.ok(!verifyConsistency({ oldSize: 0, oldRoot: root, size: 5, root, proof: [] }));
});

test("a leaf that looks like two nodes is still a leaf", () => {
  const [left, right] = [leafHash(fromHex("01")), leafHash(fromHex("02"))];
  const forged = leafHash(Buffer.concat([left, right]));
  assert.notDeepEqual(forged, nodeHash(left, right));
});

test("the fast tree, its nodes and its proofs equal the recursive definitions", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (size, salt) => {
      const leaves = someLeaves(size, salt);
      const nodes = nodesOf(leaves);
      const root = naiveRoot(leaves);
      assert.deepEqual(builtRoot(leaves), root);
      const index = salt % size;
      assert.deepEqual(inclusionProof(index, size, nodes), naiveInclusion(index, leaves));
      const oldSize = 1 + (salt % size);
      assert.deepEqual(consistencyProof(oldSize, size, nodes), naiveConsistency(oldSize, leaves));
      assert.deepEqual(rootOfSize(oldSize, nodes), naiveRoot(leaves.slice(0, oldSize)));
    }),
    { seed: 11, numRuns: 300 },
  );
});

test("every proof of every tree up to 40 leaves verifies, and no other claim does", () => {
  const leaves = someLeaves(40, 3);
  for (let size = 1; size <= 40; size++) {
    const part = leaves.slice(0, size);
    const nodes = nodesOf(part);
    const root = naiveRoot(part);
    for (let index = 0; index < size; index++) {
      const leaf = leafHash(leaves[index] ?? fromHex(""));
      const proof = inclusionProof(index, size, nodes);
      assert.ok(verifyInclusion({ index, size, leaf, proof, root }));
      const near = index ^ 1;
      assert.ok(!verifyInclusion({ index: near, size, leaf, proof, root }) || near === index);
      assert.ok(!verifyInclusion({ index, size, leaf, proof: [...proof, root], root }));
      assert.ok(!verifyInclusion({ index, size, leaf: root, proof, root }) || size === 1);
      if (proof.length > 0) {
        assert.ok(!verifyInclusion({ index, size, leaf, proof: proof.slice(1), root }));
      }
    }
    for (let oldSize = 0; oldSize <= size; oldSize++) {
      const oldRoot = naiveRoot(part.slice(0, oldSize));
      const proof = consistencyProof(oldSize, size, nodes);
      assert.ok(verifyConsistency({ oldSize, oldRoot, size, root, proof }));
      const wrong = leafHash(root);
      assert.ok(!verifyConsistency({ oldSize, oldRoot: wrong, size, root, proof }));
      assert.ok(!verifyConsistency({ oldSize, oldRoot, size, root, proof: [...proof, wrong] }));
      if (oldSize === 0) continue;
      assert.ok(!verifyConsistency({ oldSize, oldRoot, size, root: wrong, proof }));
      const other = { oldSize: oldSize - 1, oldRoot, size, root, proof };
      assert.ok(!verifyConsistency(other));
    }
  }
});

test("any changed bit of a proof is refused", () => {
  const leaves = someLeaves(21, 5);
  const nodes = nodesOf(leaves);
  const root = naiveRoot(leaves);
  fc.assert(
    fc.property(fc.nat(20), fc.nat(), (index, choice) => {
      const leaf = leafHash(leaves[index] ?? fromHex(""));
      const inclusion = inclusionProof(index, 21, nodes);
      const claim = { index, size: 21, leaf, proof: flipped(inclusion, choice), root };
      assert.ok(!verifyInclusion(claim));
      const oldRoot = naiveRoot(leaves.slice(0, index));
      const proof = consistencyProof(index, 21, nodes);
      if (proof.length === 0) return;
      const changed = { oldSize: index, oldRoot, size: 21, root, proof: flipped(proof, choice) };
      assert.ok(!verifyConsistency(changed));
    }),
    { seed: 12, numRuns: 400 },
  );
});

test("sizes and hashes of the wrong kind are refused, never thrown at", () => {
  const root = emptyRoot();
  for (const size of [-1, 1.5, Number.NaN, Infinity, 2 ** 60]) {
    assert.ok(!verifyInclusion({ index: 0, size, leaf: root, proof: [], root }));
    assert.ok(!verifyConsistency({ oldSize: size, oldRoot: root, size: 3, root, proof: [] }));
    assert.ok(!verifyConsistency({ oldSize: 0, oldRoot: root, size, root, proof: [] }));
  }
  const short = root.slice(1);
  assert.ok(!verifyInclusion({ index: 0, size: 1, leaf: short, proof: [], root: short }));
  const equalShort = { oldSize: 1, oldRoot: short, size: 1, root: short, proof: [] };
  assert.ok(!verifyConsistency(equalShort));
});

test("a tree over many tiles gives the same proofs from its leaf hashes alone", () => {
  const size = 70_001;
  const hashes = Buffer.alloc(size * 32);
  const builder = createTreeBuilder();
  for (let index = 0; index < size; index++) {
    const leaf = leafHash(Buffer.from(`leaf ${index}`));
    hashes.set(leaf, index * 32);
    builder.append(leaf);
  }
  const root = builder.root();
  const nodes = tileNodes(size, (start, count) =>
    hashes.subarray(start * 32, (start + count) * 32),
  );
  assert.deepEqual(rootOfSize(size, nodes), root);
  for (const index of [0, 255, 256, 65_535, 65_536, 69_999, 70_000]) {
    const leaf = hashes.subarray(index * 32, index * 32 + 32);
    const proof = inclusionProof(index, size, nodes);
    assert.ok(verifyInclusion({ index, size, leaf, proof, root }));
    const oldRoot = rootOfSize(index, nodes);
    const path = consistencyProof(index, size, nodes);
    assert.ok(verifyConsistency({ oldSize: index, oldRoot, size, root, proof: path }));
  }
});

function nodesOf(leaves: readonly Uint8Array[]): NodeReader {
  const hashes = Buffer.concat(leaves.map(leafHash));
  return tileNodes(leaves.length, (start, count) =>
    hashes.subarray(start * 32, (start + count) * 32),
  );
}

function builtRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const builder = createTreeBuilder();
  for (const leaf of leaves) builder.append(leafHash(leaf));
  return builder.root();
}

function someLeaves(count: number, salt: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(`${salt}:${index}`));
}

function flipped(proof: readonly Uint8Array[], choice: number): Uint8Array[] {
  const changed = proof.map((hash) => Uint8Array.from(hash));
  const target = changed[choice % changed.length];
  const at = choice % 32;
  if (target !== undefined) target[at] = (target[at] ?? 0) ^ (1 << (choice % 8));
  return changed;
}

function fromHex(text: string): Uint8Array {
  const bytes = hexToBytes(text);
  assert.ok(bytes.ok);
  return bytes.value;
}
