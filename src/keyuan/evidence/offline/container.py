"""The evidence file as a container: a ZIP that any program opens, written in one way only, so that no byte of it is free.

Members lie one after the other, not compressed, in the order of their names, all dated 1980-01-01; their list follows. Who
reads writes the same anew from names and contents, and every byte must come out as it was.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Final, NamedTuple

LOCAL: Final = struct.Struct("<4s5H3I2H")
CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
END: Final = struct.Struct("<4s4H2IH")
VERSION, DATE, MODE = 20, 0x0021, 0o100644 << 16
MOST: Final = 10_000


class Member(NamedTuple):
    """A member as it was found: its contents begin at ``offset`` of the file."""

    name: str
    offset: int
    content: bytes
    crc: int

    @property
    def fits(self) -> bool:
        return zlib.crc32(self.content) == self.crc


class Unreadable(Exception):
    """The container cannot be read on from ``offset``."""

    def __init__(self, offset: int) -> None:
        super().__init__(str(offset))
        self.offset = offset


def pack(members: Mapping[str, bytes]) -> bytes:
    """The container of these members."""
    told = [Member(name, 0, content, zlib.crc32(content)) for name, content in sorted(members.items())]
    return _pack(told)


def _pack(members: list[Member]) -> bytes:
    body, listed = bytearray(), bytearray()
    for one in members:
        name, size = one.name.encode("ascii"), len(one.content)
        listed += (
            CENTRAL.pack(
                b"PK\x01\x02",
                3 << 8 | VERSION,
                VERSION,
                0,
                0,
                0,
                DATE,
                one.crc,
                size,
                size,
                len(name),
                0,
                0,
                0,
                0,
                MODE,
                len(body),
            )
            + name
        )
        body += LOCAL.pack(b"PK\x03\x04", VERSION, 0, 0, 0, DATE, one.crc, size, size, len(name), 0) + name
        body += one.content
    end = END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(listed), len(body), 0)
    return bytes(body + listed + end)


def unpack(data: bytes) -> list[Member]:
    """The members in the order in which they lie; raises Unreadable where they cannot be followed."""
    found: list[Member] = []
    offset = 0
    while data[offset : offset + 4] == b"PK\x03\x04":
        found.append(_member(data, offset))
        offset = found[-1].offset + len(found[-1].content)
    if not found or len(found) > MOST or data[offset : offset + 4] != b"PK\x01\x02":
        raise Unreadable(offset)
    return found


def _member(data: bytes, at: int) -> Member:
    if len(data) < at + LOCAL.size:
        raise Unreadable(at)
    told = LOCAL.unpack_from(data, at)
    crc, size, long = told[6], told[7], told[9]
    begin = at + LOCAL.size + long
    name = data[at + LOCAL.size : begin]
    if not name.isascii() or not name or begin + size > len(data):
        raise Unreadable(at)
    return Member(name.decode("ascii"), begin, data[begin : begin + size], crc)


def altered(data: bytes, members: list[Member]) -> int | None:
    """The first byte of the container that is not as it must be around these members; None if all are."""
    told = _pack(members) if [one.name for one in members] == sorted({one.name for one in members}) else b""
    if told == data:
        return None
    return next(
        (at for at, (left, right) in enumerate(zip(told, data, strict=False)) if left != right),
        min(len(told), len(data)),
    )
