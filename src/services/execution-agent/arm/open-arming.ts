import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ArmingTarget,
  approversPolicyPath,
  type LiveArming,
  openArmingTarget,
  openLiveArming,
} from "#arming";
import { canonicalJson, err, type Fault, ok, type Result } from "#base";
import { chainHost } from "#evidence";
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
  const document = { git_commit, node: process.version, product: "assay", version };
  const text = `${canonicalJson(document)}\n`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "release.json"), text);
  } catch (cause) {
    return err(fileFault(cause, "release_unwritable", join(folder, "release.json")));
  }
  return ok(createHash("sha256").update(text).digest("hex"));
}

function readBytes(path: string, code: string): Result<Uint8Array, Fault> {
  try {
    return ok(readFileSync(path));
  } catch (cause) {
    return err(fileFault(cause, code, path));
  }
}

function fileFault(cause: unknown, code: string, at: string): Fault {
  const system = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  return { code, message: `${at} cannot be read or written (${system})`, at };
}
