"""C17: the root's log is signed, whole, only grew, and knows every sealed run (seal.md 5)."""

import hashlib
import os

from merkle import leaf_hash, tree_root
from notes import growth_fault, is_valid_at, open_note, remembered, trusted
from seal import parse_time
from strict import (HEX_64, Refused, canonical_base64, canonical_line, is_version_one, members,
                    read_regular)

STATEMENT = "attestations.intoto.jsonl"
FIELDS = "kind logged_utc origin root run_id sealed_utc seq statement_sha256 tree_size v"


def parse_entry(line: bytes, number: int) -> dict:
    """A line of 5.2."""
    entry = members(canonical_line(line, end=""), FIELDS)
    if entry["kind"] != "run_sealed" or not is_version_one(entry["v"]):
        raise Refused("no run_sealed of version 1")
    if type(entry["seq"]) is not int or entry["seq"] != number:
        raise Refused(f"it says that it is entry {entry['seq']}")
    canonical_base64(entry["root"], 32)
    parse_time(entry["logged_utc"])
    parse_time(entry["sealed_utc"])
    if type(entry["tree_size"]) is not int or entry["tree_size"] < 1 or (
            not HEX_64.fullmatch(entry["statement_sha256"]) or not entry["origin"]
            or not isinstance(entry["run_id"], str)):
        raise Refused("a member of it is of another kind")
    return entry


def check_log(root: str, policy: dict, memory, finding):
    """Everything about the log but the runs; its entries by run, None where nothing signs them."""
    keys, folder = trusted(policy, "log"), os.path.join(root, "log")
    origin, hashes, entries = f"{policy['system']}/log", [], {}
    try:
        said, size, signed_root, signers = open_note(
            read_regular(os.path.join(folder, "checkpoint")), keys)
        if said != origin or len(signers) < policy["thresholds"].get("log", 1):
            raise Refused(f"it is the checkpoint of {said}, or too few trusted keys signed it")
        data = read_regular(os.path.join(folder, "leaves.jsonl"))
    except (OSError, ValueError) as error:
        finding("log_checkpoint_wrong", "checkpoint", None, str(error))
        return None
    lines = data.split(b"\n")
    tail = lines.pop()
    last = None
    for number, line in enumerate(lines[:size]):
        try:
            last = parse_entry(line, number)
            if last["run_id"] in entries:
                raise Refused(f"{last['run_id']} is there before")
            entries[last["run_id"]] = last
        except (ValueError, TypeError, KeyError) as error:
            finding("log_entry_malformed", "leaves.jsonl", number + 1, str(error))
    hashes = [leaf_hash(line) for line in lines]
    if len(hashes) < size:
        finding("log_truncated", "leaves.jsonl", len(hashes) + 1, f"the checkpoint signs {size}")
    elif tree_root(hashes[:size]) != signed_root:
        finding("log_root_differs", "leaves.jsonl", None, "not what the checkpoint signs")
    elif len(hashes) > size or tail:
        finding("log_tail_unsigned", "leaves.jsonl", size + 1, "what follows proves nothing")
    # A checkpoint carries no time of its own; its last entry does (5.7).
    if last is not None and not all(is_valid_at(key, parse_time(last["logged_utc"]))
                                    for _, _, key in signers):
        finding("log_key_expired", "checkpoint", None, "its key was not valid then")
    try:
        fault = growth_fault(remembered(memory, origin, keys), hashes[:size])
        if fault is not None:
            finding(f"log_{fault}", "leaves.jsonl", None, "not the log that was seen before")
    except (OSError, ValueError) as error:
        finding("witness_unreadable", None, None, str(error))
    return entries


def check_runs(root: str, entries: dict, finding):
    """5.6: what the log knows is there with its seal, and what is there the log knows."""
    present = {}
    for folder in ("runs_hf", "runs"):
        path = os.path.join(root, folder)
        for name in sorted(os.listdir(path)) if os.path.isdir(path) else []:
            directory = os.path.join(path, name)
            if os.path.isdir(directory) and not os.path.islink(directory):
                present.setdefault(name, []).append(statement_digest(directory))
    for name, entry in entries.items():
        if name not in present:
            finding("log_run_missing", name, None, "the log says that it was sealed")
        elif present[name] != [entry["statement_sha256"]] * len(present[name]):
            finding("log_run_replaced", name, None, "it has another seal than the log knows")
    for name, digests in present.items():
        if any(digests) and name not in entries:
            finding("log_run_unlisted", name, None, "it is sealed and the log does not know it")


def statement_digest(directory: str):
    try:
        return hashlib.sha256(read_regular(os.path.join(directory, STATEMENT))).hexdigest()
    except (OSError, ValueError):
        return None


def installation_log(verdict, name: str, root, policy, memory, is_signed: bool):
    """The claim about a run of this name; a root of None: the run is under none."""
    claim = "installation_log"
    if root is None:
        return verdict.add(claim, "NOT_APPLICABLE", "run_not_under_root")
    why = None
    if policy is None:
        why = "no_policy"
    elif not trusted(policy, "log"):
        why = "no_log_key_trusted"
    elif not os.path.lexists(os.path.join(root, "log")) and not (
            memory is not None and os.path.isdir(memory)):
        why = "no_log"
    if why is not None:
        return verdict.add(claim, "NOT_MEASURABLE" if is_signed else "NOT_APPLICABLE",
                           why if is_signed else "not_signed")
    known = {}

    def check(finding, _):
        entries = check_log(root, policy, memory, finding)
        if entries is not None:
            known.update(entries)
            check_runs(root, known, finding)
        return len(known)
    verdict.claim(claim, check)
    if verdict.of(claim) != "FAIL" and not is_signed and name not in known:
        verdict.claims[-1].update(verdict="NOT_APPLICABLE", reason="not_signed")
