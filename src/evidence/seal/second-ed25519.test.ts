import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { parsePublicKey, privateKeyFromSeed } from "./ed25519.ts";
import {
  craftedCases,
  noPoints,
  rfcVectors,
  type SignatureCase,
  secondScalars,
  smallOrderEncodings,
} from "./ed25519-edge-cases.ts";

const script = join(import.meta.dirname, "../../../tools/verify_py/answer.py");
const skip = spawnSync("python3", ["--version"]).status !== 0 && "no python3";

test("the Python verifier and ours agree on every edge case of Ed25519", { skip }, (t) => {
  const cases = [...edgeCases()];
  const said = answers(
    cases.map(({ key, message, signature }) => [
      "is_signed",
      hex(key),
      hex(message),
      hex(signature),
    ]),
  );
  const counts = { accepted: 0, refused: 0 };
  for (const [at, { what, key, message, signature }] of cases.entries()) {
    const parsed = parsePublicKey(key);
    const ours = parsed.ok && parsed.value.verify(message, signature);
    assert.equal(said[at], ours, what);
    counts[ours ? "accepted" : "refused"] += 1;
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.accepted > 6 && counts.refused > 200, JSON.stringify(counts));
});

function* edgeCases(): Generator<SignatureCase> {
  for (const [, key = "", message = "", signature = ""] of rfcVectors) {
    const bytes = [key, message, signature].map((text) => Buffer.from(text, "hex"));
    const [keyBytes = key0, messageBytes = key0, signatureBytes = key0] = bytes;
    yield { what: "RFC 8032", key: keyBytes, message: messageBytes, signature: signatureBytes };
  }
  const pair = privateKeyFromSeed(new Uint8Array(32).fill(3));
  const message = Buffer.from("twelve bytes");
  const signature = pair.sign(message);
  const honest = { key: pair.publicKey.bytes, message, signature };
  yield { what: "honest", ...honest };
  for (const second of secondScalars(signature)) {
    yield { what: "a scalar not below the order", ...honest, signature: second };
  }
  for (let bit = 0; bit < 512; bit += 7) {
    const changed = Uint8Array.from(signature);
    changed[bit >>> 3] = (changed[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
    yield { what: `bit ${bit}`, ...honest, signature: changed };
  }
  for (const bytes of smallOrderEncodings()) {
    const trivial = Buffer.concat([bytes, new Uint8Array(32)]);
    yield { what: "a key of small order", ...honest, key: bytes, signature: trivial };
    yield { what: "an R of small order", ...honest, signature: trivial };
  }
  for (const text of noPoints) {
    const bytes = Buffer.from(text, "hex");
    yield { what: "a key that is no point", ...honest, key: bytes };
    const wrong = Buffer.concat([bytes, signature.subarray(32)]);
    yield { what: "an R that is no point", ...honest, signature: wrong };
  }
  for (const length of [0, 63, 65]) {
    yield { what: `${length} bytes`, ...honest, signature: new Uint8Array(length) };
  }
  yield* craftedCases();
}

const key0: Buffer = Buffer.alloc(0);

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function answers(questions: readonly (readonly string[])[]): readonly unknown[] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join("");
  const { stdout, stderr } = spawnSync("python3", [script], { input, encoding: "utf8" });
  const lines = stdout.split("\n").filter((line) => line !== "");
  assert.equal(lines.length, questions.length, stderr);
  return lines.map((line): unknown => JSON.parse(line));
}
