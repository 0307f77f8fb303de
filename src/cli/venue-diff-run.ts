import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { err, type Fault, ok, type Result } from "#base";
import { packageVersion, readCheckoutFacts } from "#lab";
import {
  type ComparisonProgress,
  type InterfaceDiff,
  isComparable,
  runInterfaceDiff,
} from "#venues";
import { abortOnSignals } from "./data-signals.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { parseCount } from "./quantities.ts";
import { defaultRoot, rootHint, writableRoot } from "./root.ts";
import { type Party, remoteParty, simulatedParty } from "./venue-diff-party.ts";
import { diffFolder, failDiff } from "./venue-diff-place.ts";
import { renderTo } from "./venue-diff-render.ts";
import { printDiff } from "./venue-diff-view.ts";
import type { Shell } from "./verb.ts";

export type DiffOptions = Readonly<{
  op?: readonly string[];
  inst: string;
  seed: string;
  url?: string;
  keys?: string;
  writes: boolean;
  render?: string;
  all: boolean;
  root: string;
  json: boolean;
}>;

const examples = `
Each act (an order, a read, an error, a stream) is done by ccxt, by okx-api and by our own words, at
venues that are the same until then, over HTTP and WebSocket. What was sent, what came back, what
the library made of it and what is left at the venue are compared. A difference that is not in the
log yet is new: it is entered with its raw samples in ROOT/interface_diff, and the exit code is 1.

With --url one venue is shared, the libraries act one after another, and only acts that cannot trade
are done; orders are placed with --writes alone, far from the market, each with a permit of its own
(so the kill switch has to say off), and cancelled after the act. The venue has to be a demo one.

Examples:
  $ assay venue diff                                  all acts, at simulated venues
  $ assay venue diff --op balance place_limit         these two
  $ assay venue diff --render docs/interface-diff     and write the document
  $ assay venue diff --url okx --keys demo-keys.json  reads, at OKX's demo
  $ assay venue diff verify                           has the log only grown, are the samples there?
`;

/** `assay venue diff` and `assay venue diff run`. */
export function addVenueDiffRun(diff: Command, shell: Shell): void {
  diff
    .command("run", { isDefault: true })
    .description("compare now, and enter what is new")
    .option("--op <id...>", "these acts alone (default: all)")
    .option("--inst <id>", "a linear contract", "BTC-USDT-SWAP")
    .option("--seed <number>", "of the simulated venues", "7")
    .option("--url <address>", "another venue, in its demo environment; okx for OKX's own")
    .option("--keys <file>", "keys of an account there (account-keys/1 or venue-keys/1)")
    .option("--writes", "with --url: place orders too", false)
    .option("--render <dir>", "write the document of the log there")
    .option("--all", "show differences that are known too", false)
    .option("--root <dir>", "where the log lives", defaultRoot)
    .option("--json", "one JSON line for each difference", false)
    .addHelpText("after", examples)
    .action(async (options: DiffOptions) => {
      const output = shell.output(options);
      const done = await compareNow(options, shell, output);
      if (!done.ok) return shell.end(failDiff(done.fault, output));
      shell.end(done.value.logged.fresh.length === 0 ? exitCodes.ok : exitCodes.finding);
    });
}

async function compareNow(
  options: DiffOptions,
  shell: Shell,
  output: Output,
): Promise<Result<InterfaceDiff, Fault>> {
  if (!isComparable(options.inst)) {
    const message = `expected a contract settled in USDT or USDC, got "${options.inst}"`;
    return err({ code: "option_malformed", message, at: "--inst" });
  }
  const root = writableRoot(options.root);
  if (!root.ok) return root;
  const party = partyOf(options, root.value, shell);
  if (!party.ok) return party;
  const folder = diffFolder(root.value);
  using signals = abortOnSignals();
  const facts = readCheckoutFacts(shell.image);
  const done = await runInterfaceDiff({
    ...{ host: party.value.host, guard: party.value.guard, writes: options.writes, folder },
    ...{ instId: options.inst, only: options.op ?? null, signal: signals.signal },
    ...{ nowMs: Date.now, nonce: randomBytes(4).toString("hex"), ownVersion: packageVersion() },
    code: {
      git_commit: facts.git_commit,
      git_commit_reason: facts.git_commit_reason,
      git_dirty: facts.git_dirty,
      docker_image: facts.docker_image,
      docker_image_reason: facts.docker_image_reason,
    },
    onDone: (progress) => tell(progress, output),
  });
  if (!done.ok) return done;
  printDiff(done.value, { all: options.all }, output);
  if (options.render !== undefined) {
    const rendered = renderTo(folder, options.render);
    if (!rendered.ok) return rendered;
    output.note(`rendered ${rendered.value}`);
  }
  output.note(
    `log: ${folder}/differences.jsonl; check it: assay venue diff verify${rootHint(root.value)}`,
  );
  return done;
}

function partyOf(options: DiffOptions, root: string, shell: Shell): Result<Party, Fault> {
  const { url, keys, writes, inst } = options;
  if (url !== undefined) {
    if (keys === undefined) {
      const message = "a venue of others needs the keys of an account there";
      return err({ code: "option_missing", message, at: "--keys" });
    }
    return remoteParty({ url, keys, writes, instId: inst, root, switches: shell.switches });
  }
  if (writes || keys !== undefined) {
    const message = "simulated venues have their own keys and take every order; it goes with --url";
    return err({ code: "option_unfit", message, at: writes ? "--writes" : "--keys" });
  }
  const seed = parseCount(options.seed, { min: 0, max: 2 ** 31 - 1 });
  return seed.ok ? ok(simulatedParty(seed.value)) : err({ ...seed.fault, at: "--seed" });
}

function tell({ operation, done, total, findings }: ComparisonProgress, output: Output): void {
  const unlike = findings === 1 ? "1 difference" : `${findings} differences`;
  if (output.json) {
    const line = { type: "progress", operation, done, total, findings };
    output.raw(`${JSON.stringify(line)}\n`);
  } else if (output.live) {
    output.raw(`\r\u001b[K${done}/${total}  ${operation}`);
    if (done === total) output.raw("\r\u001b[K");
  } else if (done === total || done % 20 === 0) {
    output.note(`${done} of ${total} acts compared; ${operation}: ${unlike}`);
  }
}
