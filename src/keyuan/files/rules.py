"""Pure decisions about files: what their bytes are, what their names may be, how the scanner's word is read."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO

import puremagic

from keyuan.files.refusals import ContentContradictsName, FileTypeRefused
from keyuan.files.states import BY_CODE, ENDINGS, FileState, FileType

HEAD = 8192
LONGEST_NAME = 150
MOST_ENTRIES = 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Texts that a browser or a shell would run: never plain text, whatever the name says.
_ACTIVE = re.compile(
    rb"^\s*(?:<!doctype|<html|<svg|<\?xml|<script|<head|<body|<iframe|<!--|<\?php|#!|%!ps|\{\\rtf|mime-version:)",
    re.IGNORECASE,
)
_ACTIVE_INSIDE = re.compile(rb"<(?:script|svg|html|iframe)[\s>]", re.IGNORECASE)
_BRANDS = {
    b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"msf1": "heic", b"heim": "heic", b"hevc": "heic",
    b"isom": "mp4", b"iso2": "mp4", b"mp41": "mp4", b"mp42": "mp4", b"M4A ": "mp4", b"M4V ": "mp4", b"qt  ": "mp4",
    b"avc1": "mp4", b"dash": "mp4", b"iso5": "mp4", b"iso6": "mp4", b"3gp4": "mp4", b"3gp5": "mp4",
}  # fmt: skip
_BY_MAGIC = {
    ".pdf": "pdf", ".jpg": "jpeg", ".jpeg": "jpeg", ".jfif": "jpeg", ".png": "png", ".gif": "gif", ".webp": "webp",
    ".tif": "tiff", ".tiff": "tiff", ".bmp": "bmp", ".mp3": "mp3", ".wav": "wav", ".amr": "amr",
}  # fmt: skip


def state(scanned_at: datetime | None, threat: str, *, scanner: bool) -> FileState:
    """What the scanner's word comes to; without a scanner a file is neither waiting nor clean."""
    if scanned_at is None:
        return FileState.WAITING if scanner else FileState.UNSCANNED
    return FileState.INFECTED if threat else FileState.CLEAN


def openable(found: FileState) -> bool:
    """Whether a file in this state may be handed out."""
    return found in (FileState.CLEAN, FileState.UNSCANNED)


def tidy_file_name(name: str) -> str:
    """A name that no system takes for a path, a command or text running backwards; never empty."""
    bare = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    bare = _CONTROL.sub("_", bare).strip(" .") or "file"
    stem, ending = PurePosixPath(bare).stem, PurePosixPath(bare).suffix
    return f"{stem[: LONGEST_NAME - len(ending)]}{ending[:20]}"


def type_of(name: str, file: IO[bytes]) -> FileType:
    """What the file is by its content; raises FileTypeRefused, or ContentContradictsName where the name says another.

    ``file`` is read and left at its beginning.
    """
    code = _code_of(file)
    promised = ENDINGS.get(PurePosixPath(name).suffix.lower())
    if code is None:
        raise FileTypeRefused(field="file", name=name)
    if promised is None:
        if PurePosixPath(name).suffix and code == "text":
            raise FileTypeRefused(field="file", name=name)
        if PurePosixPath(name).suffix:
            raise ContentContradictsName(field="file", name=name, found=BY_CODE[code].label)
    elif promised.code != code:
        raise ContentContradictsName(field="file", name=name, found=BY_CODE[code].label)
    return BY_CODE[code]


def with_ending(name: str, kind: FileType) -> str:
    """The name with the ending of its type, where it came without one (photos from a phone do)."""
    return name if PurePosixPath(name).suffix else f"{name}{kind.endings[0]}"


def _code_of(file: IO[bytes]) -> str | None:
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(_OLE):
        return "office"
    if head.startswith(b"PK\x03\x04"):
        return _packed(file)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    found = _by_magic(head)
    return found if found is not None else _text(file, head)


def _by_magic(head: bytes) -> str | None:
    """The most certain reading of the first bytes that is a kind we take in; None if the best is another kind."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    for match in matches:
        code = _BY_MAGIC.get(match.extension.lower())
        # A reading by two or three letters is a guess; the formats that we take in are told by their first bytes.
        if code is not None and head[:16].lstrip().startswith(_STARTS[code]):
            return code
    return None


_STARTS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",), "jpeg": (b"\xff\xd8\xff",), "png": (b"\x89PNG\r\n\x1a\n",), "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF",), "tiff": (b"II*\x00", b"MM\x00*"), "bmp": (b"BM",), "wav": (b"RIFF",), "amr": (b"#!AMR",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
}  # fmt: skip


def _packed(file: IO[bytes]) -> str | None:
    """Which document a zip is; an ordinary archive is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist()[:MOST_ENTRIES])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    finally:
        file.seek(0)
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" not in names:
        return None
    if any(name.rsplit("/", 1)[-1].lower().startswith("vbaproject") for name in names):
        return None  # a document with macros is a program
    folders = {name.split("/", 1)[0] for name in names}
    return next(
        (code for folder, code in (("word", "docx"), ("xl", "xlsx"), ("ppt", "pptx")) if folder in folders), None
    )


def _text(file: IO[bytes], head: bytes) -> str | None:
    """Plain text in UTF-8, UTF-16 or GB 18030 that nothing would run."""
    if not head or _ACTIVE.search(head) or _ACTIVE_INSIDE.search(head):
        return None
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text" if _decodes(head, "utf-16") else None
    if b"\0" in head:
        return None
    whole = len(head) < HEAD
    return "text" if _decodes(head, "utf-8", whole=whole) or _decodes(head, "gb18030", whole=whole) else None


def _decodes(head: bytes, encoding: str, *, whole: bool = False) -> bool:
    for cut in range(1 if whole else 4):
        try:
            (head[:-cut] if cut else head).decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
