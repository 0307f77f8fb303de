"""The seal of a run, after docs/contracts/seal.md alone: sums, statement, tree, proofs, trust."""

import hashlib
import os
import re
from datetime import datetime, timezone

from ed25519 import is_signed
from merkle import leaf_hash, sha256
from strict import (HEX_64, PATH, Refused, canonical_base64, canonical_line, is_version_one,
                    members, open_regular, parse_json, read_regular, whole_number)

STATEMENT, SUMS, TABLE = "attestations.intoto.jsonl", "SHA256SUMS", "tlog/files.json"
LEAF_HASHES, CHECKPOINT = "tlog/leaf-hashes", "tlog/checkpoint"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
SPKI_HEAD = bytes.fromhex("302a300506032b6570032100")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
MAX_LINE = 8 * 1024 * 1024


class Directory:
    """Every file of a run, read once: its hash, its size and the hashes of its leaves."""

    def __init__(self, path: str, finding):
        self.path, self.files, self.sha, self.size, self.leaves = path, [], {}, {}, {}
        self._walk("", finding)
        self.files.sort(key=str.encode)
        for name in self.files:
            try:
                self._digest(name)
            except (OSError, Refused) as error:
                finding("seal_file_unreadable", name, None, str(error))

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise FileNotFoundError("no regular file of that name")
        return read_regular(os.path.join(self.path, name))

    def has_part_of_seal(self) -> bool:
        return any(name == STATEMENT or name.startswith(("tlog/", "proofs/"))
                   for name in self.files)

    def _walk(self, folder: str, finding):
        entries = list(os.scandir(os.path.join(self.path, folder)))
        if folder and not entries:
            finding("seal_file_added", folder, None, "an empty folder")
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if not PATH.fullmatch(name) or len(name) > 512:
                finding("seal_path_refused", ascii(name), None, "a name that no record has")
            elif entry.is_dir(follow_symlinks=False):
                self._walk(name, finding)
            elif entry.is_file(follow_symlinks=False):
                self.files.append(name)
            else:
                finding("seal_not_a_file", name, None, "a link, a FIFO or a device")

    def _digest(self, name: str):
        whole, size, leaves, lines = hashlib.sha256(), 0, [], name.endswith(".jsonl")
        with open_regular(os.path.join(self.path, name)) as file:
            start = b""
            while block := (file.readline(MAX_LINE + 2) if lines else file.read(1 << 20)):
                whole.update(block)
                size += len(block)
                start = start or block
                if lines and name != STATEMENT:
                    leaves.append(line_leaf(name, len(leaves) + 1, block))
        self.sha[name], self.size[name] = whole.hexdigest(), size
        if lines:
            self.leaves[name] = leaves
        elif size <= 8192:
            self.leaves[name] = [leaf_hash(f"assay/1 document {name}\n".encode() + start)]
        else:
            text = f"assay/1 digest {name}\n{size} {whole.hexdigest()}"
            self.leaves[name] = [leaf_hash(text.encode())]


def line_leaf(name: str, number: int, block: bytes) -> bytes:
    if not block.endswith(b"\n") or len(block) > MAX_LINE + 1:
        raise Refused(f"line {number} does not end, or is too long")
    line = block[:-1]
    if len(line) <= 8192:
        return leaf_hash(f"assay/1 line {name} {number}\n".encode() + line)
    text = f"assay/1 line-digest {name} {number}\n{len(line)} {sha256(line).hex()}"
    return leaf_hash(text.encode())


def parse_sums(data: bytes) -> dict:
    """Path to hex hash, in order of the path (3.6)."""
    rows = []
    if data and not data.endswith(b"\n"):
        raise Refused("the last line does not end")
    for number, line in enumerate(data.decode("utf-8").split("\n")[:-1], 1):
        if not HEX_64.fullmatch(line[:64]) or line[64:66] != "  " or not PATH.fullmatch(line[66:]):
            raise Refused(f"line {number} is no hash and path")
        rows.append((line[66:], line[:64]))
    ordered = sorted(set(row[0] for row in rows), key=str.encode)
    if [row[0] for row in rows] != ordered:
        raise Refused("paths are not ascending or stand twice")
    return dict(rows)


