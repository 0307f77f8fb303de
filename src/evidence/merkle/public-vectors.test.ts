import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { sharedPath, withoutShared } from "#support";
import { verifyConsistency, verifyInclusion } from "./verify-proof.ts";

type Vector = Readonly<{
  leafIdx: number;
  treeSize: number;
  leafHash: string;
  root: string;
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: readonly string[] | null;
  wantErr: boolean;
}>;

/** Where we are stricter: the published library compares "roots" of any length, ours are hashes. */
const refusedHere = new Set(["additional/sizes-are-equal-one-and-proof-is-empty.json"]);

const skip = withoutShared("vectors", "merkle");

test("published inclusion proofs are judged as published", { skip }, () => {
  const judged = judgeAll("inclusion", (vector) =>
    verifyInclusion({
      index: vector.leafIdx,
      size: vector.treeSize,
      leaf: bytes(vector.leafHash),
      proof: (vector.proof ?? []).map(bytes),
      root: bytes(vector.root),
    }),
  );
  assert.ok(judged >= 98, `${judged} inclusion vectors`);
});

test("published consistency proofs are judged as published, but one of short roots", {
  skip,
}, () => {
  const judged = judgeAll("consistency", (vector) =>
    verifyConsistency({
      oldSize: vector.size1,
      oldRoot: bytes(vector.root1),
      size: vector.size2,
      root: bytes(vector.root2),
      proof: (vector.proof ?? []).map(bytes),
    }),
  );
  assert.ok(judged >= 98, `${judged} consistency vectors`);
});

function judgeAll(kind: string, judge: (vector: Vector) => boolean): number {
  const folder = sharedPath("vectors", "merkle", kind);
  const files = globSync("*/**/*.json", { cwd: folder });
  for (const file of files) {
    const vector: Vector = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
    const stricter = kind === "consistency" && refusedHere.has(file);
    assert.equal(judge(vector), !vector.wantErr && !stricter, `${kind}/${file}`);
    assert.ok(!stricter || !vector.wantErr, `${file} is no longer a difference`);
  }
  return files.length;
}

/** Some vectors hold broken base64 on purpose; what cannot be read is a hash of no length. */
function bytes(text: string | null | undefined): Uint8Array {
  return Buffer.from(text ?? "", "base64");
}
