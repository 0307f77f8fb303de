"""The stage-1 pool of a root, its checkpoints and snapshots: P1 to P8 of docs/contracts/pools.md."""

import hashlib
import os
import re

from merkle import consistency_proof, is_consistent, leaf_hash, tree_root
from notes import growth_fault, open_note, remembered, trusted
from pool_records import RunFiles, genome_faults, own_faults, read_record
from records import MANIFEST, read_document
from seal import parse_note, parse_sums
from snapshots import check_snapshots
from strict import Refused, read_regular
from world_shapes import WORLD

POOL_FILE, FOLDER = "pools/stage1/pool.jsonl", "pools/stage1"
MAX_RECORDS = 2_097_152


class Pool:
    """The lines of a pool, their hashes, and the records among them."""

    def __init__(self, root: str):
        self.root, self.folder = root, os.path.join(root, FOLDER)
        self.lines, self.records, self.torn, self.exists = [], [], b"", True
        try:
            data = read_regular(os.path.join(self.folder, "pool.jsonl"))
        except FileNotFoundError:
            data, self.exists = b"", False
        self.lines = data.split(b"\n")
        self.torn = self.lines.pop()
        self.hashes = [leaf_hash(line) for line in self.lines]
        self.checkpoints, self.strangers = self._checkpoints()

    def _checkpoints(self):
        found, strangers = {}, []
        for name in self.names("checkpoints"):
            number = re.fullmatch(r"([1-9]\d{0,15})\.checkpoint", name)
            if number is None:
                strangers.append(name)
            else:
                found[int(number[1])] = read_regular(os.path.join(self.folder, "checkpoints", name))
        return dict(sorted(found.items())), strangers

    def names(self, folder: str) -> list:
        path = os.path.join(self.folder, folder)
        names = os.listdir(path) if os.path.isdir(path) else []
        return sorted(name for name in names if not name.endswith(".tmp"))


def verify_pool(verdict, root: str, policy, memory):
    pool = Pool(root)
    snapshots = {}

    def snapshot_claim(finding, _):
        snapshots.update(check_snapshots(pool, policy, finding))
        return len(snapshots)
    verdict.claim("pool_records", lambda finding, _: check_records(pool, memory, policy, finding))
    verdict.claim("pool_ids", lambda finding, _: check_ids(pool, finding))
    verdict.claim("pool_genomes", lambda finding, _: check_genomes(pool, finding))
    verdict.claim("pool_sources", lambda finding, gap: check_sources(pool, finding, gap))
    verdict.claim("pool_coverage", lambda _, gap: check_coverage(pool, gap))
    verdict.claim("pool_checkpoints",
                  lambda finding, gap: check_checkpoints(pool, policy, memory, (finding, gap)))
    if pool.names("snapshots"):
        verdict.claim("pool_snapshots", snapshot_claim)
    else:
        verdict.add("pool_snapshots", "NOT_APPLICABLE", "no_snapshot")
    verdict.claim("authenticity", lambda finding, gap: check_signers(
        pool, policy, snapshots, (finding, gap)))


def check_records(pool: Pool, memory, policy, finding) -> int:
    if not pool.exists:
        if not pool.checkpoints and not pool.names("snapshots") and (
                remembered_of(policy, memory) is None):
            raise FileNotFoundError("no pool under this root")
        finding("pool_removed", POOL_FILE, None, "something speaks of it")
    if len(pool.lines) > MAX_RECORDS:
        finding("pool_too_large", POOL_FILE, MAX_RECORDS + 1, "more records than a pool holds")
    for line, data in enumerate(pool.lines, 1):
        try:
            record = read_record(data)
            pool.records.append((line, record))
            for field in own_faults(record):
                finding("record_inconsistent", POOL_FILE, line, field)
        except (ValueError, KeyError, TypeError, ZeroDivisionError, RecursionError) as error:
            finding("record_invalid", POOL_FILE, line, str(error))
    if pool.torn:
        finding("pool_tail_torn", POOL_FILE, len(pool.lines) + 1, "the last line does not end")
    return len(pool.lines)


