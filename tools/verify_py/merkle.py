"""The tree of RFC 9162 section 2.1: roots and proofs (docs/contracts/seal.md 2.1)."""

import hashlib

from strict import Refused


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\0" + leaf)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right)


def tree_root(hashes) -> bytes:
    """The root of 2.1.1, by merging the complete trees from the left."""
    stack = []
    for count, each in enumerate(hashes, 1):
        while count & 1 == 0:
            each, count = node_hash(stack.pop(), each), count >> 1
        stack.append(each)
    if not stack:
        return sha256(b"")
    root = stack.pop()
    while stack:
        root = node_hash(stack.pop(), root)
    return root


def root_of_proof(leaf: bytes, index: int, size: int, path) -> bytes:
    """The root to which an inclusion proof leads (2.1.3.2)."""
    first, last, root = index, size - 1, leaf
    for each in path:
        if last == 0:
            raise Refused("a proof with too many hashes")
        if first & 1 or first == last:
            root = node_hash(each, root)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            root = node_hash(root, each)
        first, last = first >> 1, last >> 1
    if last != 0:
        raise Refused("a proof with too few hashes")
    return root


def split_of(size: int) -> int:
    """The largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1


def consistency_proof(old: int, hashes) -> list:
    """The proof from the first `old` leaves to all of them (2.1.4.1)."""
    def sub_proof(old, hashes, is_whole):
        if old == len(hashes):
            return [] if is_whole else [tree_root(hashes)]
        split = split_of(len(hashes))
        if old <= split:
            return sub_proof(old, hashes[:split], is_whole) + [tree_root(hashes[split:])]
        return sub_proof(old - split, hashes[split:], False) + [tree_root(hashes[:split])]
    return sub_proof(old, hashes, True) if 0 < old < len(hashes) else []


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, proof) -> bool:
    """Whether the tree of `root` begins with that of `old_root` (2.1.4.2)."""
    if old == size:
        return old_root == root and not proof
    if old == 0 or old > size or not proof:
        return False
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    first, last = old - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    one = other = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            one, other = node_hash(each, one), node_hash(each, other)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            other = node_hash(other, each)
        first, last = first >> 1, last >> 1
    return last == 0 and one == old_root and other == root


def multiproof_root(low: int, high: int, chosen, leaves, proof) -> bytes:
    """The root over [low, high) from the chosen leaves and the hashes between them (pools.md 5.5):
    `chosen` holds numbers, `leaves` and `proof` are iterators that are taken from in order."""
    is_any = any(low <= each < high for each in chosen)
    size = high - low
    if not is_any and size & (size - 1) == 0:
        return next(proof)
    if size == 1:
        return next(leaves)
    middle = low + split_of(size)
    left = multiproof_root(low, middle, chosen, leaves, proof)
    return node_hash(left, multiproof_root(middle, high, chosen, leaves, proof))
