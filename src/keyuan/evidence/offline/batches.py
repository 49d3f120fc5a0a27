"""A sealed batch of the log: its head says which lines it holds, over which root, and which batch came before.

The seal stands over the SHA-256 of the head. A head names the head before it and the whole seal of that, byte for byte: so no
batch can be left out, put in or sealed again later without all that follow being sealed again, each with a new time stamp.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from keyuan.trust.canonical import NotCanonical, canonical

FORM: Final = "keyuan.batch.v1"
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a batch; ``first`` and ``last`` are places in reading order (transaction, line).

    ``before_head`` and ``before_seal`` are SHA-256 of the batch before; empty for the first batch of a log.
    """

    number: int
    lines: int
    first: Place
    last: Place
    root: bytes
    before_head: bytes = b""
    before_seal: bytes = b""

    def as_bytes(self) -> bytes:
        """Canonical JSON."""
        before = {"head": self.before_head.hex(), "seal": self.before_seal.hex()} if self.before_head else None
        return canonical(
            {
                "form": FORM,
                "number": self.number,
                "lines": self.lines,
                "first": _told(self.first),
                "last": _told(self.last),
                "root": self.root.hex(),
                "previous": before,
            }
        )

    @property
    def digest(self) -> bytes:
        """What is sealed."""
        return hashlib.sha256(self.as_bytes()).digest()


def _told(place: Place) -> dict[str, str]:
    return {"xid": str(place[0]), "id": str(place[1])}


def read_head(data: bytes) -> Head | None:
    """The head that the bytes tell; None unless they are one, in its one spelling."""
    try:
        told = json.loads(data)
        before = told["previous"] or {"head": "", "seal": ""}
        found = Head(
            told["number"],
            told["lines"],
            _place(told["first"]),
            _place(told["last"]),
            bytes.fromhex(told["root"]),
            bytes.fromhex(before["head"]),
            bytes.fromhex(before["seal"]),
        )
        return found if found.as_bytes() == data else None
    except (ValueError, KeyError, TypeError, AttributeError, NotCanonical, RecursionError):
        return None


def _place(told: dict[str, Any]) -> Place:
    return int(told["xid"]), int(told["id"])