def check_ids(pool: Pool, finding) -> int:
    seen = {}
    for line, record in pool.records:
        first = seen.setdefault((record["source"]["run_id"], record["agent_id"]), line)
        if first != line:
            finding("pool_id_repeated", POOL_FILE, line, f"{record['id']} is on line {first}")
    return len(pool.records)


def check_genomes(pool: Pool, finding) -> int:
    for line, record in pool.records:
        for field in genome_faults(record):
            finding("genome_differs", POOL_FILE, line, field)
    return len(pool.records)


def sealed_run(root: str, name: str):
    """The lines that a sealed run makes; None when the run is not here."""
    directory = os.path.join(root, "runs_hf", name)
    if not os.path.isdir(directory):
        return None
    sums = parse_sums(read_regular(os.path.join(directory, "SHA256SUMS")))

    def read(file):
        data = read_regular(os.path.join(directory, file))
        if sums.get(file) != hashlib.sha256(data).hexdigest():
            raise Refused(f"{file} is not what the seal of {name} lists")
        return data
    return RunFiles(read).records()


def check_sources(pool: Pool, finding, gap) -> int:
    by_run, absent = {}, 0
    for line, record in pool.records:
        by_run.setdefault(record["source"]["run_id"], []).append(line)
    for name, lines in by_run.items():
        try:
            due = sealed_run(pool.root, name)
        except (OSError, ValueError, KeyError, TypeError) as error:
            finding("source_run_unsound", POOL_FILE, lines[0], str(error))
            continue
        if due is None:
            absent += 1
        elif [pool.lines[line - 1].decode() for line in lines] != due:
            at = next((line for line, text in zip(lines, due)
                       if pool.lines[line - 1].decode() != text), lines[-1])
            finding("source_records_differ", POOL_FILE, at, f"not the lines of {name}")
    if absent:
        gap("source_runs_absent", POOL_FILE, None, f"{absent} of {len(by_run)}")
    return len(by_run)


def check_coverage(pool: Pool, gap) -> int:
    there = {record["source"]["run_id"] for _, record in pool.records}
    folder, looked = os.path.join(pool.root, "runs_hf"), 0
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        directory = os.path.join(folder, name)
        try:
            if not os.path.lexists(os.path.join(directory, "SHA256SUMS")):
                continue
            manifest = read_document(read_regular(os.path.join(directory, MANIFEST)), WORLD,
                                     "run_manifest")
            has_survivors = os.path.getsize(os.path.join(directory, "survivors.jsonl")) > 0
        except (OSError, ValueError):
            continue
        looked += 1
        if manifest["status"] == "completed" and has_survivors and name not in there:
            gap("runs_not_in_pool", POOL_FILE, None, name)
    return looked


def origin_of(policy) -> str:
    return f"{policy['system']}/pool/stage1"


def remembered_of(policy, memory):
    if policy is None or not trusted(policy, "pool"):
        return None
    return remembered(memory, origin_of(policy), trusted(policy, "pool"))


