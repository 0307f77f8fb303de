import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after } from "node:test";

export type Ended = Readonly<{ code: number | null; stdout: string; stderr: string }>;

export type SpawnOptions = Readonly<{
  env?: Readonly<Record<string, string>>;
  /** Flags of the runtime itself, like a smaller heap. */
  nodeFlags?: readonly string[];
  /** Shell text before the command, like `ulimit -f 600`. */
  before?: string;
  uid?: number;
}>;

const main = join(import.meta.dirname, "../../src/cli/main.ts");

/** A folder of this test file's own, gone when it ends. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "assay-e2e-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Keys live in the home of the user; that of the tests is empty, and gone when they end. */
const home = makeFolder();

/** Runs `assay ...` in a process of its own to its end. */
export function assay(args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return ended(startAssay(args, options));
}

export function startAssay(args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const command = [process.execPath, ...(options.nodeFlags ?? []), main, ...args];
  const [file = "", ...rest] =
    options.before === undefined
      ? command
      : ["sh", "-c", `${options.before}; exec "$@"`, "sh", ...command];
  return spawn(file, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HOME: home, ...options.env },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
}

export function ended(child: ChildProcess): Promise<Ended> {
  const text = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text.stdout += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text.stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...text }));
  });
}

/** A campaign that takes a fraction of a second: a few agents through a few short seasons. */
export const tiny: readonly string[] = ["--population", "16", "--seasons", "3x400"];

/**
 * A campaign that takes far longer than any test waits for it: small positions, so that nobody
 * grows without bound, and no reason to die.
 */
export const endless: readonly string[] = [
  ...["--population", "60", "--seasons", "20000x1000", "--leverage", "0.02"],
  ...["--living-cost", "0", "--cull", "0"],
];

export function runsOf(root: string): readonly string[] {
  const folder = join(root, "runs_hf");
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name));
}

/** sha256 of each file of a run by name. */
export function digestsOf(directory: string): Readonly<Record<string, string>> {
  const names = readdirSync(directory).toSorted();
  return Object.fromEntries(names.map((name) => [name, digestOf(join(directory, name))]));
}

export function digestOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

export function manifestOf(directory: string): Record<string, unknown> {
  const text = readFileSync(join(directory, "run_manifest.json"), "utf8");
  return JSON.parse(text) as Record<string, unknown>;
}
