"""Raw evidence: shards of the full tier, samples of the screening tier, and what retention took
(docs/contracts/orders.md: Raw shards, Raw samples, 6)."""

import hashlib
import os
from datetime import datetime

from ed25519 import is_signed
from notes import is_valid_at, trusted
from order_files import SHARDS, OrderFiles
from order_shapes import ORDERS
from records import read_document, read_line, read_lines
from seal import keyid, parse_sums, parse_time
from strict import Refused, canonical_base64, canonical_line, members, read_regular

DELETION_TYPE = "application/vnd.assay.deletion-record+json"
TRIGGERS = """error reject timeout forced_liquidation collapse self_trade_suspicion
baseline""".split()


def raw_shards(files: OrderFiles, finding, _) -> int:
    count = 0
    for stem in SHARDS:
        file, index = f"{stem}_index.json", files.documents.get(f"{stem}_index")
        named = (files.manifest.get(f"{stem}_index_path"),
                 files.manifest.get(f"{stem}_index_hash"))
        if named != (file, files.directory.sha.get(file)):
            finding("shard_index_not_named", "run_manifest.json", None, file)
        if index is None:
            continue
        count += 1 + len(index["shards"])
        for part, entry in enumerate(index["shards"], 1):
            check_shard(files, stem, (part, entry), finding)
        listed = {entry["filename"] for entry in index["shards"]}
        for name in files.directory.files:
            if name.startswith(f"{stem}_part_") and name not in listed:
                finding("shard_not_listed", name, None, "no index names it")
        totals = (len(index["shards"]), sum(each["records_count"] for each in index["shards"]))
        if (index["total_shards"], index["total_records"]) != totals:
            finding("shard_totals_differ", file, None, f"{totals} by its list")
        check_closing(files, index, finding)
    return count


def check_shard(files: OrderFiles, stem: str, shard, finding):
    part, entry = shard
    name = entry["filename"]
    if name != f"{stem}_part_{part:04d}.json":
        finding("shard_misnamed", f"{stem}_index.json", None, name)
    if name not in files.directory.sha:
        finding("shard_missing", name, None, "the index names it")
        return
    if (entry["sha256"], entry["sha256_16"]) != (files.directory.sha[name],
                                                 files.directory.sha[name][:16]):
        finding("shard_digest_differs", name, None, "a closed shard never changes")
    value = files.shards[stem].get(name)
    if value is None:
        return
    if (value["part"], value["stem"]) != (part, stem):
        finding("shard_misnamed", name, None, f"it says that it is part {value['part']}")
    rows = value["records"]
    due = (len(rows), rows[0]["ts_utc"], rows[-1]["ts_utc"]) if rows else None
    if (entry["records_count"], entry["start_ts"], entry["end_ts"]) != due:
        finding("shard_contents_differ", name, None, "not what the index says of it")


def millis(text: str) -> float:
    return parse_time(text).timestamp() * 1000


def check_closing(files: OrderFiles, index: dict, finding):
    """R.2."""
    policy, stem = index["policy"], None
    parts = []
    for each in index["shards"]:
        for stem in SHARDS:
            if each["filename"] in files.shards[stem]:
                parts.append((each["filename"], files.shards[stem][each["filename"]]["records"]))
    for name, rows in parts:
        span = millis(rows[-1]["ts_utc"]) - millis(rows[0]["ts_utc"]) if rows else 0
        if len(rows) > policy["max_records"] or span > policy["max_span_ms"]:
            finding("shard_over_bound", name, None, "larger than the policy says")
    for (name, rows), (_, after) in zip(parts, parts[1:]):
        if not rows or not after:
            continue
        span = millis(after[0]["ts_utc"]) - millis(rows[0]["ts_utc"])
        if len(rows) + 1 <= policy["max_records"] and span <= policy["max_span_ms"]:
            finding("shard_closed_early", name, None, "the next record had room")


def raw_samples(files: OrderFiles, deletion, finding, gap) -> int:
    directory = files.directory
    inside = {name for name in directory.files if name.startswith("raw/")}
    for name in ("raw/raw_account.json", "raw/SHA256SUMS"):
        if name not in inside:
            finding("raw_missing", name, None, "every screening run at a venue has it")
    if "raw/SHA256SUMS" not in inside or "raw/raw_account.json" not in inside:
        return 1
    sums = parse_sums(directory.read("raw/SHA256SUMS"))
    gone = [name for name in sums if f"raw/{name}" not in inside]
    excused = dict(deletion["digests"]) if deletion else {}
    for name in sorted(inside - {"raw/SHA256SUMS"}):
        if sums.get(name[4:]) != directory.sha.get(name):
            finding("raw_sums_differ", name, None, "not what raw/SHA256SUMS says")
    for name in gone:
        if excused.get(f"raw/{name}") != sums[name]:
            finding("raw_file_lost", f"raw/{name}", None, "gone without a record of it")
    if gone and deletion and deletion["signature"] == "wrong":
        finding("deletion_signature_wrong", None, None, "the record is of no trusted key")
    if gone and deletion and deletion["signature"] == "unknown":
        gap("deletion_unproven", None, None, "nobody said whose key signs")
    if gone and deletion and deletion["raw_sums_sha256"] != directory.sha["raw/SHA256SUMS"]:
        finding("raw_sums_differ", "raw/SHA256SUMS", None, "not the sums of the deletion record")
    account = read_document(directory.read("raw/raw_account.json"), ORDERS, "raw_account")
    if account["run_id"] != files.run_id:
        finding("raw_record_malformed", "raw/raw_account.json", None, "of another run")
    if sum(directory.size[name] for name in inside) > account["policy"]["budget_bytes"]:
        finding("raw_over_budget", "raw", None, "larger than its budget")
    return len(sums) + check_account(files, account, set(gone), finding)


