"""The hash tree of a batch (RFC 6962 §2.1): leaves and nodes are told apart, so that neither passes for the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

LEAF = b"\x00"
NODE = b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """The leaf of some bytes."""
    return hashlib.sha256(LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node over two others."""
    return hashlib.sha256(NODE + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf and keeps only the tops of its full halves: 20 hashes for a million leaves."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._tops: list[bytes] = []
        for one in leaves:
            self.add(one)

    def add(self, leaf: bytes) -> None:
        """Put the next leaf (its hash) into the tree."""
        top, size = leaf, self.size
        while size & 1:
            top = node_hash(self._tops.pop(), top)
            size >>= 1
        self._tops.append(top)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far; that of no leaf is the hash of nothing."""
        if not self._tops:
            return hashlib.sha256(b"").digest()
        *left, root = self._tops
        for top in reversed(left):
            root = node_hash(top, root)
        return root


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from a leaf to the root: its neighbours, the lowest first (RFC 6962 §2.1.1)."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*path(leaves[:half], index), Tree(leaves[half:]).root()]
    return [*path(leaves[half:], index - half), Tree(leaves[:half]).root()]


def root_from(leaf: bytes, index: int, size: int, neighbours: Sequence[bytes]) -> bytes | None:
    """The root that a leaf and its neighbours lead to; None if there are too many or too few of them (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return None
    place, last, root = index, size - 1, leaf
    for one in neighbours:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(one, root)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            root = node_hash(root, one)
        place >>= 1
        last >>= 1
    return root if last == 0 else None
