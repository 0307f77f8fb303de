import { millisFromIso } from "#base";
import { isValidAt, trustedKeys } from "../keys/policy.ts";
import { readDeletion } from "../retention/deletion-log.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { nothingDeleted, type RetainedRaw } from "./orders/retained-raw.ts";
import type { RunTrust } from "./run-trust.ts";

/**
 * What the root's log says of the raw samples that retention took from a run. Its signature counts
 * when it is of a key that the policy trusts with the log at the time of the record; without a
 * policy it stays open. A record that is malformed or of another run excuses nothing.
 */
export function retainedOut(
  root: string | null,
  runId: string,
  trust: RunTrust | null,
): RetainedRaw {
  if (root === null) return nothingDeleted;
  const unproven = readDeletion(nodeFileSystem, root, runId, null);
  if (!unproven.ok) return nothingDeleted;
  const { deletion } = unproven.value;
  const policy = trust?.policy ?? null;
  if (deletion === null || policy === null) return unproven.value;
  const at = millisFromIso(deletion.ts_utc);
  const keys = trustedKeys(policy, "log").filter((key) => at.ok && isValidAt(key, at.value));
  const proven = readDeletion(nodeFileSystem, root, runId, keys);
  return proven.ok ? proven.value : nothingDeleted;
}

/** For the seal: whether a file may be missing. Whether the record is good, W.5 judges. */
export function isNamedIn({ deletion, signed }: RetainedRaw): (path: string) => boolean {
  const gone = new Set(signed === false ? [] : deletion?.files.map(({ path }) => path));
  return (path) => gone.has(path);
}
