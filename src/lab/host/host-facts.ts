import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "#base";
import type { HostFacts } from "#evidence";
import { checkoutPath } from "./checkout.ts";
import { fileSha256 } from "./file-digest.ts";

/** What is the same for every run of one process; only the kernel is chosen for each campaign. */
export type CheckoutFacts = Omit<HostFacts, "kernel">;

/** Asks the checkout and the machine once; what they cannot say is null with its reason. */
export function readCheckoutFacts(image: string | null): CheckoutFacts {
  const commit = isOwnRepository() ? git("rev-parse", "HEAD") : null;
  const status = commit === null ? null : git("status", "--porcelain");
  const runtime = digestOrNull(process.execPath);
  const lockfile = digestOrNull(join(checkoutPath, "package-lock.json"));
  return {
    package_version: packageVersion(),
    git_commit: commit,
    git_commit_reason: commit === null ? "no_git_checkout" : null,
    git_dirty: status === null ? null : status !== "",
    git_dirty_reason: status === null ? "no_git_checkout" : null,
    docker_image: image,
    docker_image_reason: image === null ? "image_not_named" : null,
    runtime_version: process.versions.node,
    runtime_binary_sha256: runtime,
    runtime_binary_sha256_reason: runtime === null ? "runtime_binary_unreadable" : null,
    lockfile_sha256: lockfile,
    lockfile_sha256_reason: lockfile === null ? "no_lockfile" : null,
  };
}

/** For a re-execution whose manifest nobody keeps: nothing is asked, and every key says so. */
export function unaskedFacts(): CheckoutFacts {
  const reason = "replay_does_not_ask";
  return {
    package_version: packageVersion(),
    git_commit: null,
    git_commit_reason: reason,
    git_dirty: null,
    git_dirty_reason: reason,
    docker_image: null,
    docker_image_reason: reason,
    runtime_version: process.versions.node,
    runtime_binary_sha256: null,
    runtime_binary_sha256_reason: reason,
    lockfile_sha256: null,
    lockfile_sha256_reason: reason,
  };
}

/** A copy of the sources inside some other repository must not borrow its commit. */
function isOwnRepository(): boolean {
  const prefix = git("rev-parse", "--show-prefix");
  return prefix === "";
}

/** Null where there is no git, no repository, or no commit yet. */
function git(...args: readonly string[]): string | null {
  try {
    const text = execFileSync("git", args, {
      cwd: checkoutPath,
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5000,
      encoding: "utf8",
    });
    return text.trim();
  } catch {
    return null;
  }
}

function digestOrNull(path: string): string | null {
  try {
    return fileSha256(path);
  } catch {
    return null;
  }
}

/** The version in package.json. */
export function packageVersion(): string {
  const parsed = parseJson(readFileSync(join(checkoutPath, "package.json"), "utf8"));
  const record = parsed.ok && parsed.value !== null ? Object.entries(parsed.value) : [];
  const version = record.find(([key]) => key === "version")?.[1];
  return typeof version === "string" ? version : "unknown";
}
