"""The claims sums (C0), seal (C15) and authenticity (C16) of one run directory."""

from merkle import root_of_proof, tree_root
from notes import is_valid_at, trusted
from seal import (CHECKPOINT, LEAF_HASHES, STATEMENT, SUMS, TABLE, keyid, parse_note,
                  parse_statement, parse_sums, parse_time, signers)
from strict import (Refused, canonical_base64, canonical_line, is_version_one, members,
                    whole_number)

RECORDS = """agent_roster.json birth_events.jsonl capital_ledger.jsonl collapse_events.jsonl
death_events.jsonl errors.jsonl execution_fingerprint.json gating_telemetry.json
genomes_snapshot.jsonl multiple_experiments_summary.json run_manifest.json seasons.jsonl
survivors.jsonl""".split()
SEAL_PARTS = (TABLE, LEAF_HASHES, CHECKPOINT, SUMS, STATEMENT)


def is_of_seal(name: str) -> bool:
    return name in (SUMS, STATEMENT) or name.startswith(("tlog/", "proofs/"))


def expected_records(run_id: str, behaviors: bool) -> set:
    """The files of a screening run (run-directory.md 4)."""
    more = {f"behaviors_run_{run_id}.json", f"genomes_run_{run_id}.npy"} if behaviors else set()
    return set(RECORDS) | more


def is_detached(name: str, folders) -> bool:
    """Whether the sums of a folder of its own answer for a file (3.9)."""
    return any(name.startswith(f"{folder}/") and name != f"{folder}/{SUMS}" for folder in folders)


def check_sums(directory, expected, detached, finding) -> dict:
    """C0; returns the sums, empty where they cannot be read. `expected` may be None: any files."""
    present = {name for name in directory.files if not is_of_seal(name)}
    for name in sorted(present - (expected or present)):
        finding("file_added", name, None, "no file of a run")
    for name in sorted((expected or present) - present):
        finding("file_missing", name, None, "every run has it")
    try:
        sums = parse_sums(directory.read(SUMS))
    except (OSError, ValueError) as error:
        finding("sums_unreadable", SUMS, None, str(error))
        return {}
    is_whole = STATEMENT in directory.files
    for number, (name, digest) in enumerate(sums.items(), 1):
        if name not in directory.sha:
            finding("file_missing", name, None, f"line {number} of {SUMS} lists it")
        elif directory.sha[name] != digest:
            finding("digest_differs", name, None, f"line {number} of {SUMS} says {digest}")
    for name in directory.files:
        left_behind = not is_whole and name.startswith(("tlog/", "proofs/"))
        if name not in sums and name not in (SUMS, STATEMENT) and not left_behind and (
                not is_detached(name, detached)):
            finding("file_unlisted", name, None, f"{SUMS} does not list it")
    return sums


class Seal:
    """What the signed files of a sealed run say, or None where they cannot be read."""

    def __init__(self, directory, finding):
        def read(code, name, parse):
            try:
                return parse(directory.read(name))
            except (OSError, ValueError, TypeError, AttributeError) as error:
                finding(code, name, None, str(error))
                return None

        self.statement = read("seal_statement_unreadable", STATEMENT, parse_statement)
        self.note = read("seal_checkpoint_unreadable", CHECKPOINT, parse_note)
        self.table = read("seal_table_unreadable", TABLE, parse_table)
        self.hashes = read("seal_leaf_hashes_unreadable", LEAF_HASHES, parse_hashes)

    def signed_by(self, keys) -> tuple:
        message, dsse, _ = self.statement
        return signers(message, dsse, self.note[0], self.note[4], keys)


def parse_hashes(data: bytes) -> list:
    if not data or len(data) % 32:
        raise Refused("no rows of 32 bytes")
    return [data[at:at + 32] for at in range(0, len(data), 32)]


def parse_table(data: bytes):
    """The table of files (3.2)."""
    table = members(canonical_line(data), "detached files kind run_id v")
    if table["kind"] != "assay_file_table" or not is_version_one(table["v"]):
        raise Refused("no assay_file_table of version 1")
    first, before = 0, b""
    for row in table["files"]:
        members(row, "first_leaf form leaves path sha256 size")
        form = "lines" if row["path"].endswith(".jsonl") else "whole"
        if row["form"] != form or row["first_leaf"] != first or row["path"].encode() <= before:
            raise Refused(f"the row of {row['path']} is out of place")
        first, before = first + row["leaves"], row["path"].encode()
    return table


def check_seal(directory, seal: Seal, sums: dict, run_id: str, finding, retained=frozenset()):
    """C15 in the order of 8.1; `retained` holds the files that retention may have taken."""
    if None in (seal.statement, seal.note, seal.table, seal.hashes):
        return
    statement, (_, origin, size, root, _) = seal.statement[2], seal.note
    predicate = statement["predicate"]
    sealers = [(each["name"], canonical_base64(each["public_key"], 32))
               for each in (members(each, "name public_key") for each in predicate["sealers"])]
    stated, noted, clean = seal.signed_by(sealers)
    if len(stated) != len(sealers) or len(seal.statement[1]) != len(sealers):
        finding("seal_signature_invalid", STATEMENT, None, "not signed by those it names")
    elif len(noted) != len(sealers) or not clean:
        finding("seal_signature_invalid", CHECKPOINT, None, "not signed by the named sealers")
    listed = {**sums, SUMS: directory.sha.get(SUMS)}
    subjects = [{"digest": {"sha256": listed[name]}, "name": name}
                for name in sorted(listed, key=str.encode)]
    if statement["subject"] != subjects:
        finding("seal_subjects_differ", SUMS, None, "the statement signs other files or digests")
    if (origin, size, root) != (predicate["origin"], predicate["tree_size"],
                                canonical_base64(predicate["root"], 32)):
        finding("seal_checkpoint_differs", CHECKPOINT, None, "the statement signs another tree")
    if not {predicate["run_id"]} == {run_id, seal.table["run_id"], origin.rpartition("/run/")[2]}:
        finding("seal_run_differs", STATEMENT, None, "statement, table and run are of other runs")
    if len(seal.hashes) != size or tree_root(seal.hashes) != root:
        finding("seal_root_differs", LEAF_HASHES, None, "its root is not that of the checkpoint")
    check_leaves(directory, seal, retained, finding)
    check_proofs(directory, seal, finding)


