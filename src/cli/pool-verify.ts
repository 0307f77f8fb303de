import { resolve } from "node:path";
import type { Command } from "commander";
import type { Fault } from "#base";
import { openSnapshot, type PoolTrust, verifyPool } from "#evidence";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { addPoolKeyOptions, type PoolKeyOptions, poolTrustOf } from "./pool-keys.ts";
import { exitByPoolVerdict, printPoolVerdict } from "./pool-report.ts";
import { defaultRoot, readableRoot } from "./root.ts";
import { groupDigits } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type VerifyOptions = PoolKeyOptions &
  Readonly<{ root: string; integrityOnly: boolean; json: boolean }>;

const help = `
Examples:
  $ assay pool verify
  $ assay pool verify --root /var/lib/assay --policy trusted.json --json
  $ assay pool verify 0123456789abcdef
  $ assay pool verify ./copies/snapshot_0123456789abcdef.jsonl --integrity-only

Without SNAPSHOT the live pool is judged with all its checkpoints and snapshots, and each record
against the sealed run it comes from. The clauses are in docs/contracts/pools.md.
Exit codes: 0 PASS, 1 FAIL, 3 NOT_MEASURABLE (for example nobody signed), 2 unreadable.
`;

/** `assay pool verify [SNAPSHOT]`: did the pool only grow, and is each record its run's? */
export function addPoolVerify(pool: Command, shell: Shell): void {
  const command = pool
    .command("verify [snapshot]")
    .description("check the pool, its checkpoints and snapshots, or one snapshot alone")
    .option("--root <dir>", "where pools lie", defaultRoot);
  addPoolKeyOptions(command)
    .option("--integrity-only", "do not ask who signed", false)
    .option("--json", "the verdict as one JSON line", false)
    .addHelpText("after", help)
    .action((snapshot: string | undefined, options: VerifyOptions) => {
      const output = shell.output(options);
      const trust = endOrValue(poolTrustOf(options, options.root), shell, output);
      if (trust === null) return;
      const { integrityOnly } = options;
      if (snapshot !== undefined) {
        const asked = { root: resolve(options.root), snapshot, integrityOnly };
        return shell.end(verifySnapshot(asked, trust, output));
      }
      const root = endOrValue(readableRoot(options.root), shell, output);
      if (root === null) return;
      const verdict = endOrValue(verifyPool(root, { trust, integrityOnly }), shell, output);
      if (verdict === null) return;
      const couldRemember = trust.memory !== null && !integrityOnly;
      printPoolVerdict(verdict, output);
      if (verdict.verdict === "PASS" && couldRemember && !verdict.remembered) {
        output.note(
          "this state could not be kept beside the keys; a rollback behind it may go unseen",
        );
      }
      shell.end(exitByPoolVerdict[verdict.verdict]);
    });
}

type Asked = Readonly<{ root: string; snapshot: string; integrityOnly: boolean }>;

function verifySnapshot(
  { root, snapshot, integrityOnly }: Asked,
  trust: PoolTrust,
  output: Output,
): ExitCode {
  const policy = integrityOnly ? null : trust.policy;
  const opened = openSnapshot(root, snapshot, { policy });
  if (!opened.ok) return refused(opened.fault, output);
  const { id, document, authenticity, authenticity_reason } = opened.value;
  const isProven = authenticity === "proven" || integrityOnly;
  const verdict = isProven ? "PASS" : "NOT_MEASURABLE";
  const reason = integrityOnly ? "integrity_only" : authenticity_reason;
  const { records, genes, pool_size, pool_root } = document;
  const facts = { id, authenticity, reason, records, genes, pool_size, pool_root };
  output.record({ type: "snapshot_verdict", verdict, ...facts });
  output.line(
    `${verdict}  snapshot ${id}  ${groupDigits(records)} records of ${groupDigits(genes)} ` +
      `genomes, proven to be in a pool of ${groupDigits(pool_size)}`,
  );
  if (reason !== null) output.line(`  authenticity: ${reason}`);
  return isProven ? exitCodes.ok : exitCodes.not_measurable;
}

/** A snapshot that is there and is not what it says is a finding; what cannot be read is not. */
function refused(fault: Fault, output: Output): ExitCode {
  if (!findings.has(fault.code)) return output.fail(fault);
  output.record({ type: "snapshot_verdict", verdict: "FAIL", fault });
  output.line(`FAIL  ${fault.message} (${fault.at ?? ""}) [${fault.code}]`);
  return exitCodes.finding;
}

const findings: ReadonlySet<string> = new Set([
  "snapshot_altered",
  "snapshot_signature_wrong",
  "snapshot_unverified",
  "snapshot_writable",
]);
