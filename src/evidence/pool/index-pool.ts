import { err, type Fault, ok, type Result } from "#base";
import { noteVerifiers, trustedKeys } from "../keys/policy.ts";
import { judgeGrowth, recallCheckpoint } from "../log/witness-memory.ts";
import { equalHashes } from "../merkle/hash.ts";
import { rootOfSize } from "../merkle/proof.ts";
import type { Checkpoint } from "../seal/checkpoint.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { createIdBook, type IdBook, partsOfId } from "./id-book.ts";
import { judgeCheckpoint, listCheckpoints } from "./pool-checkpoints.ts";
import { checkpointName, type PoolPlace, poolOrigin } from "./pool-place.ts";
import { createLeafHasher, createPoolTree, maxPoolRecords, type PoolTree } from "./pool-tree.ts";
import type { PoolTrust } from "./pool-trust.ts";
import { readPool } from "./read-pool.ts";

/**
 * Whether a record may be signed: `proven` by its sealed run, `unproven` where that is not here.
 * A record that is not what its run says is a fault, and nothing is appended after it.
 */
export type TailExaminer = (
  line: Uint8Array,
  number: number,
) => Result<"proven" | "unproven", Fault>;

/** The live pool as its one writer finds it. */
export type IndexedPool = Readonly<{
  exists: boolean;
  tree: PoolTree;
  ids: IdBook;
  /** Bytes of the records; what follows them is torn, or no record at all. */
  bytes: number;
  /** Records and bytes that the newest checkpoint covers. */
  signedSize: number;
  signedBytes: number;
  /** Whether every record behind the newest checkpoint may be signed. */
  isTailProven: boolean;
}>;

export type IndexOptions = Readonly<{ trust: PoolTrust; examine: TailExaminer }>;

/**
 * Reads the pool once and holds it against all its checkpoints and against what was seen of it
 * before. Faults: pool_rolled_back, pool_rewritten, pool_unreadable, those of the examiner,
 * of judgeCheckpoint and of the store.
 */
export function indexPool(
  fs: FileSystem,
  place: PoolPlace,
  { trust, examine }: IndexOptions,
): Result<IndexedPool, Fault> {
  const signed = readCheckpoints(fs, place, trust);
  if (!signed.ok) return signed;
  const there = attemptIo("read", place.pool, () => fs.look(place.pool) !== null);
  if (!there.ok) return there;
  const signedSize = signed.value.at(-1)?.size ?? 0;
  const tail = trust.key === null ? null : examine;
  const scanned = there.value
    ? scan(fs, place, { checkpoints: signed.value, signedSize, examine: tail })
    : ok({
        tree: createPoolTree(),
        ids: createIdBook(),
        bytes: 0,
        signedBytes: 0,
        isTailProven: true,
      });
  if (!scanned.ok) return scanned;
  const { tree } = scanned.value;
  if (tree.size < signedSize) {
    const message = `it has ${tree.size} records, and ${signedSize} were signed; ${whatToDo}`;
    return err({ code: "pool_rolled_back", message, at: place.pool });
  }
  const seen = compareWithMemory(place, trust, tree);
  return seen.ok ? ok({ ...scanned.value, exists: there.value, signedSize }) : seen;
}

function readCheckpoints(
  fs: FileSystem,
  place: PoolPlace,
  { policy }: PoolTrust,
): Result<readonly Checkpoint[], Fault> {
  const folder = listCheckpoints(fs, place);
  if (!folder.ok) return folder;
  const origin = policy === null ? null : poolOrigin(policy.system);
  const checkpoints: Checkpoint[] = [];
  for (const { size, bytes } of folder.value.notes) {
    const judged = judgeCheckpoint(bytes, { origin, size }, policy);
    if (!judged.ok)
      return err({ ...judged.fault, at: `${place.checkpoints}/${checkpointName(size)}` });
    checkpoints.push(judged.value.checkpoint);
  }
  return ok(checkpoints);
}

type ScanOptions = Readonly<{
  checkpoints: readonly Checkpoint[];
  signedSize: number;
  examine: TailExaminer | null;
}>;

