"""Row numbers as keyed pseudonyms: whoever reads the lake cannot tell whose row it is; whoever holds the key can go back.

A keyed permutation of 64 bits: a balanced Feistel network whose round function is AES (Luby and Rackoff 1988; NIST SP
800-38G builds its FF1 alike, with ten rounds). Different numbers never meet, as hashes cut to 64 bits would, and the way
back from a cell to its customers needs no table of who is who. Whole columns at a time.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from keyuan.kernel.sealing import keyring

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROUNDS = 8
_ROWS_AT_ONCE = 65_536
Numbers = np.ndarray[Any, np.dtype[np.int64]]


def keyed(numbers: Numbers, *, kind: str) -> Numbers:
    """The pseudonyms of row numbers of a ``kind`` (customer, policy ...): the same one in each export."""
    return _walked(numbers, kind, range(ROUNDS))


def numbers_behind(pseudonyms: Iterable[int], *, kind: str) -> list[int]:
    """The row numbers again; only in a process that holds the key ring. What was never a pseudonym gives some number."""
    keys = np.fromiter(pseudonyms, dtype=np.int64)
    return [int(number) for number in _walked(keys, kind, range(ROUNDS - 1, -1, -1))]


def keyed_list(numbers: Iterable[int], *, kind: str) -> list[int]:
    """The pseudonyms of some numbers."""
    return [int(key) for key in keyed(np.fromiter(numbers, dtype=np.int64), kind=kind)]


def _walked(numbers: Numbers, kind: str, rounds: Sequence[int]) -> Numbers:
    result = np.empty(len(numbers), dtype=np.int64)
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        piece = np.ascontiguousarray(numbers[start : start + _ROWS_AT_ONCE]).view(np.uint64)
        result[start : start + _ROWS_AT_ONCE] = _piece(piece, _key(kind), rounds).view(np.int64)
    return result


def _piece(piece: Any, key: bytes, rounds: Sequence[int]) -> Any:
    left = (piece >> np.uint64(32)).astype(np.uint32)
    right = piece.astype(np.uint32)
    cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  one block each, as a function of 32 bits
    block = np.zeros((len(piece), 4), dtype=np.uint32)
    backwards = len(rounds) > 1 and rounds[0] > rounds[-1]
    for number in rounds:
        seen = left if backwards else right
        block[:, 0], block[:, 1] = seen, np.uint32(number)
        mixed = np.frombuffer(cipher.encryptor().update(block.tobytes()), dtype=np.uint32)[::4]
        left, right = (right ^ mixed, left) if backwards else (right, left ^ mixed)
    return (left.astype(np.uint64) << np.uint64(32)) | right.astype(np.uint64)


@cache
def _key_of(index_key: bytes, kind: str) -> bytes:
    return hmac.digest(index_key, f"insight.lake.{kind}".encode(), hashlib.sha256)


def _key(kind: str) -> bytes:
    return _key_of(keyring().index_key, kind)
