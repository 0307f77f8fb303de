import { createHash, randomBytes } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ArmingTarget,
  approversPolicyPath,
  type LiveArming,
  maxApproversPolicyBytes,
  openArmingTarget,
  openLiveArming,
} from "#arming";
import { canonicalJson, err, type Fault, ok, type Result } from "#base";
import { chainHost, nodeFileSystem, readDocument } from "#evidence";
import { type Identity, type MeshClock, momentOf } from "#mesh";
import type { Freshness } from "#safety";
import type { HaltDesk } from "../halt/halt-desk.ts";

/** The arming of this process: what gives challenges, and what holds the lease. */
export type AgentArming = Readonly<{ target: ArmingTarget; live: LiveArming }>;

export type AgentArmingOptions = Readonly<{
  root: string;
  folder: string;
  identity: Identity;
  clock: MeshClock;
  systemId: string;
  accountHash: string;
  halt: HaltDesk;
  freshness: () => Freshness;
  limitsDigest: () => Result<string, Fault>;
  skewMs: () => number | null;
}>;

/**
 * Opens the arming log for live trading; no lease is held at the start, whatever lies on the disk.
 * Faults: those of openArmingTarget: without a policy of who may approve, nobody can arm.
 */
export function openArming(options: AgentArmingOptions): Result<AgentArming, Fault> {
  const { root, identity, clock, systemId, accountHash, halt, freshness } = options;
  const release = releaseOf(options);
  if (!release.ok) return release;
  const opened = openArmingTarget({
    host: chainHost(),
    root,
    target: { systemId, env: "live", venue: "okx", accountHash, bootId: identity.boot_id },
    world: {
      now: () => momentOf(clock),
      randomBytes: (count) => randomBytes(count),
      digests() {
        const limits = options.limitsDigest();
        return limits.ok ? ok({ release: release.value, limits: limits.value }) : limits;
      },
      policy: () => readBytes(approversPolicyPath(root), "policy_unreadable"),
      proposed: (digest) =>
        readBytes(join(root, "arming", "proposed", `${digest}.json`), "proposed_policy_missing"),
      clockSkewMs: options.skewMs,
    },
  });
  if (!opened.ok) return opened;
  const target = opened.value;
  const live = openLiveArming(target, {
    now: () => momentOf(clock),
    look: halt.look,
    engage: halt.engage,
    releaseByTwo: halt.releaseByTwo,
    freshness,
  });
  return ok({ target, live });
}

/** What runs, as a file that reviewers make the digest of again. */
function releaseOf({ identity, folder }: AgentArmingOptions): Result<string, Fault> {
  const { version, git_commit } = identity;
  const source_sha256 = sourceDigest();
  const document = { git_commit, node: process.version, product: "assay", source_sha256, version };
  const text = `${canonicalJson(document)}\n`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "release.json"), text);
  } catch (cause) {
    return err(fileFault(cause, "release_unwritable", join(folder, "release.json")));
  }
  return ok(sha256(text));
}

/**
 * Of every source file and the lockfile, as `sha256sum` would list them: a commit says nothing of
 * what was edited since, nor of an image without a history.
 */
function sourceDigest(): string {
  const checkout = join(import.meta.dirname, "..", "..", "..", "..");
  const sources = globSync("src/**/*.{ts,json,wasm}", { cwd: checkout }).toSorted();
  const listing = [...sources, "package-lock.json"].map((path) => {
    return `${sha256(readFileSync(join(checkout, path)))}  ${path}\n`;
  });
  return sha256(listing.join(""));
}

function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A file that is none, such as a pipe, is refused and not waited for. */
function readBytes(path: string, code: string): Result<Uint8Array, Fault> {
  const read = readDocument(nodeFileSystem, path, maxApproversPolicyBytes);
  return read.ok ? read : err({ ...read.fault, code });
}

function fileFault(cause: unknown, code: string, at: string): Fault {
  const system = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  return { code, message: `${at} cannot be read or written (${system})`, at };
}
