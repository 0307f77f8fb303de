import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { utf8ToBytes } from "#base";
import { emptyRoot, leafHash } from "../merkle/hash.ts";
import { inclusionProof, rootOfSize } from "../merkle/proof.ts";
import { tileNodes } from "../merkle/tile-nodes.ts";
import {
  formatCheckpoint,
  isOwnOrigin,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from "./checkpoint.ts";
import { privateKeyFromSeed } from "./ed25519.ts";
import { noteSigner, noteVerifier } from "./note-key.ts";
import { formatTlogProof, parseTlogProof, verifyTlogProof } from "./tlog-proof.ts";

const key = privateKeyFromSeed(new Uint8Array(32).fill(5));
const signer = noteSigner("assay.local/log", key);
const verifier = noteVerifier("assay.local/log", key.publicKey);
const origin = "assay.local/log";

test("the checkpoint that the specification prints reads back", () => {
  const text =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const read = parseCheckpoint(text);
  assert.ok(read.ok);
  assert.equal(read.value.size, 20_852_163);
  assert.equal(formatCheckpoint(read.value), text);
});

test("every checkpoint survives its text", () => {
  const extension = fc.stringMatching(/^[a-z ]{1,20}$/);
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.array(extension, { maxLength: 3 }),
      (size, root, extensions) => {
        const checkpoint = { origin, size, root, extensions };
        assert.deepEqual(parseCheckpoint(formatCheckpoint(checkpoint)), {
          ok: true,
          value: checkpoint,
        });
      },
    ),
    { seed: 31, numRuns: 200 },
  );
});

test("sizes and roots have one spelling", () => {
  const root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
  const sizes = ["0015", "0x10", " 15 ", "-5", "", "1e3", "9007199254740992", "1.0", "١"];
  for (const size of sizes) assertMalformed(`${origin}\n${size}\n${root}\n`);
  const roots = ["", "AA==", root.slice(0, -1), `${root}=`, ` ${root}`, root.replace("2I=", "2J=")];
  for (const bad of roots) assertMalformed(`${origin}\n1\n${bad}\n`);
  assertMalformed("");
  assertMalformed(`${origin}\n1\n`);
  assertMalformed(`\n1\n${root}\n`);
  assertMalformed(`${origin}\n1\n${root}`);
  assertMalformed(`${origin}\n1\n${root}\n\nextension\n`);
});

test("an origin of ours cannot begin like another kind of message", () => {
  assert.ok(isOwnOrigin("assay.local/run/HF_0123456789abcdef"));
  for (const bad of ["", "DSSEv1 29", "a b", "a+b", "a\nb", "/a", "é", "a".repeat(300)]) {
    assert.ok(!isOwnOrigin(bad), bad);
  }
});

test("no single byte of a signed checkpoint can be another one unseen", () => {
  const bytes = signCheckpoint({ origin, size: 3, root: emptyRoot(), extensions: [] }, [signer]);
  const accepted: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    for (let delta = 1; delta < 256; delta += at % 5 === 0 ? 1 : 31) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ delta;
      if (openCheckpoint(changed, [verifier], "refuse").ok) accepted.push(at);
    }
  }
  assert.deepEqual(accepted, []);
  assert.ok(openCheckpoint(bytes, [verifier], "refuse").ok);
});

test("a proof file shows that a leaf is in the log, and no other leaf, log or byte", () => {
  const leaves = Array.from({ length: 11 }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));
  const hashes = Buffer.concat(leaves);
  const nodes = tileNodes(11, (start, count) => hashes.subarray(start * 32, (start + count) * 32));
  const leaf = leafHash(Buffer.from("leaf 6"));
  const root = rootOf(leaves);
  const checkpoint = signCheckpoint({ origin, size: 11, root, extensions: [] }, [signer]);
  const proof = formatTlogProof({ index: 6, proof: inclusionProof(6, 11, nodes), checkpoint });
  const claim = { proof, leaf, origin, verifiers: [verifier] };
  assert.ok(verifyTlogProof(claim).ok);

  const other = verifyTlogProof({ ...claim, leaf: root });
  assert.ok(!other.ok && other.fault.code === "tlog_proof_wrong");
  const elsewhere = verifyTlogProof({ ...claim, origin: "assay.local/pool" });
  assert.ok(!elsewhere.ok && elsewhere.fault.code === "tlog_proof_other_log");
  for (let at = 0; at < proof.length; at++) {
    const changed = Uint8Array.from(proof);
    changed[at] = (changed[at] ?? 0) ^ (1 + (at % 127));
    assert.ok(!verifyTlogProof({ ...claim, proof: changed }).ok, `byte ${at}`);
  }
});

test("other spellings of a proof file are refused", () => {
  const checkpoint = signCheckpoint({ origin, size: 1, root: emptyRoot(), extensions: [] }, [
    signer,
  ]);
  const good = Buffer.from(formatTlogProof({ index: 0, proof: [], checkpoint })).toString();
  assert.ok(parseTlogProof(utf8ToBytes(good)).ok);
  const hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const bad = [
    good.replace("@v1", "@v2"),
    good.replace("index 0", "index 00"),
    good.replace("index 0", "index -1"),
    good.replace("index 0\n", ""),
    good.replace("index 0\n", "extra AAAA\nindex 0\n"),
    good.replace("index 0\n", `index 0\n${hash.slice(4)}`),
    good.replace("index 0\n", `index 0\n${hash.repeat(54)}`),
    good.replace("\n\n", "\n"),
    good.slice(0, -1),
    "",
  ];
  for (const text of bad) {
    const read = parseTlogProof(utf8ToBytes(text));
    assert.ok(!read.ok && read.fault.code === "tlog_proof_malformed", text);
  }
});

function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const hashes = Buffer.concat(leaves);
  const read = (start: number, count: number): Uint8Array =>
    hashes.subarray(start * 32, (start + count) * 32);
  return rootOfSize(leaves.length, tileNodes(leaves.length, read));
}

function assertMalformed(text: string): void {
  const read = parseCheckpoint(text);
  assert.ok(!read.ok && read.fault.code === "checkpoint_malformed", JSON.stringify(text));
}
