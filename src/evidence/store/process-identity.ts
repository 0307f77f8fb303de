import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Who holds a lock: enough to tell later whether that process can still be running. Null where the
 * system does not say (only Linux tells all of it).
 */
export type ProcessIdentity = Readonly<{
  host: string;
  boot_id: string | null;
  /** The process-id namespace: equal ids mean one process only within it. */
  pid_namespace: string | null;
  pid: number;
  /** Start time in clock ticks since boot: tells a reused id from the process that had it. */
  started_ticks: number | null;
}>;

/** What can be asked of the machine about processes; tests have their own. */
export type Processes = Readonly<{
  self: ProcessIdentity;
  /** Start time of this process id, null when it runs but does not tell, `gone` when not there. */
  startedTicks: (pid: number) => number | null | "gone";
}>;

export function machineProcesses(): Processes {
  const own = startedTicks(process.pid);
  return {
    self: {
      host: hostname(),
      boot_id: readLine("/proc/sys/kernel/random/boot_id"),
      pid_namespace: readLink("/proc/self/ns/pid"),
      pid: process.pid,
      started_ticks: own === "gone" ? null : own,
    },
    startedTicks,
  };
}

function startedTicks(pid: number): number | null | "gone" {
  const stat = readLine(`/proc/${pid}/stat`);
  if (stat === null) return isRunning(pid) ? null : "gone";
  // The name in parentheses may hold anything, so fields count from its end; the 22nd is ours.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z") return "gone";
  const ticks = Number(fields[19]);
  return Number.isSafeInteger(ticks) ? ticks : null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // EPERM: it runs and is not ours.
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}

function readLine(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
