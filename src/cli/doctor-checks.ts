import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { availableParallelism, freemem, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

/** One line of `assay doctor`; `remedy` says what to do, and is null when nothing is to be done. */
export type Check = Readonly<{
  name: string;
  status: "ok" | "warn" | "fail";
  detail: string;
  remedy: string | null;
}>;

/** The house runs TypeScript as it stands, which needs Node 26. */
export function checkRuntime(): Check {
  const name = "runtime";
  const detail = `node ${process.versions.node} at ${process.execPath}`;
  const major = Number.parseInt(process.versions.node, 10);
  if (major >= 26) return ok(name, detail);
  return fail(name, detail, "run npm ci, then npx assay: it brings and picks Node 26");
}

export function checkCores(): Check {
  const cores = availableParallelism();
  const detail = `${cores} usable (${process.platform} ${process.arch})`;
  if (cores >= 2) return ok("cores", detail);
  return warn("cores", detail, "runs work, one at a time; a second core halves a campaign");
}

export function checkMemory(): Check {
  const [free, total] = [freemem(), totalmem()];
  const detail = `${sizeText(free)} free of ${sizeText(total)}`;
  if (free >= 512 * mebibyte) return ok("memory", detail);
  return warn("memory", detail, "free at least 512 MiB, or use fewer --workers");
}

/** Runs of the default size land a few megabytes each. */
export function checkSpace(root: string): Check {
  const { bavail, bsize } = statfsSync(nearestDirectory(root));
  const free = bavail * bsize;
  const detail = `${sizeText(free)} free at ${root}`;
  if (free < 64 * mebibyte)
    return fail("disk space", detail, "free space or choose another --root");
  if (free < 1024 * mebibyte)
    return warn("disk space", detail, "large campaigns may fill the disk");
  return ok("disk space", detail);
}

/**
 * Writes and syncs small files where the runs would land, or in the nearest directory that exists;
 * the median says what a seal costs.
 */
export function checkWrites(root: string): Check {
  const name = "writes";
  let folder: string | null = null;
  try {
    folder = mkdtempSync(join(nearestDirectory(root), ".doctor-"));
    const millis = Array.from({ length: 9 }, (_, index) =>
      timedWrite(join(folder ?? root, `${index}`)),
    ).toSorted((left, right) => left - right);
    const median = millis[4] ?? 0;
    const detail = `4 KiB written and synced in ${median.toFixed(2)} ms (median of 9)`;
    if (median <= 100) return ok(name, detail);
    return warn(name, detail, "a slow disk: seals take longer, results are the same");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    return fail(name, `cannot write at ${root}: ${code}`, "choose a writable --root");
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}

/** A clock that is plainly wrong would land wrong wall times; results do not depend on it. */
export function checkClock(root: string, nowMillis: number): Check {
  const name = "clock";
  const now = new Date(nowMillis).toISOString();
  if (nowMillis < Date.UTC(2025, 0, 1)) {
    return fail(name, now, "set the system clock: it is before this release was made");
  }
  const disk = fileClockMillis(root);
  if (disk === null) return warn(name, `${now}, no disk to compare with`, "see the line of writes");
  const drift = Math.round(Math.abs(disk - nowMillis));
  const detail = `${now}, ${drift} ms from the disk's`;
  if (drift > 5000) return warn(name, detail, "the clocks of machine and disk differ: check NTP");
  return ok(name, detail);
}

export function ok(name: string, detail: string): Check {
  return { name, status: "ok", detail, remedy: null };
}

export function warn(name: string, detail: string, remedy: string): Check {
  return { name, status: "warn", detail, remedy };
}

export function fail(name: string, detail: string, remedy: string): Check {
  return { name, status: "fail", detail, remedy };
}

const mebibyte = 1024 * 1024;

function sizeText(bytes: number): string {
  const gib = bytes / (1024 * mebibyte);
  return gib >= 1 ? `${gib.toFixed(1)} GiB` : `${Math.floor(bytes / mebibyte)} MiB`;
}

function timedWrite(path: string): number {
  const file = openSync(path, "wx");
  try {
    const start = performance.now();
    writeSync(file, Buffer.alloc(4096, 65));
    fsyncSync(file);
    return performance.now() - start;
  } finally {
    closeSync(file);
  }
}

function nearestDirectory(path: string): string {
  for (let at = path; ; at = join(at, "..")) {
    try {
      if (statSync(at).isDirectory()) return at;
    } catch {
      // Not there yet: its parent's disk is the one it will be on.
    }
    if (at === join(at, "..")) return tmpdir();
  }
}

/** What the disk calls now; null where nothing can be written. */
function fileClockMillis(root: string): number | null {
  let folder: string | null = null;
  try {
    folder = mkdtempSync(join(nearestDirectory(root), ".doctor-"));
    return statSync(folder).mtimeMs;
  } catch {
    return null;
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}
