import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assay, type Ended, ended, makeFolder, startAssay } from "./assay.ts";
import { snapshotIn } from "./run-venue-bench.ts";
import { lines } from "./run-venue-reading.ts";

/** A process in which whoever opens a socket, or asks for a name, ends with a bug. */
const noNetwork = [
  "--import",
  `data:text/javascript,${encodeURIComponent(`
    import dns from "node:dns";
    import net from "node:net";
    const refuse = () => { throw new Error("the network was asked for"); };
    net.Socket.prototype.connect = refuse;
    net.Server.prototype.listen = refuse;
    dns.lookup = refuse;
  `)}`,
];

const bars = 1000;
const firstMs = Date.UTC(2024, 0, 1);

/** A root with recorded bars and a snapshot of genomes in it. */
type Site = Readonly<{
  root: string;
  args: (...more: readonly string[]) => readonly string[];
  env: Readonly<Record<string, string>>;
}>;

async function openSite(): Promise<Site> {
  const root = makeFolder();
  const file = join(root, "bars.csv");
  writeFileSync(file, `ts_ms,open,high,low,close,volume\n${barRows().join("\n")}\n`);
  const about = ["--instrument", "BTC-USDT-SWAP", "--interval", "5m", "--name", "made"];
  const imported = await assay(["data", "import", file, ...about, "--root", root]);
  assert.equal(imported.code, 0, imported.stderr);
  const { id } = snapshotIn(root);
  const switchFile = join(root, "EXECUTION_HALTED");
  writeFileSync(switchFile, "off\n");
  const keys = ["--keys", join(makeFolder(), "keys"), "--root", root];
  const base = ["run", "--mode", "offline", "--genomes", id, ...keys, "--json"];
  const colony = ["--max-agents", "24", "--min-agents", "20"];
  const env = { EXECUTION_HALTED_FILE: switchFile };
  return { root, args: (...more) => [...base, ...colony, ...more], env };
}

/** Prices that swing, so that agents differ on what to do. */
function barRows(): readonly string[] {
  const priceAt = (bar: number): number =>
    40_000 + Math.round(800 * Math.sin(bar / 17)) + ((bar * 37) % 91);
  return Array.from({ length: bars }, (_none, bar) => {
    const [open, close] = [priceAt(bar), priceAt(bar + 1)];
    const [high, low] = [Math.max(open, close) + 20, Math.min(open, close) - 20];
    return [firstMs + bar * 300_000, open, high, low, close, 500 + (bar % 50)].join(",");
  });
}

/** What the command said in its last line. */
function saidLast({ stdout }: Ended): Readonly<Record<string, unknown>> {
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as Record<string, unknown>;
}

/** What happened, without the names that are of one run alone. */
function happened(directory: string): readonly string[] {
  const told = (file: string, fields: readonly string[]): readonly string[] =>
    lines(directory, file).map((line) =>
      fields.map((field) => JSON.stringify(line[field]) ?? "").join(" "),
    );
  const found = [
    ...told("fills.jsonl", ["tradeId", "side", "fill_px", "fillSz", "fee", "filled_ms", "ts_utc"]),
    ...told("bills.jsonl", ["billId", "bill_type", "bal_chg", "pnl", "billed_ms"]),
    ...told("decision_trace.jsonl", [
      "tick",
      "intent_action",
      "signal",
      "leverage_target",
      "ts_utc",
    ]),
    ...told("agent_states.jsonl", ["tick", "position_lots", "cash_micro", "equity_micro"]),
    ...told("market_bars.jsonl", ["open_ms", "open", "high", "low", "close", "volume", "ts_utc"]),
    ...told("ledger_ticks.jsonl", ["tick", "exchange_equity", "ts_utc"]),
  ];
  return found;
}

