import type { Command } from "commander";
import {
  approversPolicyPath,
  type ChangeRecord,
  changeIdOf,
  changeNamespace,
  type Finding,
  type Recomputed,
  recomputeDigests,
  warningsOf,
} from "#arming";
import { type Fault, ok, type Result } from "#base";
import { type ChangeFile, readChangeFile, readNamedFiles, readWhole } from "./change-shared.ts";
import { exitCodes } from "./exit-codes.ts";
import { collect } from "./incident-shared.ts";
import type { Output } from "./output.ts";
import { defaultRoot } from "./root.ts";
import { endOrValue, type Shell } from "./verb.ts";

type ReviewOptions = Readonly<{
  file?: readonly string[];
  policy?: string;
  root: string;
  json: boolean;
}>;

const examples = `
Prints all of a change for the person who has to sign it, and makes its digests again from the files
that are given: --file change_text=ticket-17.md, release=, limits=, proposed=, or the name of an
evidence. Exit code 1 where one of them is not the file that the change names.

Example:
  $ assay change review change.json --file change_text=ticket-17.md --file switch=switch.json
`;

/** `assay change review`: what, where, when, why, and what it was made from. */
export function addChangeReview(change: Command, shell: Shell): void {
  change
    .command("review <change>")
    .description("print a change for a person, with its digests made again")
    .option("--file <name=file>", "what a digest is of; may be repeated", collect)
    .option("--policy <file>", "who may approve (<root>/arming/approvers.json)")
    .option("--root <dir>", "where that policy lies", defaultRoot)
    .option("--json", "one JSON line", false)
    .addHelpText("after", examples)
    .action((path: string, options: ReviewOptions) => {
      const output = shell.output(options);
      const read = endOrValue(readChangeFile(path), shell, output);
      if (read === null) return;
      const files = endOrValue(filesOf(options), shell, output);
      if (files === null) return;
      const digests = recomputeDigests(read.change, files);
      const warnings = warningsOf(read.change, Date.now());
      print(read, digests, warnings, output);
      const isSame = digests.every(({ signed, found }) => found === null || found === signed);
      shell.end(isSame ? exitCodes.ok : exitCodes.finding);
    });
}

/** The policy is looked for where it usually lies; it need not be there. */
function filesOf({
  file = [],
  policy,
  root,
}: ReviewOptions): Result<ReadonlyMap<string, Uint8Array>, Fault> {
  const files = readNamedFiles("--file", file);
  if (!files.ok) return files;
  const bytes = readWhole(policy ?? approversPolicyPath(root));
  if (bytes.ok) return ok(new Map([["policy", bytes.value], ...files.value]));
  return policy === undefined ? files : bytes;
}

function print(
  { path, bytes, change }: ChangeFile,
  digests: readonly Recomputed[],
  warnings: readonly Finding[],
  output: Output,
): void {
  const change_id = changeIdOf(bytes);
  for (const [name, text] of factsOf(change)) output.line(`${name.padEnd(10)} ${text}`);
  for (const { name, at, verdict } of change.evidence) {
    output.line(`evidence   ${name}: ${verdict} at ${at}`);
  }
  for (const each of digests) output.line(`digest     ${digestText(each)}`);
  for (const { code, message } of warnings) output.line(`WARNING    ${message} [${code}]`);
  output.line(`change     ${change_id}`);
  output.record({ type: "change_review", change_id, change, digests, warnings });
  const prefix = change_id.slice(0, 16);
  output.note(`sign with a key of ours: assay change sign ${path} --yes-digest ${prefix}`);
  const namespace = changeNamespace(change.system_id);
  output.note(`or by SSH: ssh-keygen -Y sign -f KEY -n ${namespace} ${path}`);
}

function factsOf(change: ChangeRecord): readonly (readonly [string, string])[] {
  const { window, change_record } = change;
  return [
    ["what", whatByOp[change.op]],
    ["where", `${change.system_id}, ${change.env}, venue ${change.venue}`],
    ["account", change.account_hash],
    ["from", window.not_before],
    ["to", window.not_after],
    ["asked by", change.requester],
    ["reason", change.reason],
    ["recorded", change_record.url],
    ["process", `boot ${change.boot_id}, log of ${change.log_size} records`],
    ["log root", change.log_root],
    ["nonce", change.nonce],
  ];
}

const whatByOp = {
  ARM: "ARM: orders with real money may leave",
  RELEASE_HALT: "RELEASE_HALT: the halt latch is let go of, for live trading too",
  CHANGE_POLICY: "CHANGE_POLICY: other people may approve from then on",
  RAISE_LIMIT: "RAISE_LIMIT: other limits count from then on",
  FLATTEN: "FLATTEN: all positions are closed",
} as const;

function digestText({ what, signed, found }: Recomputed): string {
  if (found === null) return `${what}: ${signed}, not made again (no file given)`;
  return found === signed
    ? `${what}: ${signed}, the same`
    : `${what}: ${signed}, but DIFFERS: ${found}`;
}