def check_leaves(directory, seal: Seal, retained, finding):
    rows = {row["path"]: row for row in seal.table["files"]}
    for name in directory.files:
        inside = is_detached(name, seal.table["detached"])
        if not is_of_seal(name) and name not in rows and not inside:
            finding("seal_file_added", name, None, "the table does not know it")
    for folder in seal.table["detached"]:
        check_detached(directory, folder, retained, finding)
    end = 0
    for name, row in rows.items():
        leaves = directory.leaves.get(name)
        if leaves is None:
            finding("seal_file_missing", name, None, "the table has it")
        else:
            if (directory.sha[name], directory.size[name]) != (row["sha256"], row["size"]):
                finding("seal_record_differs", name, None, "another digest than in the table")
            known = seal.hashes[row["first_leaf"]:row["first_leaf"] + row["leaves"]]
            compare(name, leaves, known, row["form"] == "lines", finding)
        end = row["first_leaf"] + row["leaves"]
    compare(TABLE, directory.leaves.get(TABLE, []), seal.hashes[end:], False, finding)


def compare(name: str, leaves, known, has_lines: bool, finding):
    """The first leaf that differs is the place."""
    if leaves == known:
        return
    both = zip(leaves, known)
    at = next((at for at, (one, other) in enumerate(both) if one != other),
              min(len(leaves), len(known)))
    finding("seal_record_differs", name, at + 1 if has_lines else None, "another leaf than signed")


def check_detached(directory, folder: str, retained, finding):
    """Files of a detached folder may be taken away by retention, never changed (3.9)."""
    try:
        sums = parse_sums(directory.read(f"{folder}/{SUMS}"))
    except (OSError, ValueError) as error:
        finding("seal_file_missing", f"{folder}/{SUMS}", None, str(error))
        return
    for name in directory.files:
        inside = name.removeprefix(f"{folder}/")
        if inside != name and inside != SUMS and directory.sha.get(name) != sums.get(inside):
            finding("seal_record_differs", name, None, "not as the sums of its folder say")
    for inside in sums:
        name = f"{folder}/{inside}"
        if name not in directory.sha and name not in retained:
            finding("seal_file_missing", name, None, "the sums of its folder list it")


def check_proofs(directory, seal: Seal, finding):
    """3.5: a proof for every file that is one leaf, and for the table."""
    checkpoint = directory.read(CHECKPOINT)
    proofs = {f"proofs/{row['path']}.tlog-proof": (row["path"], row["first_leaf"])
              for row in seal.table["files"] if row["form"] == "whole"}
    proofs[f"proofs/{TABLE}.tlog-proof"] = (TABLE, len(seal.hashes) - 1)
    known = {*proofs, TABLE, LEAF_HASHES, CHECKPOINT, SUMS, STATEMENT}
    for name in directory.files:
        if is_of_seal(name) and name not in known:
            finding("seal_file_added", name, None, "no file of the seal")
    for name, (path, leaf) in proofs.items():
        try:
            check_proof(directory.read(name), directory.leaves[path][0], leaf, checkpoint, seal)
        except (OSError, ValueError, KeyError) as error:
            finding("seal_proof_invalid", name, None, str(error))


def check_proof(data: bytes, leaf: bytes, index: int, checkpoint: bytes, seal: Seal):
    head, _, note = data.partition(b"\n\n")
    version, place, *path = head.decode("utf-8").split("\n")
    if version != "c2sp.org/tlog-proof@v1" or not place.startswith("index "):
        raise Refused("no c2sp.org/tlog-proof@v1")
    if whole_number(place[6:]) != index or note != checkpoint:
        raise Refused("a proof of another leaf or with another checkpoint")
    hashes = [canonical_base64(each, 32) for each in path]
    if root_of_proof(leaf, index, seal.note[2], hashes) != seal.note[3]:
        raise Refused("does not lead from the file to the root")


def check_authenticity(seal: Seal, policy, run_id: str, finding):
    """C16: who signed, by the verifier's policy alone (6.4)."""
    if seal.statement is None or seal.note is None:
        finding("seal_unreadable", STATEMENT, None, "nothing that could be authentic")
        return
    when = parse_time(seal.statement[2]["predicate"]["sealed_utc"])
    keys = [(name, raw) for name, raw, key in trusted(policy, "run-seal") if is_valid_at(key, when)]
    stated, noted, clean = seal.signed_by(keys)
    if not clean:
        ids = {keyid(raw) for _, raw in keys}
        unknown = [each for each, _ in seal.statement[1] if each not in ids]
        detail = f"key {unknown[0]}" if unknown else "a signature"
        finding("seal_signer_untrusted", STATEMENT, None, f"{detail} is not of the policy")
    if len(stated & noted) < policy["thresholds"].get("run-seal", 1):
        finding("seal_below_threshold", STATEMENT, None, "too few trusted keys signed")
    if seal.note[1] != f"{policy['system']}/run/{run_id}":
        finding("seal_origin_differs", CHECKPOINT, None, "of another system or run")
