"""Snapshots of a pool: docs/contracts/pools.md section 5 and claim P7."""

import hashlib
import os
import re
import stat
from contextlib import contextmanager

from merkle import leaf_hash, multiproof_root, tree_root
from notes import open_note, trusted
from pool_records import genome_faults, own_faults, read_record
from records import read_document
from seal import parse_note
from shapes import Shapes, read_table
from strict import Refused, canonical_base64, read_regular, stringify

BROKEN = (OSError, ValueError, KeyError, TypeError, StopIteration)
NAME = re.compile(r"snapshot_([0-9a-f]{16})\.(jsonl|json|checkpoint)")
TEXTS = """run_id dataset_id window config_hash core_hash cohort_id lineage_id gene_id
genome_schema_version origin""".split()
FLAGS = ["has_nan", "has_inf", "has_explosion"]
NUMBERS = """seed generation lifetime_return costs_micro final_capital_micro closed children
age_ticks run_deaths""".split()
COMPARE = {"=": lambda a, b: a == b, "!=": lambda a, b: a != b, ">=": lambda a, b: a >= b,
           "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, "<": lambda a, b: a < b}

TABLE = """
document schema_version:=pool_snapshot/1 id:h16 pool:=stage1 created_at:t note:r?
  note_reason:=none_given? rule:[@filter] pool_size:p pool_root:s records:p bytes:p sha256:h64
  genes:p windows:[@window] lines:[s] proof:[s]
filter field:r operator:r value:j
window dataset_id:r name:r start_utc:t end_utc:t records:p
"""

DOCUMENT = Shapes(read_table(TABLE))


def check_snapshots(pool, policy, finding) -> dict:
    """P7; gives for each snapshot whether it is signed."""
    signed, parts = {}, {}
    for name in pool.names("snapshots"):
        match = NAME.fullmatch(name)
        parts.setdefault(match and match[1], []).append(name)
    for name in parts.pop(None, []):
        finding("snapshot_stranger", place(name), None, "belongs to no snapshot")
    for identity, names in parts.items():
        records = f"snapshot_{identity}.jsonl"
        if records not in names:
            for name in names:
                finding("snapshot_stranger", place(name), None, "without its records")
            continue
        try:
            signed[identity] = check_snapshot(pool, identity, policy)
        except BROKEN as error:
            file = getattr(error, "file", "jsonl")
            finding("snapshot_altered", place(f"snapshot_{identity}.{file}"), None, str(error))
            signed[identity] = True
    return signed


def place(name: str) -> str:
    return f"pools/stage1/snapshots/{name}"


@contextmanager
def blaming(suffix: str):
    """What is refused within is the fault of this file of the snapshot."""
    try:
        yield
    except BROKEN as error:
        error.file = getattr(error, "file", suffix)
        raise


def check_snapshot(pool, identity: str, policy) -> bool:
    """Refuses a snapshot that does not open (5.7); gives whether it is signed."""
    def path(suffix):
        return os.path.join(pool.folder, "snapshots", f"snapshot_{identity}.{suffix}")
    is_signed = os.path.lexists(path("checkpoint"))
    for suffix in ("jsonl", "json", *(["checkpoint"] if is_signed else [])):
        with blaming(suffix):
            mode = os.lstat(path(suffix)).st_mode
            if not stat.S_ISREG(mode) or mode & 0o222:
                raise Refused("no regular file that nobody may write")
    data = read_regular(path("jsonl"))
    digest = hashlib.sha256(data).hexdigest()
    if digest[:16] != identity:
        raise Refused("its name is not that of its records")
    # The records are those of their name: whatever does not fit them is the fault of the others.
    with blaming("json"):
        document_bytes = read_regular(path("json"))
        hashes = check_content(document_bytes, identity, (digest, data), pool)
    if is_signed:
        with blaming("checkpoint"):
            check_signature(read_regular(path("checkpoint")), identity,
                            [*hashes, leaf_hash(document_bytes)], policy)
    return is_signed


def check_content(document_bytes: bytes, identity: str, facts, pool) -> list:
    """Document against records and pool; gives the hashes of the lines."""
    digest, data = facts
    document = read_document(document_bytes, DOCUMENT, "document")
    if document["id"] != identity:
        raise Refused("the document of another snapshot")
    note = document["note"]
    if (note is None) == (document["note_reason"] is None) or (
            note is not None and not re.fullmatch(r"[^\n\r]{1,500}", note)):
        raise Refused("note and its reason do not fit")
    lines = data.split(b"\n")
    if lines.pop() != b"":
        raise Refused("the last line does not end")
    records = [checked(line) for line in lines]
    if len({each["id"] for each in records}) != len(records):
        raise Refused("an id is there twice")
    for each in records:
        if not all(takes(rule, each) for rule in document["rule"]):
            raise Refused(f"{each['id']} is not what the rule takes")
    check_facts(document, (digest, data, records))
    hashes = [leaf_hash(line) for line in lines]
    check_proof(document, hashes, pool)
    return hashes


def checked(line: bytes) -> dict:
    record = read_record(line)
    for field in [*own_faults(record), *genome_faults(record)]:
        raise Refused(f"{field} of a record does not follow from the rest")
    return record


def check_facts(document: dict, facts):
    digest, data, records = facts
    windows = {}
    for each in records:
        window = each["source"]["window"]
        key = (each["source"]["dataset_id"], window["start_utc"], window["end_utc"],
               window["name"])
        windows[key] = windows.get(key, 0) + 1
    rows = [{"dataset_id": key[0], "name": key[3], "start_utc": key[1], "end_utc": key[2],
             "records": windows[key]} for key in sorted(windows, key=lambda k: stringify(list(k)))]
    due = {"records": len(records), "bytes": len(data), "sha256": digest, "windows": rows,
           "genes": len({each["gene_id"] for each in records})}
    for field, value in due.items():
        if document[field] != value:
            raise Refused(f"{field} of the document is not what the records make")


def chosen_lines(document: dict) -> list:
    """The numbers of the chosen leaves from 0, of ranges that ascend and do not touch (5.3)."""
    chosen, end = [], -1
    for text in document["lines"]:
        match = re.fullmatch(r"([1-9]\d{0,9})(?:-([1-9]\d{0,9}))?", text)
        if match is None:
            raise Refused("a range of lines that is none")
        first, last = int(match[1]), int(match[2] or match[1])
        if first <= end + 1 or (match[2] and last <= first) or last > document["pool_size"]:
            raise Refused("ranges of lines that touch, or leave the pool")
        chosen.extend(range(first - 1, last))
        end = last
    if len(chosen) != document["records"]:
        raise Refused("lines of another number than the records")
    return chosen


def check_proof(document: dict, hashes: list, pool):
    """5.5, and the pool of today begins with that of the snapshot."""
    size, root = document["pool_size"], canonical_base64(document["pool_root"], 32)
    proof = iter([canonical_base64(each, 32) for each in document["proof"]])
    leaves = iter(hashes)
    chosen = set(chosen_lines(document))
    if multiproof_root(0, size, chosen, leaves, proof) != root or next(proof, None) is not None:
        raise Refused("the proof does not lead to the root of the pool")
    if size > len(pool.hashes):
        raise Refused(f"taken from {size} records, the pool has {len(pool.hashes)}")
    if tree_root(pool.hashes[:size]) != root:
        raise Refused("taken from another pool than this")


def check_signature(data: bytes, identity: str, hashes: list, policy):
    """5.6."""
    _, origin, size, root, _ = parse_note(data)
    if policy is not None and trusted(policy, "pool"):
        _, _, _, signers = open_note(data, trusted(policy, "pool"))
        if len(signers) < policy["thresholds"].get("pool", 1):
            raise Refused("too few trusted keys signed it")
        if origin != f"{policy['system']}/pool/stage1/snapshot/{identity}":
            raise Refused(f"its checkpoint is of {origin}")
    if (size, root) != (len(hashes), tree_root(hashes)):
        raise Refused("its checkpoint signs something else")


def takes(rule: dict, record: dict) -> bool:
    """5.4: whether a rule takes a record."""
    field, operator, value = rule["field"], rule["operator"], rule["value"]
    if operator not in COMPARE:
        raise Refused(f"{operator!r} is no operator")
    kind = str if field in TEXTS else bool if field in FLAGS else (int, float)
    if field not in TEXTS + FLAGS + NUMBERS or not isinstance(value, kind) or (
            isinstance(value, bool) and field not in FLAGS) or (
            field not in NUMBERS and operator not in ("=", "!=")):
        raise Refused(f"a rule that is none: {field} {operator}")
    return COMPARE[operator](value_of(record, field), value)


def value_of(record: dict, field: str):
    if field == "window":
        return record["source"]["window"]["name"]
    metrics = record["metrics_summary"]
    parts = (record, record["source"], metrics, metrics["life"])
    return next(part[field] for part in parts if field in part)
