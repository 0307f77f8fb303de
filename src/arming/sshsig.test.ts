import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { partyKeys, sshBy } from "#support";
import {
  formatSshPublicKey,
  isSignedBySsh,
  parseSshPublicKey,
  parseSshSignature,
  sshSignatureStart,
} from "./sshsig.ts";

const namespace = "assay-change@assay.local";
const message = Buffer.from("a change\n");
const sample = (): Buffer => Buffer.from(sshBy(message, partyKeys.grace).bytes);

const missing = spawnSync("ssh-keygen", ["-?"]).error !== undefined;
const skip = missing && "no ssh-keygen: apt-get install openssh-client";

test("what ssh-keygen signs is read and holds, with either hash", { skip }, () => {
  withFolder((folder) => {
    const key = join(folder, "key");
    keygen(folder, ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]);
    const line = readFileSync(`${key}.pub`, "utf8").trim();
    const trusted = parseSshPublicKey(line);
    assert.ok(trusted.ok);
    assert.equal(formatSshPublicKey(trusted.value), line);
    for (const hash of ["sha256", "sha512"]) {
      const file = join(folder, `change-${hash}`);
      writeFileSync(file, message);
      keygen(folder, ["-Y", "sign", "-f", key, "-n", namespace, "-O", `hashalg=${hash}`, file]);
      const parsed = parseSshSignature(readFileSync(`${file}.sig`));
      assert.ok(parsed.ok, parsed.ok ? "" : parsed.fault.message);
      assert.equal(parsed.value.namespace, namespace);
      assert.equal(parsed.value.hash, hash);
      assert.equal(parsed.value.key.id, trusted.value.id);
      assert.equal(isSignedBySsh(parsed.value, trusted.value, message), true);
      assert.equal(isSignedBySsh(parsed.value, trusted.value, Buffer.from("A change\n")), false);
      assert.equal(isSignedBySsh(parsed.value, partyKeys.ada.publicKey, message), false);
    }
  });
});

test("ssh-keygen accepts what we write, and refuses what we refuse", { skip }, () => {
  withFolder((folder) => {
    const signers = join(folder, "allowed");
    writeFileSync(signers, `grace ${formatSshPublicKey(partyKeys.grace.publicKey)}\n`);
    const verify = (signature: Uint8Array, text: Uint8Array): boolean => {
      const file = join(folder, "signature");
      writeFileSync(file, signature);
      const args = ["-Y", "verify", "-f", signers, "-I", "grace", "-n", namespace, "-s", file];
      return spawnSync("ssh-keygen", args, { input: text }).status === 0;
    };
    for (const hash of ["sha256", "sha512"] as const) {
      const { bytes } = sshBy(message, partyKeys.grace, namespace, hash);
      assert.equal(verify(bytes, message), true);
      assert.equal(verify(bytes, Buffer.from("another\n")), false);
      assert.equal(verify(sshBy(message, partyKeys.grace, "git").bytes, message), false);
      assert.equal(verify(sshBy(message, partyKeys.ada).bytes, message), false);
    }
  });
});

test("every byte of a signature counts: none can be another", () => {
  const armored = sample();
  let tried = 0;
  for (let at = 0; at < armored.length; at++) {
    for (const flip of [1, 2, 0x20, 0x80]) {
      const edited = Buffer.from(armored);
      edited[at] = (edited[at] ?? 0) ^ flip;
      tried += 1;
      const parsed = parseSshSignature(edited);
      if (!parsed.ok) continue;
      const { key, namespace: name } = parsed.value;
      const holds =
        key.id === partyKeys.grace.publicKey.id &&
        name === namespace &&
        isSignedBySsh(parsed.value, partyKeys.grace.publicKey, message);
      assert.equal(holds, false, `byte ${at} by ${flip}`);
    }
  }
  assert.ok(tried > 1000);
});

test("what is cut, lengthened or laid out otherwise is malformed", () => {
  const text = sample().toString();
  const body = text.slice(sshSignatureStart.length).split("\n");
  for (const wrong of [
    "",
    text.slice(0, -1),
    `${text}\n`,
    ` ${text}`,
    text.replaceAll("\n", "\r\n"),
    text.replace("SSH SIGNATURE", "SSH MESSAGE"),
    `${sshSignatureStart}-----END SSH SIGNATURE-----\n`,
    `${sshSignatureStart}${body[0]}${body.slice(1).join("\n")}`,
    text + text,
    "x".repeat(5000),
  ]) {
    const parsed = parseSshSignature(Buffer.from(wrong));
    assert.equal(parsed.ok ? null : parsed.fault.code, "ssh_malformed", wrong.slice(0, 40));
  }
  for (let length = 0; length < text.length; length += 1) {
    assert.equal(parseSshSignature(Buffer.from(text.slice(0, length))).ok, false);
  }
});

test("a field that is not as the format says is malformed", () => {
  const good = blobOf(sample());
  const edit = (at: number, bytes: readonly number[]): Buffer => {
    const blob = Buffer.from(good);
    blob.set(bytes, at);
    return blob;
  };
  const end = good.length;
  for (const [what, blob] of [
    ["magic", edit(0, [0x58])],
    ["version 2", edit(9, [2])],
    ["a length beyond the end", edit(10, [0xff])],
    ["a key of another type", edit(18, [0x53])],
    ["bytes at the end", Buffer.concat([good, Buffer.from([0])])],
    ["bytes missing", good.subarray(0, end - 1)],
    [
      "a hash we do not know",
      Buffer.from(good.toString("latin1").replace("sha512", "sha384"), "latin1"),
    ],
  ] as const) {
    const parsed = parseSshSignature(Buffer.from(armor(blob)));
    assert.equal(parsed.ok ? null : parsed.fault.code, "ssh_malformed", what);
  }
  assert.ok(parseSshSignature(Buffer.from(armor(good))).ok);
});

test("a public key is one line of one type, a point of the curve, without a comment", () => {
  const line = formatSshPublicKey(partyKeys.grace.publicKey);
  assert.ok(parseSshPublicKey(line).ok);
  for (const wrong of [
    `${line} grace@host`,
    line.replace("ssh-ed25519", "ssh-rsa"),
    line.slice(0, -4),
    line.replace(" ", ""),
    `ssh-ed25519 ${Buffer.concat([blobKey(), Buffer.alloc(32)]).toString("base64")}`,
  ]) {
    assert.equal(parseSshPublicKey(wrong).ok, false, wrong);
  }
});

function blobKey(): Buffer {
  return Buffer.from("0000000b7373682d6564323535313900000020", "hex");
}

function blobOf(armored: Buffer): Buffer {
  return Buffer.from(armored.toString().split("\n").slice(1, -2).join(""), "base64");
}

function armor(blob: Buffer): string {
  const lines = blob.toString("base64").match(/.{1,70}/g) ?? [];
  return `${sshSignatureStart}${lines.join("\n")}\n-----END SSH SIGNATURE-----\n`;
}

function keygen(folder: string, args: readonly string[]): void {
  const ran = spawnSync("ssh-keygen", args, { cwd: folder, encoding: "utf8", input: "" });
  assert.equal(ran.status, 0, ran.stderr);
}

function withFolder(act: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "assay-ssh-"));
  try {
    act(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
