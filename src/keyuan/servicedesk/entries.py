"""What stands in a calendar feed: entries, and the rooms above that contribute some. Writing them down is ical.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the calendar. ``uid`` is the same for ever; ``gone``: it is done and is struck out."""

    uid: str
    title: str
    begin: datetime
    stamp: datetime
    url: str
    description: str = ""
    category: str = ""
    remind_at: datetime | None = None
    gone: bool = False


Source = Callable[["Viewer", Callable[[str], str]], Iterable[Entry]]
_SOURCES: list[Source] = []


def add_source(source: Source) -> None:
    """A room above contributes entries: given the owner of the feed, and what makes an address of this site whole."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def from_other_rooms(viewer: Viewer, *, whole: Callable[[str], str]) -> list[Entry]:
    """What the rooms above contribute for this owner."""
    return [entry for source in _SOURCES for entry in source(viewer, whole)]