def check_account(files: OrderFiles, account: dict, gone: set, finding) -> int:
    """W.2 and W.3: the account against the parts that are there."""
    directory, file, checked = files.directory, "raw/raw_account.json", 0
    kept = {trigger: [0, 0] for trigger in TRIGGERS}
    listed = {part["file"]: part for part in account["parts"]}
    for name in directory.files:
        if name.startswith("raw/") and name.endswith(".jsonl") and name not in listed:
            finding("raw_counts_differ", name, None, "the account does not know it")
    for name, part in listed.items():
        if name[4:] in gone:
            continue
        if name not in directory.sha:
            finding("raw_counts_differ", name, None, "the account lists it")
            continue
        rows = sample_rows(files, name, finding)
        checked += len(rows)
        for line, row, size in rows:
            kept[row["trigger"]][0] += 1
            kept[row["trigger"]][1] += size
            lane = "baseline" if row["trigger"] == "baseline" else "event"
            if lane != part["lane"]:
                finding("raw_record_malformed", name, line, f"a {lane} record")
            if lane == "baseline" and not is_chosen(row["record_id"], account["policy"]):
                finding("raw_selection_wrong", name, line, row["record_id"])
        facts = (len(rows), directory.size[name], rows[0][1]["ts_utc"] if rows else None)
        if (part["records"], part["bytes"], part["first_ts_utc"]) != facts:
            finding("raw_counts_differ", file, None, f"{name} has {facts}")
    if [each["trigger"] for each in account["triggers"]] != TRIGGERS:
        finding("raw_counts_differ", file, None, "not the triggers")
    totals = [0, 0]
    for each in account["triggers"]:
        parts = [each[what] for what in ("kept", "rotated_out", "too_large")]
        for at, what in enumerate(("records", "bytes")):
            totals[at] += each["selected"][what]
            if each["selected"][what] != sum(part[what] for part in parts):
                finding("raw_counts_differ", file, None, f"{each['trigger']} does not add up")
        if not gone and [each["kept"]["records"], each["kept"]["bytes"]] != kept.get(
                each["trigger"]):
            finding("raw_counts_differ", file, None, f"{each['trigger']} kept")
    for at, what in enumerate(("records", "bytes")):
        if account["offered"][what] != account["not_selected"][what] + totals[at]:
            finding("raw_counts_differ", file, None, f"{what} offered do not add up")
    return checked


def sample_rows(files: OrderFiles, name: str, finding) -> list:
    data = files.directory.read(name)
    sizes = [len(line) + 1 for line in data.split(b"\n")[:-1]]
    rows = read_lines(data, lambda line: read_line(line, ORDERS, "sample"),
                      lambda line, detail: finding("raw_record_malformed", name, line, detail))
    for line, row in enumerate(rows, 1):
        if row["run_id"] != files.run_id:
            finding("raw_record_malformed", name, line, f"of run {row['run_id']}")
    return [(line, row, size) for line, (row, size) in enumerate(zip(rows, sizes), 1)]


def is_chosen(record_id: str, policy: dict) -> bool:
    bits = hashlib.sha256(record_id.encode()).digest()[:6]
    return int.from_bytes(bits, "big") % policy["baseline_one_in"] == 0


def deletion_of(context: dict, run_id: str):
    """6.3: what the root's log says that retention took; None where it says nothing."""
    root, policy = context["root"], context["policy"]
    path = root and os.path.join(root, "log", "deletions", f"{run_id}.dsse.json")
    if not path or not os.path.lexists(path):
        return None
    try:
        envelope = members(canonical_line(read_regular(path)), "payload payloadType signatures")
        payload = canonical_base64(envelope["payload"])
        record = canonical_line(payload, end="")
        ORDERS.check({key: record[key] for key in ORDERS.keys("deletion")}, "deletion")
        if envelope["payloadType"] != DELETION_TYPE or record["run_id"] != run_id:
            raise Refused("of another type or run")
    except (OSError, ValueError, KeyError, TypeError):
        return None
    head = f"DSSEv1 {len(DELETION_TYPE)} {DELETION_TYPE} {len(payload)} ".encode()
    return {"digests": [(each["path"], each["sha256"]) for each in record["files"]],
            "files": [each["path"] for each in record["files"]],
            "raw_sums_sha256": record["raw_sums_sha256"],
            "signature": signature_of(envelope, head + payload, policy, record["ts_utc"])}


def signature_of(envelope: dict, message: bytes, policy, when: str) -> str:
    if policy is None or not trusted(policy, "log"):
        return "unknown"
    keys = {keyid(raw): raw for _, raw, key in trusted(policy, "log")
            if is_valid_at(key, parse_time(when))}
    good = [each for each in envelope["signatures"] if each["keyid"] in keys
            and is_signed(keys[each["keyid"]], message, canonical_base64(each["sig"], 64))]
    return "good" if good and len(good) == len(envelope["signatures"]) else "wrong"
