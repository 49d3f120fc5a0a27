"""Bytes into text without losing a row: which encoding, and what to do with bytes that do not belong to it."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from keyuan.intake.refusals import UnknownEncoding

BLOCK = 1 << 20
MARK = "keyuan.mark"
# A byte that could not be decoded becomes U+DC80 + byte: no text has these, so the row can be told afterwards.
BROKEN = re.compile("[\udc00-\udcff]")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return chr(0xDC00 + error.object[error.start]), error.start + 1


codecs.register_error(MARK, _mark)


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a file tells: its digest (of the bytes as they lie), size and encoding."""

    digest: str
    size: int
    encoding: str
    lines: int = 0


def open_bytes(path: Path) -> IO[bytes]:
    """The file's content; a gzip file is unpacked on the way."""
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def scan(path: Path, *, text: bool, encoding: str = "auto") -> Scan:
    """Read the file once. With ``text`` its encoding is decided: the one named, its BOM's, UTF-8 if it all is, else GB18030
    unless UTF-8 has fewer broken bytes.
    """
    digest = hashlib.sha256()
    with path.open("rb") as raw:
        while block := raw.read(BLOCK):
            digest.update(block)
    if text:
        with open_bytes(path) as stream:
            lines = sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b""))
    size = path.stat().st_size
    if not text:
        return Scan(digest.hexdigest(), size, "")
    return Scan(digest.hexdigest(), size, _named(encoding) or detect(path), lines)


def _named(encoding: str) -> str:
    if encoding == "auto":
        return ""
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise UnknownEncoding(encoding=encoding) from error
    return "utf-8-sig" if name == "utf-8" else "gb18030" if name in ("gb2312", "gbk") else name


def detect(path: Path) -> str:
    """The encoding that fits the whole file best."""
    with open_bytes(path) as stream:
        head = stream.read(4)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    broken_utf8 = _broken(path, "utf-8")
    if not broken_utf8:
        return "utf-8-sig"
    return "gb18030" if _broken(path, "gb18030") < broken_utf8 else "utf-8-sig"


def _broken(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)(MARK)
    count = 0
    with open_bytes(path) as stream:
        for block in iter(lambda: stream.read(BLOCK), b""):
            text = decoder.decode(block)
            if not text.isascii():
                count += len(BROKEN.findall(text))
    return count + len(BROKEN.findall(decoder.decode(b"", final=True)))


def lines(path: Path, encoding: str) -> Iterator[str]:
    """The file's lines with their ends, as the csv module wants them; broken bytes are marked."""
    with open_bytes(path) as raw:
        yield from io.TextIOWrapper(raw, encoding=encoding, errors=MARK, newline="")


def broken_bytes(text: str) -> str:
    """The marked bytes of a text, as hexadecimal."""
    return " ".join(f"{ord(sign) - 0xDC00:02x}" for sign in BROKEN.findall(text)[:8])


def storable(text: str) -> str:
    r"""The text as PostgreSQL can keep it: a broken byte as ``\xNN``, NUL as its picture ␀."""
    return BROKEN.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text).replace("\0", "␀")
