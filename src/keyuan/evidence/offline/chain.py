"""The chain of a sale: each row's digest holds the row before, so that none is changed, left out or put in unseen.

    head 0 = SHA-256("keyuan.trace.v1")
    head n = SHA-256(head n-1 ‖ row n)          row n: canonical JSON (RFC 8785), UTF-8

A row names the page that was shown by the SHA-256 of its bytes (``page``), and what the page was dressed in, its styles,
scripts and pictures, by the SHA-256 of a list of their digests (``with``). Head and length of the chain stand in the log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

GENESIS = hashlib.sha256(b"keyuan.trace.v1").digest()


def canonical(row: Mapping[str, Any]) -> bytes:
    """The one way to write a row."""
    return rfc8785.dumps(dict(row))


def digest_of(raw: bytes) -> str:
    """SHA-256, as rows name what they refer to."""
    return hashlib.sha256(raw).hexdigest()


def follow(head: bytes, told: bytes) -> bytes:
    """The head after one more row."""
    return hashlib.sha256(head + told).digest()


@dataclass(frozen=True, slots=True)
class Row:
    """Row ``n`` (from 1) as it is kept: ``told`` its canonical JSON, ``head`` the chain's after it, ``page`` as shown."""

    n: int
    told: bytes
    head: bytes
    page: bytes | None = None

    def said(self) -> dict[str, Any]:
        """What the row says; raises ValueError if it is no JSON object any more."""
        found = json.loads(self.told)
        if not isinstance(found, dict):
            raise ValueError("a row is an object")
        return found


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit: ``part`` is row, page, dress, length or head; ``n`` the row (0: the chain as a whole)."""

    part: str
    n: int
    what: str


def faults(
    rows: Sequence[Row], *, head: bytes, length: int, kept: Mapping[str, bytes] | None = None
) -> tuple[Fault, ...]:
    """Everything in which the rows differ from the chain that ends in ``head`` after ``length`` rows; nothing if intact.

    ``kept``: styles, scripts, pictures and their lists by digest; None leaves them unchecked.
    """
    return tuple(_faults(rows, head, length, kept))


def _faults(rows: Sequence[Row], head: bytes, length: int, kept: Mapping[str, bytes] | None) -> Iterator[Fault]:
    at, dressed = GENESIS, set()
    for place, row in enumerate(rows, 1):
        if row.n != place:
            yield Fault("row", place, f"row {place} is missing; row {row.n} stands there")
            return
        if follow(at, row.told) != row.head:
            yield Fault("row", place, f"row {place} is not what the chain holds")
        at = row.head
        yield from _page(row)
        try:
            dressed.add((place, str(row.said().get("with", ""))))
        except ValueError:
            continue
    if len(rows) != length:
        yield Fault("length", 0, f"{len(rows)} rows, the chain has {length}")
    if at != head:
        yield Fault("head", 0, "the last row is not the head of the chain")
    if kept is not None:
        yield from _dress(sorted(dressed), kept)


def _page(row: Row) -> Iterator[Fault]:
    try:
        named = row.said().get("page")
    except ValueError:
        yield Fault("row", row.n, f"row {row.n} is no JSON")
        return
    if named is None:
        return
    if row.page is None:
        yield Fault("page", row.n, f"the page of row {row.n} is missing")
    elif digest_of(row.page) != named:
        yield Fault("page", row.n, f"the page of row {row.n} is not the one that was shown")


def _dress(named: Sequence[tuple[int, str]], kept: Mapping[str, bytes]) -> Iterator[Fault]:
    seen: set[str] = set()
    for n, digest in named:
        if not digest or digest in seen:
            continue
        seen.add(digest)
        manifest = kept.get(digest)
        if manifest is None or digest_of(manifest) != digest:
            yield Fault("dress", n, f"the list of styles of row {n} is missing or altered")
            continue
        for address, one in json.loads(manifest).items():
            if one in seen:
                continue
            seen.add(one)
            if one not in kept or digest_of(kept[one]) != one:
                yield Fault("dress", n, f"{address} of row {n} is missing or altered")
