"""Reading the log in order without ever skipping a line.

Serial numbers are given when a row is written but seen when its transaction commits, so a reader that remembers the
highest number skips whoever commits late. A reader here goes by (transaction, line) and stops before the oldest
transaction still running (the snapshot's xmin): what it has passed can no longer grow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from django.db import transaction
from django.db.models import Func, Q
from django.db.models.functions import Now

from keyuan.eventlog.models import Cursor, Event, TransactionIdField


class Placed(Protocol):
    """A line by its place in reading order."""

    @property
    def xid(self) -> int: ...
    @property
    def id(self) -> int: ...


L = TypeVar("L", bound=Placed)


class OldestRunningTransaction(Func):
    """Every transaction below this id has committed or rolled back."""

    template = "pg_snapshot_xmin(pg_current_snapshot())"
    output_field = TransactionIdField()


def lines_after(*, xid: int, event_id: int, limit: int) -> list[Event]:
    """The next settled lines after a position, in reading order."""
    beyond = Q(xid=xid, id__gt=event_id) | Q(xid__gt=xid)
    settled = Event.objects.filter(beyond, xid__gte=xid, xid__lt=OldestRunningTransaction())
    return list(settled.order_by("xid", "id")[:limit])


def last_settled() -> tuple[int, int]:
    """The (transaction, line) up to which the log is settled now; (0, 0) when it is empty."""
    settled = Event.objects.filter(xid__lt=OldestRunningTransaction())
    return settled.order_by("-xid", "-id").values_list("xid", "pk").first() or (0, 0)


def follow(reader: str, take: Callable[[list[Event]], None], *, limit: int = 1000) -> int:
    """Give the next lines to ``take`` and move the reader's cursor, both in one transaction.

    Returns how many lines were taken; 0 when the reader is up to date or another process is reading for it.
    If ``take`` fails, nothing moves and the same lines come again.
    """
    return follow_by(reader, take, lines_after, limit=limit)


def follow_by(reader: str, take: Callable[[list[L]], None], read: Callable[..., Sequence[L]], *, limit: int) -> int:
    """The same for a reader that reads in its own way: ``read(xid=, event_id=, limit=)`` gives settled lines in order.

    It may give none although there are some, and be asked again.
    """
    Cursor.objects.get_or_create(reader=reader)
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update(skip_locked=True).filter(reader=reader).first()
        if cursor is None:
            return 0
        lines = list(read(xid=cursor.xid, event_id=cursor.event_id, limit=limit))
        if lines:
            take(lines)
            place: Any = lines[-1]
            Cursor.objects.filter(reader=reader).update(xid=place.xid, event_id=place.id, moved_at=Now())
        return len(lines)


def place_of(reader: str) -> tuple[int, int]:
    """Up to where a reader has read; (0, 0) before it began."""
    return Cursor.objects.filter(reader=reader).values_list("xid", "event_id").first() or (0, 0)