type Scan = Omit<IndexedPool, "exists" | "signedSize">;

function scan(
  fs: FileSystem,
  place: PoolPlace,
  { checkpoints, signedSize, examine }: ScanOptions,
): Result<Scan, Fault> {
  const tree = createPoolTree();
  const ids = createIdBook();
  const hashLeaf = createLeafHasher();
  const rootBySize = new Map(checkpoints.map(({ size, root }) => [size, root]));
  let fault: Fault | null = null;
  /** A line that is no record; behind the signed ones it may be torn, which recovery decides. */
  let isBroken = false;
  let [bytes, signedBytes, isTailProven] = [0, 0, true];

  function refuse(code: string, number: number, message: string): void {
    isBroken = true;
    fault ??= { code, message, at: `${place.pool} line ${number}` };
  }

  const read = readPool(fs, place.pool, {
    line(line, number, end): void {
      if (isBroken) return;
      const id = partsOfId(idAtStart(line));
      // Sectors that never reached the disk read as zeroes.
      if (number > signedSize && (id === null || line.includes(0))) {
        isBroken = true;
        return;
      }
      if (id === null) return refuse("pool_rewritten", number, "it is no record, and was signed");
      const known = ids.lineOf(id.runId, id.agentId);
      if (known !== null) return refuse("pool_unreadable", number, `it repeats line ${known}`);
      if (tree.size >= maxPoolRecords) return refuse("pool_full", number, "too many records");
      ids.add(id.runId, id.agentId, number);
      tree.add(hashLeaf(line));
      bytes = end;
      if (number === signedSize) signedBytes = end;
      const root = rootBySize.get(number);
      if (root !== undefined && !equalHashes(root, tree.root())) {
        const message = `the first ${number} records are not those that were signed; ${whatToDo}`;
        return refuse("pool_rewritten", number, message);
      }
      if (number <= signedSize || examine === null) return;
      const examined = examine(line, number);
      if (!examined.ok) {
        isBroken = true;
        fault ??= examined.fault;
      } else if (examined.value === "unproven") isTailProven = false;
    },
    tooLong(number): void {
      if (number > signedSize) isBroken = true;
      else refuse("pool_rewritten", number, "it is longer than any record");
    },
  });
  if (!read.ok) return read;
  return fault === null ? ok({ tree, ids, bytes, signedBytes, isTailProven }) : err(fault);
}

const whatToDo = "restore the pool from a copy (assay pool verify says more)";

/** The id that a record begins with; empty for anything else. */
function idAtStart(line: Buffer): string {
  const head = line.toString("latin1", 0, 80);
  return /^\{"id":"([^"]{1,64})",/.exec(head)?.[1] ?? "";
}

/** What the installation remembers of this pool, however much of it is gone. */
function compareWithMemory(
  place: PoolPlace,
  { policy, memory }: PoolTrust,
  tree: PoolTree,
): Result<void, Fault> {
  if (policy === null || memory === null) return ok(undefined);
  const verifiers = noteVerifiers(trustedKeys(policy, "pool"));
  if (verifiers.length === 0) return ok(undefined);
  const origin = poolOrigin(policy.system);
  const known = recallCheckpoint(memory, origin, verifiers);
  if (!known.ok) return known;
  const now = { origin, size: tree.size, root: tree.root(), extensions: [] };
  const rootAt = (size: number): Uint8Array | null =>
    size > tree.size ? null : rootOfSize(size, tree.nodes());
  const grown = judgeGrowth(known.value, { checkpoint: now, rootAt });
  if (grown.ok) return ok(undefined);
  if (grown.fault.code !== "log_rolled_back") {
    const message = `its first records are not those last seen at this path; ${whatToDo}`;
    return err({ code: "pool_rewritten", message, at: place.pool });
  }
  const message =
    `the pool has ${tree.size} records, and had ${known.value?.size} when last seen at this ` +
    `path; ${whatToDo}, or move its runs and its log away with it, and all begins anew`;
  return err({ code: "pool_rolled_back", message, at: place.pool });
}
