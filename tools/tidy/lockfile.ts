import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding, Tree } from "./tree.ts";

/*
 * A registry that lacks the builds of a tool for other platforms lets `npm install` write a
 * lockfile without them, which `npm ci` then refuses as out of step. An entry that names the
 * platform is enough: it is skipped where the platform differs, and fetched by version where not.
 */
const lockPath = "package-lock.json";

type Entry = Readonly<{
  version?: string;
  dev?: boolean;
  license?: string;
  optionalDependencies?: Readonly<Record<string, string>>;
}>;

type Lockfile = Readonly<{ packages: Readonly<Record<string, Entry>> }>;

/** Every optional dependency of a locked package has its entry. */
export function checkLockfile(tree: Tree): readonly Finding[] {
  return [...missingEntries(readLockfile(tree.root)).keys()].map((path) => ({
    path: lockPath,
    line: 1,
    rule: "lockfile",
    message: `${path} has no entry, npm ci would fail: npm run tidy -- --write`,
  }));
}

/** Adds what is missing, in npm's order. */
export function completeLockfile(root: string): void {
  const lockfile = readLockfile(root);
  const missing = missingEntries(lockfile);
  if (missing.size === 0) return;
  const packages = Object.entries({ ...lockfile.packages, ...Object.fromEntries(missing) });
  packages.sort(([one], [two]) => one.localeCompare(two, "en"));
  const text = JSON.stringify({ ...lockfile, packages: Object.fromEntries(packages) }, null, 2);
  writeFileSync(join(root, lockPath), `${text}\n`);
}

/** Entries by their place in node_modules. */
export function missingEntries(lockfile: Lockfile): ReadonlyMap<string, object> {
  const missing = new Map<string, object>();
  for (const { optionalDependencies = {}, dev, license } of Object.values(lockfile.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const path = `node_modules/${name}`;
      const platform = platformOf(name);
      if (lockfile.packages[path] !== undefined || platform === null) continue;
      missing.set(path, {
        version,
        cpu: [platform.cpu],
        ...(dev === true ? { dev } : {}),
        ...(platform.libc === null ? {} : { libc: [platform.libc] }),
        ...(license === undefined ? {} : { license }),
        optional: true,
        os: [platform.os],
      });
    }
  }
  return missing;
}

/** `@oxlint/binding-linux-x64-musl` is linux, x64, musl; null for a name of another form. */
export function platformOf(
  name: string,
): { os: string; cpu: string; libc: "glibc" | "musl" | null } | null {
  const systems = "android|darwin|freebsd|linux|openharmony|win32";
  const processors = "arm64|arm|ia32|ppc64|riscv64|s390x|x64";
  const form = new RegExp(`(${systems})-(${processors})(-[a-z]+)?$`);
  const [, os, cpu, tail = ""] = form.exec(name) ?? [];
  if (os === undefined || cpu === undefined) return null;
  const libc = os !== "linux" ? null : tail.startsWith("-musl") ? "musl" : "glibc";
  return { os, cpu, libc };
}

function readLockfile(root: string): Lockfile {
  return JSON.parse(readFileSync(join(root, lockPath), "utf8"));
}
