"""Signed checkpoints of logs, who may sign them, and what was seen of a log before (seal.md 3.4,
5.5, 6)."""

import hashlib
import os

from ed25519 import is_signed
from merkle import sha256, tree_root
from seal import parse_note, parse_time
from strict import Refused, canonical_base64, read_regular

MAX_NOTE = 1 << 20


def trusted(policy: dict, purpose: str) -> list:
    """(name, raw key, record of the policy) of every key of the purpose."""
    return [(key["name"], canonical_base64(key["public_key"], 32), key)
            for key in policy["keys"] if key["purpose"] == purpose]


def is_valid_at(key: dict, when) -> bool:
    return (key["valid_from"] is None or parse_time(key["valid_from"]) <= when) and (
        key["valid_to"] is None or when <= parse_time(key["valid_to"]))


def open_note(data: bytes, keys: list):
    """(origin, size, root, keys of the policy that signed); a line of anybody else is refused."""
    if len(data) > MAX_NOTE:
        raise Refused("longer than any checkpoint")
    text, origin, size, root, lines = parse_note(data)
    signers = []
    for name, number, signature in lines:
        known = [each for each in keys if each[0] == name
                 and sha256(name.encode() + b"\n\1" + each[1])[:4] == number]
        if not known or known[0] in signers:
            raise Refused(f"a signature line of {name} that is nobody's, or there twice")
        if not is_signed(known[0][1], text, signature):
            raise Refused(f"the signature of {name} is wrong")
        signers.append(known[0])
    return origin, size, root, signers


def remembered(folder, origin: str, keys: list):
    """(size, root) of the newest checkpoint seen of a log; None where nothing is remembered."""
    if folder is None:
        return None
    name = hashlib.sha256(origin.encode()).hexdigest()[:32]
    path = os.path.join(folder, f"{name}.checkpoint")
    if not os.path.lexists(path):
        return None
    seen = open_note(read_regular(path), keys)
    if seen[0] != origin:
        raise Refused("what is remembered is another log")
    return seen[1], seen[2]


def growth_fault(seen, hashes: list):
    """Why a log is not the one that was seen, grown or equal; None when it is."""
    if seen is None:
        return None
    size, root = seen
    if len(hashes) < size:
        return "rolled_back"
    return None if tree_root(hashes[:size]) == root else "rewritten"
