"""The folder of the lake: which files count is what the manifest says, and it is written last and in one piece.

    lake/manifest.json
    lake/tables/20261123T183000-00123/policies/year=2024/part.parquet      the tables, whole, at each export
    lake/events/year=2026/0000000000000-000000000000--0000000004711-000000009120.parquet   the log, from where to where

A file that the manifest does not name is the rest of an export that was broken off; the next export removes it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from keyuan.insight.refusals import LakeBusy, LakeEmpty

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT: Final = 2
MANIFEST: Final = "manifest.json"
TABLES: Final = "tables"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the lake holds: ``files`` by table, relative to the folder; the log up to ``cursor`` (transaction, line)."""

    made_at: str
    as_of: str
    cursor: tuple[int, int]
    stamp: str
    files: dict[str, list[str]]
    rows: dict[str, int]
    format: int = FORMAT

    @property
    def day(self) -> date:
        """The last day that the lake knows of."""
        return date.fromisoformat(self.as_of)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def folder() -> Path:
    """Where the lake lies (``KEYUAN_LAKE``)."""
    return Path(settings.KEYUAN_LAKE)


def manifest(where: Path | None = None) -> Manifest | None:
    """What the lake holds now; None before the first export."""
    try:
        raw = json.loads(((where or folder()) / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if raw.get("format") != FORMAT:
        return None
    return Manifest(**{**raw, "cursor": tuple(raw["cursor"])})


def the_manifest() -> Manifest:
    """The same; raises LakeEmpty."""
    found = manifest()
    if found is None:
        raise LakeEmpty
    return found


def publish(where: Path, new: Manifest) -> None:
    """Let the new files count, all at once: the manifest is written beside, forced to disk and moved into its place."""
    draft = where / f"{MANIFEST}.draft"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(new), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(where / MANIFEST)


def clear(where: Path, *kept: Manifest | None) -> None:
    """Remove what none of the manifests names: the rests of exports that were broken off, and tables of long ago."""
    stamps = {one.stamp for one in kept if one is not None}
    for old in (where / TABLES).glob("*"):
        if old.name not in stamps:
            shutil.rmtree(old, ignore_errors=True)
    named = {name for one in kept if one is not None for names in one.files.values() for name in names}
    for file in (where / "events").rglob("*.parquet"):
        if str(file.relative_to(where)) not in named:
            file.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(where: Path) -> Iterator[None]:
    """Only one export at a time; raises LakeBusy."""
    where.mkdir(parents=True, exist_ok=True)
    with (where / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LakeBusy from None
        yield