def parse_statement(data: bytes):
    """(signed bytes, [(keyid, signature)], statement) of 3.7 and 3.8."""
    envelope = members(canonical_line(data), "payload payloadType signatures")
    if envelope["payloadType"] != PAYLOAD_TYPE or not envelope["signatures"]:
        raise Refused("another payload type, or no signature")
    payload = canonical_base64(envelope["payload"])
    head = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(payload)} ".encode()
    pairs = [(members(each, "keyid sig")["keyid"], canonical_base64(each["sig"], 64))
             for each in envelope["signatures"]]
    statement = members(canonical_line(payload, end=""), "_type predicate predicateType subject")
    if statement["_type"] != "https://in-toto.io/Statement/v1":
        raise Refused("no in-toto Statement v1")
    if statement["predicateType"] != "https://assay.invalid/predicates/run-seal/v1":
        raise Refused("another predicate type")
    predicate = members(statement["predicate"],
                        "origin root run_id sealed_utc sealers tree_size v")
    parse_time(predicate["sealed_utc"])
    if not is_version_one(predicate["v"]) or not predicate["sealers"]:
        raise Refused("another version, or no sealers")
    return head + payload, pairs, statement


def parse_note(data: bytes):
    """(signed text, origin, size, root, [(name, key id, signature)]) of 3.4."""
    text, _, signatures = data.decode("utf-8").rpartition("\n\n")
    lines, rows = text.split("\n"), signatures.split("\n")
    if len(lines) != 3 or not all(lines) or rows.pop() != "" or not rows:
        raise Refused("no checkpoint of three lines with signatures")
    parsed = []
    for row in rows:
        match = re.fullmatch(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)", row)
        if match is None:
            raise Refused("a signature line that is none")
        raw = canonical_base64(match[2], 68)
        parsed.append((match[1], raw[:4], raw[4:]))
    size, root = whole_number(lines[1]), canonical_base64(lines[2], 32)
    return (text + "\n").encode(), lines[0], size, root, parsed


def parse_time(text) -> datetime:
    if not isinstance(text, str) or not TIME.fullmatch(text):
        raise Refused("a time that is not UTC with milliseconds")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def parse_policy(data: bytes):
    """A trust policy (6.3)."""
    policy = members(parse_json(data), "kind v system thresholds keys")
    if policy["kind"] != "assay_trust_policy" or not is_version_one(policy["v"]):
        raise Refused("no assay_trust_policy of version 1")
    for key in policy["keys"]:
        members(key, "purpose generation name public_key valid_from valid_to holder")
        canonical_base64(key["public_key"], 32)
        for bound in (key["valid_from"], key["valid_to"]):
            bound is None or parse_time(bound)
    public = [key["public_key"] for key in policy["keys"]]
    if len(set(public)) != len(public):
        raise Refused("a public key is listed twice")
    if not all(isinstance(each, int) and each >= 1 for each in policy["thresholds"].values()):
        raise Refused("a threshold that is no number")
    return policy


def keyid(key: bytes) -> str:
    return sha256(SPKI_HEAD + key).hex()


def signers(message: bytes, dsse, note_text: bytes, note, keys) -> tuple:
    """Keys (name, raw) that signed the statement and those that signed the checkpoint, and whether
    every signature is of one of `keys`, each once."""
    by_id = {keyid(raw): (name, raw) for name, raw in keys}
    stated = [by_id.get(each) for each, signature in dsse
              if each in by_id and is_signed(by_id[each][1], message, signature)]
    by_note = {(name, sha256(name.encode() + b"\n\1" + raw)[:4]): (name, raw) for name, raw in keys}
    noted = [by_note[name, number] for name, number, signature in note
             if (name, number) in by_note
             and is_signed(by_note[name, number][1], note_text, signature)]
    clean = len(set(stated)) == len(dsse) and len(set(noted)) == len(note)
    return set(stated), set(noted), clean
