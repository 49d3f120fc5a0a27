"""What a page was dressed in: the styles, scripts and pictures that it refers to, kept by digest, so that it looks in ten
years as it looked then. Their list is kept by digest too, and a row names the list."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import transaction

from keyuan.evidence.offline.chain import canonical, digest_of
from keyuan.evidence.pages.models import PageFile

MANIFEST: Final = "application/json"
#: The lists that this process has seen committed.
_kept: set[str] = set()
_known: dict[tuple[Any, ...], str] = {}
MOST_KNOWN: Final = 2000


@lru_cache(maxsize=1)
def _reference() -> re.Pattern[bytes]:
    return re.compile(rb"[\"'](" + re.escape(str(settings.STATIC_URL)).encode() + rb"[^\"'#?\s<>]+)")


def addresses(page: bytes) -> tuple[str, ...]:
    """The addresses of our own files in a page, in order of the alphabet."""
    return tuple(sorted({found.decode() for found in _reference().findall(page)}))


def dressed(page: bytes) -> str:
    """The digest of the list of what the page refers to; everything in it is kept when this returns."""
    wanted = addresses(page)
    key = tuple((one, _changed(one)) for one in wanted)
    digest = _known.get(key)
    if digest is not None and digest in _kept:
        return digest
    files = {one: read for one in wanted if (read := _read(one)) is not None}
    manifest = canonical({address: digest_of(raw) for address, raw in files.items()})
    digest = digest_of(manifest)
    _keep([(MANIFEST, manifest), *((_type_of(address), raw) for address, raw in files.items())])
    if len(_known) > MOST_KNOWN:
        _known.clear()
    _known[key] = digest
    transaction.on_commit(lambda: _kept.add(digest))
    return digest


def forget() -> None:
    """What this process has seen kept may be gone: another table, another test."""
    _kept.clear()


def unpacked(kept: PageFile) -> bytes:
    """The file as it was."""
    return bytes(brotli.decompress(bytes(kept.packed)))


def _keep(files: Iterable[tuple[str, bytes]]) -> None:
    told = {digest_of(raw): (media_type, raw) for media_type, raw in files}
    there = set(PageFile.objects.filter(pk__in=told).values_list("pk", flat=True))
    rows = [
        PageFile(digest=digest, media_type=media_type, size=len(raw), packed=brotli.compress(raw, quality=5))
        for digest, (media_type, raw) in told.items()
        if digest not in there
    ]
    PageFile.objects.bulk_create(rows, ignore_conflicts=True)


def _name(address: str) -> str:
    return address.removeprefix(str(settings.STATIC_URL))


def _changed(address: str) -> int:
    """When a file changed, where its name does not say so by a digest of its content."""
    if hasattr(staticfiles_storage, "hashed_files"):
        return 0
    path = _path(address)
    return 0 if path is None else path.stat().st_mtime_ns


def _path(address: str) -> Path | None:
    found = finders.find(_name(address))
    return Path(found) if isinstance(found, str) else None


def _read(address: str) -> bytes | None:
    name = _name(address)
    if hasattr(staticfiles_storage, "hashed_files") and staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as file:
            return bytes(file.read())
    path = _path(address)
    return None if path is None else path.read_bytes()


def _type_of(address: str) -> str:
    return mimetypes.guess_type(address)[0] or "application/octet-stream"