def check_checkpoints(pool: Pool, policy, memory, listeners) -> int:
    """P6: each is of this pool, and a prefix of the next and of the pool."""
    finding, gap = listeners
    chain, origin = [], None if policy is None else origin_of(policy)
    for name in pool.strangers:
        finding("checkpoint_stranger", f"{FOLDER}/checkpoints/{name}", None, "no checkpoint")
    for size, data in pool.checkpoints.items():
        file = f"{FOLDER}/checkpoints/{size}.checkpoint"
        try:
            _, said, count, root, _ = parse_note(data)
            origin = origin or said
            if (said, count) != (origin, size) or not said.endswith("/pool/stage1"):
                raise Refused(f"it is of {said} and of size {count}")
        except ValueError as error:
            finding("checkpoint_differs", file, None, str(error))
            continue
        if size > len(pool.hashes):
            finding("pool_rolled_back", file, None, f"the pool has {len(pool.hashes)} records")
        elif tree_root(pool.hashes[:size]) != root:
            finding("pool_root_differs", POOL_FILE, (chain[-1][0] if chain else 0) + 1,
                    f"not what {size}.checkpoint signs")
        else:
            chain.append((size, root))
    chain_end = (len(pool.hashes), tree_root(pool.hashes))
    for (old, old_root), (size, root) in zip(chain, [*chain[1:], chain_end]):
        proof = consistency_proof(old, pool.hashes[:size])
        if not is_consistent(old, old_root, size, root, proof):
            finding("pool_not_consistent", POOL_FILE, None, f"from {old} to {size} records")
    fault = growth_fault(remembered_of(policy, memory), pool.hashes)
    if fault is not None:
        finding(f"pool_{fault}", POOL_FILE, None, "not the pool that was seen before")
    if not pool.checkpoints:
        gap("no_checkpoint", POOL_FILE, None, "nobody signed it")
    return len(pool.checkpoints)


def check_signers(pool: Pool, policy, snapshots: dict, listeners) -> int:
    """P8: who signed, by the policy alone."""
    finding, gap = listeners
    keys = [] if policy is None else trusted(policy, "pool")
    if not keys:
        gap("no_trust_policy" if policy is None else "no_pool_key_trusted", None, None, "")
        return 0
    newest, generation = 0, 0
    for size, data in pool.checkpoints.items():
        file = f"{FOLDER}/checkpoints/{size}.checkpoint"
        try:
            *_, signers = open_note(data, keys)
        except ValueError as error:
            finding("checkpoint_signature_wrong", file, None, str(error))
            continue
        if len(signers) < policy["thresholds"].get("pool", 1):
            finding("checkpoint_threshold_missed", file, None, f"{len(signers)} trusted keys")
        newest_key = max(key["generation"] for _, _, key in signers)
        if newest_key < generation:
            finding("checkpoint_key_superseded", file, None, f"generation {newest_key}")
        newest, generation = size, max(generation, newest_key)
    if newest == 0:
        gap("no_checkpoint", None, None, "nobody signed it")
    elif newest < len(pool.hashes):
        gap("records_unsigned", POOL_FILE, newest + 1, f"{len(pool.hashes) - newest} records")
    unsigned = [each for each, is_signed in snapshots.items() if not is_signed]
    if unsigned:
        gap("snapshots_unsigned", None, None, ", ".join(unsigned))
    return len(pool.checkpoints)


def pool_lines(verdict, directory, manifest: dict, root):
    """C14: each survivor of a completed run has its line in the pool, and nobody else."""
    path = None if root is None else os.path.join(root, FOLDER, "pool.jsonl")
    if path is None or not os.path.lexists(path):
        verdict.add("pool_lines", "NOT_APPLICABLE",
                    "run_not_under_root" if root is None else "no_pool_under_root")
        return

    def check(finding, _):
        due = RunFiles(directory.read).records()
        prefix = f'{{"id":"{manifest["run_id"]}:'.encode()
        data = read_regular(path)
        if not data.endswith(b"\n") and data:
            finding("text_not_canonical", POOL_FILE, data.count(b"\n") + 1, "it does not end")
        lines = data.split(b"\n")[:-1]
        ours = [(line, text) for line, text in enumerate(lines, 1) if text.startswith(prefix)]
        wanted = {text.encode() for text in due}
        for line, text in ours:
            if text not in wanted:
                finding("pool_line_differs", POOL_FILE, line, "not what the sealed run says")
            wanted.discard(text)
        for text in sorted(wanted):
            finding("pool_line_missing", POOL_FILE, None, text[:60].decode())
        return len(due) + len(lines)
    verdict.claim("pool_lines", check, "population_balance")
