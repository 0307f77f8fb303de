import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { nodeFileSystem } from "./node-file-system.ts";
import { recoverRecords } from "./recover.ts";

/** The `skip` option of tests that break real system calls. */
export function withoutStrace(): string | false {
  const found = spawnSync("strace", ["-e", "trace=none", "true"], { stdio: "ignore" });
  return found.status === 0 ? false : "needs strace, and leave to trace processes";
}

export type FaultyRun = Readonly<{
  /** Exit code, null when it was killed. */
  status: number | null;
  /** Records that the process was told have landed. */
  acknowledged: number;
  /** Records that are there after recovery, null when there is no file. */
  recovered: number | null;
  /** Whether the file held a torn tail before. */
  torn: boolean;
}>;

/** Runs append-worker.ts with this fault on the file, then recovers what it left. */
export function runUnderFault(path: string, inject: string): FaultyRun {
  const draft = join(dirname(path), "count.tmp");
  const only = ["-f", "-qq", "-o", "/dev/null", "-P", path, "-P", dirname(path), "-P", draft];
  const worker = join(import.meta.dirname, "append-worker.ts");
  const args = [...only, "-e", `inject=${inject}`, process.execPath, worker, path];
  return judge(path, spawnSync("strace", args, { encoding: "utf8" }));
}

/** As runUnderFault, but the file may not grow beyond this: the write that reaches it is short. */
export function runWithFileLimit(path: string, kilobytes: number): FaultyRun {
  const worker = join(import.meta.dirname, "append-worker.ts");
  const script = `ulimit -f ${kilobytes}; exec "$0" "$1" "$2"`;
  return judge(
    path,
    spawnSync("bash", ["-c", script, process.execPath, worker, path], { encoding: "utf8" }),
  );
}

function judge(
  path: string,
  child: Readonly<{ status: number | null; stdout: string }>,
): FaultyRun {
  const acknowledged = Number(child.stdout.trim().split("\n").at(-1));
  const found = recoverRecords(nodeFileSystem, path, 0);
  if (!found.ok && found.fault.code !== "store_missing") throw new Error(found.fault.message);
  if (found.ok) requireOurRecords(readFileSync(path, "utf8"));
  return {
    status: child.status,
    acknowledged,
    recovered: found.ok ? found.value.records : null,
    torn: found.ok && found.value.torn !== null,
  };
}

/** Every line is the record that stands there in an undisturbed run. */
function requireOurRecords(text: string): void {
  for (const [at, line] of text.split("\n").slice(0, -1).entries()) {
    const record = JSON.parse(line);
    if (record.batch !== Math.floor(at / 3) || record.record !== at % 3) {
      throw new Error(`record ${at} is ${line.slice(0, 60)}`);
    }
  }
}
