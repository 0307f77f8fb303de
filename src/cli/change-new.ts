import { resolve } from "node:path";
import { type Command, Option } from "commander";
import {
  type ChangeEvidence,
  type ChangeRecord,
  changeIdOf,
  evidenceNames,
  formatChange,
  judgeWindowForm,
  parseChange,
  readEvidence,
  sha256Hex,
} from "#arming";
import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import { createDocument, nodeFileSystem } from "#evidence";
import { type ChangeOp, changeOps } from "#safety";
import { readChallengeFile, readNamedFiles, readWhole, timeOrNow } from "./change-shared.ts";
import { exitCodes } from "./exit-codes.ts";
import { collect } from "./incident-shared.ts";
import { parseCount } from "./quantities.ts";
import { endOrValue, type Shell } from "./verb.ts";

type NewOptions = Readonly<{
  challenge: string;
  op: ChangeOp;
  changeUrl: string;
  changeText: string;
  evidence?: readonly string[];
  proposed?: string;
  from?: string;
  minutes: string;
  requester: string;
  reason: string;
  out: string;
  json: boolean;
}>;

const examples = `
Evidence is a file that somebody looked at, by one of these names: ${evidenceNames.join(", ")}.
To arm, all three are needed: what assay halt --status --json said, the body of /healthz, and the
deploy report as JSON. Their digests, times and verdicts go into the change.

Example:
  $ assay change new --challenge challenge.json --op ARM --minutes 60 \\
      --change-url https://tracker.example/17 --change-text ticket-17.md \\
      --evidence switch=switch.json --evidence heartbeat=healthz.json \\
      --evidence deploy_report=deploy_report.json \\
      --requester ada --reason "first live hour" --out change.json
`;

/** `assay change new`: a challenge, what was looked at and a reason become what people sign. */
export function addChangeNew(change: Command, shell: Shell): void {
  change
    .command("new")
    .description("write a change from a target's challenge; it enables nothing")
    .requiredOption("--challenge <file>", "what the target gave")
    .addOption(
      new Option("--op <op>", "what shall be done").choices([...changeOps]).makeOptionMandatory(),
    )
    .requiredOption("--change-url <url>", "where the change is written down")
    .requiredOption("--change-text <file>", "the text that is there")
    .option("--evidence <name=file>", "something that was looked at; may be repeated", collect)
    .option("--proposed <file>", "the policy or the limits that shall be from then on")
    .option("--from <utc>", "when the window begins (now)")
    .option("--minutes <count>", "how long the window is, at most 480", "60")
    .requiredOption("--requester <name>", "who asks")
    .requiredOption("--reason <text>", "why, in one line")
    .requiredOption("--out <file>", "where the change is written; nothing is replaced")
    .option("--json", "one JSON line", false)
    .addHelpText("after", examples)
    .action((options: NewOptions) => {
      const output = shell.output(options);
      const made = endOrValue(makeChange(options), shell, output);
      if (made === null) return;
      const path = resolve(options.out);
      const written = endOrWritten(createDocument(nodeFileSystem, path, made), path);
      if (!written.ok) return shell.end(output.fail(written.fault));
      const change_id = changeIdOf(made);
      output.line(`written  ${path}`);
      output.line(`change   ${change_id}`);
      output.record({ type: "change", change_id, file: path });
      output.note(`next: assay change review ${options.out}`);
      shell.end(exitCodes.ok);
    });
}

function endOrWritten(written: Result<void, Fault>, path: string): Result<void, Fault> {
  if (written.ok || written.fault.code !== "store_exists") return written;
  const message = "this file is there already; a change is never written over";
  return err({ code: "change_exists", message, at: path });
}

/** The signed bytes, which parse: what a target would call malformed is refused here. */
function makeChange(options: NewOptions): Result<Uint8Array, Fault> {
  const challenge = readChallengeFile(options.challenge);
  if (!challenge.ok) return challenge;
  const text = readWhole(options.changeText);
  if (!text.ok) return text;
  const evidence = readAllEvidence(options.evidence ?? []);
  if (!evidence.ok) return evidence;
  const proposed = options.proposed === undefined ? ok(null) : readWhole(options.proposed);
  if (!proposed.ok) return proposed;
  const window = windowFrom(options);
  if (!window.ok) return window;
  const { kind: _kind, v: _v, issued_at: _at, good_for_ms: _ms, ...shared } = challenge.value;
  const change: ChangeRecord = {
    kind: "assay_change_request",
    v: 1,
    op: options.op,
    ...shared,
    proposed_digest: proposed.value === null ? null : sha256Hex(proposed.value),
    change_record: { url: options.changeUrl, sha256: sha256Hex(text.value) },
    window: window.value,
    evidence: evidence.value,
    requester: options.requester,
    reason: options.reason,
  };
  return checked(change);
}

function checked(change: ChangeRecord): Result<Uint8Array, Fault> {
  for (const text of [change.change_record.url, change.requester, change.reason]) {
    if (text.isWellFormed()) continue;
    return err({ code: "change_malformed", message: "the texts of a change are well-formed" });
  }
  const bytes = formatChange(change);
  const parsed = parseChange(bytes);
  return parsed.ok ? ok(bytes) : parsed;
}

function readAllEvidence(texts: readonly string[]): Result<readonly ChangeEvidence[], Fault> {
  const files = readNamedFiles("--evidence", texts);
  if (!files.ok) return files;
  const evidence: ChangeEvidence[] = [];
  for (const [name, bytes] of files.value) {
    const read = readEvidence(name, bytes);
    if (!read.ok) return read;
    evidence.push(read.value);
  }
  return ok(evidence);
}

function windowFrom({ from, minutes }: NewOptions): Result<ChangeRecord["window"], Fault> {
  const begin = timeOrNow("--from", from);
  if (!begin.ok) return begin;
  const length = parseCount(minutes, { min: 1, max: 480 });
  if (!length.ok) return err({ ...length.fault, at: "--minutes" });
  const window = { notBeforeMs: begin.value, notAfterMs: begin.value + length.value * 60_000 };
  const why = judgeWindowForm(window);
  if (why !== null) return err({ ...why, at: "--minutes" });
  return ok({
    not_before: isoFromMillis(window.notBeforeMs),
    not_after: isoFromMillis(window.notAfterMs),
  });
}
