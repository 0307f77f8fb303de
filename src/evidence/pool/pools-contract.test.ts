import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bytesToBase64, bytesToHex } from "#base";
import { binaryToHash } from "../merkle/hash.ts";
import { consistencyProof } from "../merkle/proof.ts";
import { signCheckpoint } from "../seal/checkpoint.ts";
import { formatVerifierKey } from "../seal/note-key.ts";
import { system } from "../seal/sealed-run-fixture.ts";
import { multiproof } from "./multiproof.ts";
import { clauseOf, poolClaims } from "./pool-claims.ts";
import { poolKey } from "./pool-fixture.ts";
import { poolOrigin, snapshotOrigin } from "./pool-place.ts";
import { createLeafHasher, createPoolTree } from "./pool-tree.ts";
import { linesToRanges } from "./snapshot-document.ts";
import { filterFields } from "./snapshot-filter.ts";

const contract = readFileSync(
  join(import.meta.dirname, "../../../docs/contracts/pools.md"),
  "utf8",
);

test("the test vectors of the contract are what this code makes", () => {
  const tree = createPoolTree();
  const hashLeaf = createLeafHasher();
  for (const line of ["one", "two", "three", "four", "five"]) {
    const leaf = hashLeaf(Buffer.from(line));
    tree.add(leaf);
    const hash = bytesToHex(binaryToHash(leaf));
    const root = bytesToBase64(tree.root());
    stands(`| ${tree.size} | \`${line}\` | \`${hash}\` | \`${root}\` |`);
  }
  const chosen = linesToRanges(["2", "4-5"]);
  assert.ok(chosen !== null);
  stands(
    multiproof(chosen, 5, tree.nodes())
      .map((hash) => `\`${bytesToBase64(hash)}\``)
      .join(", "),
  );
  stands(
    consistencyProof(3, 5, tree.nodes())
      .map((hash) => `\`${bytesToBase64(hash)}\``)
      .join(", "),
  );
  const checkpoint = { origin: poolOrigin(system), size: 5, root: tree.root(), extensions: [] };
  stands(Buffer.from(signCheckpoint(checkpoint, [poolKey.note])).toString("utf8"));
  stands(formatVerifierKey(poolKey.name, poolKey.publicKey));
  stands(snapshotOrigin("<system>", "<id>"));
});

test("every claim and every filter field stands in the contract", () => {
  for (const claim of poolClaims) {
    const [, anchor = ""] = clauseOf(claim).split("#");
    stands(`### ${anchor.replace(/^p(\d)-/, (_, digit) => `P${digit} `)}\n`);
  }
  for (const field of filterFields) stands(`\`${field}\``);
});

function stands(text: string): void {
  assert.ok(contract.includes(text), `the contract lacks: ${text}`);
}