test("an offline run trades on recorded bars without a network, and is proven", async () => {
  const { root, args, env } = await openSite();
  const dated = [...args("--dataset", "made", "--from", "2024-01-02T12:00:00Z")];
  const wish = ["--ticks", "4", "--one-shot-tick", "2", "--shutdown-flatten", "--dev-keys"];
  const run = await assay([...dated, ...wish], { env, nodeFlags: noNetwork });
  assert.equal(run.code, 0, run.stderr + run.stdout);
  const said = saidLast(run);
  assert.deepEqual([said["status"], said["verdict"], said["signed"]], ["completed", "PASS", true]);
  const directory = String(said["directory"]);
  assert.match(directory, /AUDIT_[0-9a-f]{16}_20240102T120000Z_[0-9a-f]{8}$/);
  const manifest = JSON.parse(readFileSync(join(directory, "run_manifest.json"), "utf8"));
  assert.match(manifest.venue_address, /^in-process:dataset=[0-9a-f]{64}&from=2024-01-02T12:00:/);
  assert.equal(manifest.end_time.slice(0, 15), "2024-01-02T12:2");
  assert.ok(lines(directory, "fills.jsonl").length > 20);
  const shown = await assay(["show", directory]);
  assert.match(shown.stdout, /^mode +offline \(in-process venue, okx_demo rules\), tier2_full/m);
  const verified = await assay(["verify", directory, "--root", root, ...keysOf(args())]);
  assert.equal(verified.code, 0, verified.stdout);

  const again = await assay([...dated, ...wish], { env });
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(happened(String(saidLast(again)["directory"])), happened(directory));
});

test("bars that end too early or are of something else are refused before a run", async () => {
  const { root, args, env } = await openSite();
  const refusals: readonly (readonly [string, readonly string[]])[] = [
    ["dataset_too_short", ["--ticks", "900"]],
    ["dataset_too_short", ["--from", "2024-01-04T10:00:00Z", "--ticks", "20"]],
    ["dataset_over", ["--from", "2024-02-01T00:00:00Z"]],
    ["dataset_mismatch", ["--instrument", "ETH-USDT-SWAP"]],
  ];
  for (const [code, more] of refusals) {
    const run = await assay(args("--dataset", "made", ...more), { env });
    assert.equal(run.code, 2, `${code}: ${run.stderr}`);
    assert.ok(run.stdout.includes(`"code":"${code}"`), run.stdout + run.stderr);
  }
  assert.ok(!existsSync(join(root, "runs")));
});

test("Ctrl-C ends an offline run in order; one that was killed cannot be asked about", async () => {
  const { root, args, env } = await openSite();
  const long = args("--dataset", "made", "--ticks", "800");
  const running = startAssay(long, { env });
  const end = ended(running);
  await appears(join(root, "runs"));
  running.kill("SIGINT");
  const stopped = await end;
  assert.equal(stopped.code, 130, stopped.stderr);
  assert.equal(saidLast(stopped)["status"], "interrupted");

  const killed = startAssay(long, { env });
  const gone = ended(killed);
  await appears(join(root, "runs"), 2);
  killed.kill("SIGKILL");
  await gone;
  const left = readdirSync(join(root, "runs")).find(
    (name) => !existsSync(join(root, "runs", name, "SHA256SUMS")),
  );
  const asked = ["run", "--mode", "okx_demo", "--recover", left ?? "", "--root", root];
  const recovered = await assay([...asked, ...keysOf(args())], { env });
  assert.equal(recovered.code, 2, recovered.stderr);
  assert.match(recovered.stderr, /\[run_not_recoverable\]/);
  const next = await assay(args("--dataset", "made", "--ticks", "1"), { env });
  assert.equal(saidLast(next)["status"], "completed", next.stderr);
});

function keysOf(args: readonly string[]): readonly string[] {
  const at = args.indexOf("--keys");
  return args.slice(at, at + 2);
}

/** Waits until so many runs have begun. */
async function appears(folder: string, count = 1): Promise<void> {
  const from = performance.now();
  const begun = (): number =>
    existsSync(folder)
      ? readdirSync(folder).filter((name) => existsSync(join(folder, name, "run_manifest.json")))
          .length
      : 0;
  while (begun() < count) {
    assert.ok(performance.now() - from < 30_000, "waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
