import { resolve } from "node:path";
import type { Command } from "commander";
import { changeIdOf, changePayloadType, warningsOf } from "#arming";
import { err, type Fault, ok, type Result } from "#base";
import {
  createDocument,
  currentKey,
  formatEnvelope,
  nodeFileSystem,
  signEnvelope,
} from "#evidence";
import { readChangeFile } from "./change-shared.ts";
import { exitCodes } from "./exit-codes.ts";
import { type KeysOptions, openKeys, withKeysOptions } from "./keys-shared.ts";
import { endOrValue, type Shell } from "./verb.ts";

type SignOptions = KeysOptions & Readonly<{ yesDigest: string; out: string }>;

const examples = `
The key is the newest of purpose change-approval (assay keys new change-approval --holder NAME); its
public half has to stand in the policy of who may approve. Nothing is signed unless the beginning of
the change's digest is given as review printed it: at least 12 hex digits.

Example:
  $ assay change sign change.json --yes-digest 0123456789abcdef --out ada.dsse.json
`;

/** `assay change sign`: one person's yes to exactly these bytes. */
export function addChangeSign(change: Command, shell: Shell): void {
  withKeysOptions(
    change.command("sign <change>").description("sign a change that was reviewed before"),
  )
    .requiredOption("--yes-digest <prefix>", "the digest's beginning, as review printed it")
    .requiredOption("--out <file>", "where the signature is written; nothing is replaced")
    .addHelpText("after", examples)
    .action((path: string, options: SignOptions) => {
      const output = shell.output(options);
      const read = endOrValue(readChangeFile(path), shell, output);
      if (read === null) return;
      const change_id = changeIdOf(read.bytes);
      const seen = judgePrefix(options.yesDigest, change_id);
      if (!seen.ok) {
        output.fail(seen.fault);
        return shell.end(exitCodes.refused);
      }
      const ring = endOrValue(openKeys(options), shell, output);
      if (ring === null) return;
      const nowMs = Date.now();
      const key = endOrValue(currentKey(ring, "change-approval", nowMs), shell, output);
      if (key === null) return;
      const bytes = formatEnvelope(signEnvelope(changePayloadType, read.bytes, [key]));
      const out = resolve(options.out);
      const written = createDocument(nodeFileSystem, out, bytes);
      if (!written.ok) return shell.end(output.fail({ ...written.fault, at: out }));
      for (const { code, message } of warningsOf(read.change, nowMs)) {
        output.note(`warning: ${message} [${code}]`);
      }
      output.line(`signed   ${change_id}`);
      output.line(`by key   ${key.publicKey.id}`);
      output.line(`written  ${out}`);
      output.record({ type: "approval", change_id, key_id: key.publicKey.id, file: out });
      shell.end(exitCodes.ok);
    });
}

const leastDigits = 12;

/** Whoever names the digest has seen it; a few digits could be a guess. */
function judgePrefix(prefix: string, changeId: string): Result<void, Fault> {
  const at = "--yes-digest";
  if (!/^[0-9a-f]{12,64}$/.test(prefix)) {
    const message = `expected ${leastDigits} to 64 hex digits, as assay change review prints them`;
    return err({ code: "change_not_reviewed", message, at });
  }
  if (changeId.startsWith(prefix)) return ok(undefined);
  const message = "this is not the change that was reviewed: its digest begins otherwise";
  return err({ code: "change_not_reviewed", message, at });
}
