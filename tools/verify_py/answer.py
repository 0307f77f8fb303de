#!/usr/bin/env python3
"""Answers questions about single parts of the second verifier, one JSON array a line: for tests.

A question is its name and its arguments, bytes in hex; the answer is one JSON value, null where the
verifier refuses: is_signed, tree_root, inclusion, consistency, multiproof, note, tables.
"""

import json
import sys

sys.dont_write_bytecode = True
import order_runs  # noqa: E402
import order_shapes  # noqa: E402
import pool_records  # noqa: E402
import snapshots  # noqa: E402
import world_shapes  # noqa: E402
import world_summary  # noqa: E402
from ed25519 import is_signed  # noqa: E402
from merkle import (consistency_proof, is_consistent, leaf_hash, multiproof_root,  # noqa: E402
                    root_of_proof, tree_root)
from notes import open_note  # noqa: E402
from verdict import MALFORMED  # noqa: E402


def ask_is_signed(key: str, message: str, signature: str) -> bool:
    return is_signed(*map(bytes.fromhex, (key, message, signature)))


def ask_tree_root(leaves: list) -> str:
    return tree_root(hashes(leaves)).hex()


def ask_inclusion(leaf: str, index: int, size: int, path: list) -> str:
    return root_of_proof(leaf_hash(bytes.fromhex(leaf)), index, size,
                         list(map(bytes.fromhex, path))).hex()


def ask_consistency(old: int, leaves: list) -> list:
    """The proof that it makes, and whether it accepts it."""
    every, proof = hashes(leaves), consistency_proof(old, hashes(leaves))
    holds = is_consistent(old, tree_root(every[:old]), len(every), tree_root(every), proof)
    return [[each.hex() for each in proof], holds]


def ask_multiproof(size: int, chosen: list, leaves: list, proof: list) -> str:
    return multiproof_root(0, size, set(chosen), iter(hashes(leaves)),
                           iter(list(map(bytes.fromhex, proof)))).hex()


def ask_note(text: str, name: str, key: str) -> list:
    """Origin, size and root of a checkpoint that this key signed."""
    origin, size, root, _ = open_note(text.encode(), [(name, bytes.fromhex(key), {})])
    return [origin, size, root.hex()]


def ask_tables() -> dict:
    """The tables that it works by, to be held against the contracts."""
    reads = "\n".join(f"{check.__name__} {files}" for check, files in order_runs.READS if files)
    return {"orders": order_shapes.TABLE, "world": world_shapes.TABLE, "reads": reads,
            "pool_record": pool_records.TABLE, "snapshot": snapshots.TABLE,
            "inventory": world_summary.INVENTORY_SHA256}


def hashes(leaves: list) -> list:
    return [leaf_hash(bytes.fromhex(each)) for each in leaves]


def main() -> int:
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = globals()[f"ask_{name}"](*arguments)
        except MALFORMED:
            answer = None
        print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
