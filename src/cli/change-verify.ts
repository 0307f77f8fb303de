import { basename } from "node:path";
import type { Command } from "commander";
import {
  type Approval,
  type ApproversPolicy,
  approversPolicyPath,
  parseApproversPolicy,
  type VerifiedChange,
  verifyChange,
} from "#arming";
import { err, type Fault, ok, type Result } from "#base";
import { readChallengeFile, readWhole, timeOrNow } from "./change-shared.ts";
import { exitCodes } from "./exit-codes.ts";
import { collect } from "./incident-shared.ts";
import type { Output } from "./output.ts";
import { defaultRoot } from "./root.ts";
import { endOrValue, type Shell } from "./verb.ts";

type VerifyOptions = Readonly<{
  approval?: readonly string[];
  policy?: string;
  challenge?: string;
  at?: string;
  root: string;
  json: boolean;
}>;

const examples = `
Judges form, window, evidence and signatures as the target does. What only the target knows is not
judged: whether its process still runs, whether the nonce is unused, what runs there now.

Exit codes: 0 PASS, 1 FAIL, 2 unreadable input, 3 there is no policy to judge the signatures by.

Example:
  $ assay change verify change.json --approval ada.dsse.json --approval change.json.sig
`;

/** `assay change verify`: would the target take it? */
export function addChangeVerify(change: Command, shell: Shell): void {
  change
    .command("verify <change>")
    .description("judge a change and its signatures; nothing is enabled by it")
    .option("--approval <file>", "a signature: envelope or SSH; may be repeated", collect)
    .option("--policy <file>", "who may approve (<root>/arming/approvers.json)")
    .option("--challenge <file>", "what the target gave, to compare")
    .option("--at <utc>", "judge as of this time (now)")
    .option("--root <dir>", "where that policy lies", defaultRoot)
    .option("--json", "one JSON line", false)
    .addHelpText("after", examples)
    .action((path: string, options: VerifyOptions) => {
      const output = shell.output(options);
      const policy = readPolicyFile(options.policy ?? approversPolicyPath(options.root));
      if (!policy.ok) {
        const code = output.fail(policy.fault);
        return shell.end(policy.fault.code === "policy_missing" ? exitCodes.not_measurable : code);
      }
      const question = endOrValue(questionOf(path, options, policy.value), shell, output);
      if (question === null) return;
      const verified = verifyChange(question);
      print(verified, output);
      shell.end(verified.findings.length === 0 ? exitCodes.ok : exitCodes.finding);
    });
}

function readPolicyFile(path: string): Result<ApproversPolicy, Fault> {
  const bytes = readWhole(path);
  if (!bytes.ok && bytes.fault.code === "store_missing") {
    const message = "no policy of who may approve; give one with --policy";
    return err({ code: "policy_missing", message, at: path });
  }
  if (!bytes.ok) return bytes;
  const policy = parseApproversPolicy(bytes.value);
  return policy.ok ? policy : err({ ...policy.fault, at: path });
}

function questionOf(
  path: string,
  options: VerifyOptions,
  policy: ApproversPolicy,
): Result<Parameters<typeof verifyChange>[0], Fault> {
  const change = readWhole(path);
  if (!change.ok) return change;
  const approvals: Approval[] = [];
  for (const file of options.approval ?? []) {
    const bytes = readWhole(file);
    if (!bytes.ok) return bytes;
    approvals.push({ name: basename(file), bytes: bytes.value });
  }
  const challenge =
    options.challenge === undefined ? ok(null) : readChallengeFile(options.challenge);
  if (!challenge.ok) return challenge;
  const at = timeOrNow("--at", options.at);
  if (!at.ok) return at;
  return ok({
    change: change.value,
    approvals,
    policy,
    challenge: challenge.value,
    atMs: at.value,
  });
}

function print({ changeId, approvers, findings }: VerifiedChange, output: Output): void {
  const verdict = findings.length === 0 ? "PASS" : "FAIL";
  for (const { person, roles } of approvers) {
    output.line(`approved   ${person} (${roles.join(", ")})`);
  }
  for (const { code, message } of findings) output.line(`FINDING    ${message} [${code}]`);
  output.line(`${verdict}       ${changeId}`);
  output.record({
    type: "change_verdict",
    verdict,
    change_id: changeId,
    approvers: approvers.map(({ person, roles, keyId }) => ({ person, roles, key_id: keyId })),
    findings: findings.map(({ code, message }) => ({ code, message })),
  });
  if (verdict === "PASS") output.note("nothing is enabled by this: the target judges again");
}
