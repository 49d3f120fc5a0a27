"""Every read of batches. They are the company's: who may see the log sees them, whoever's lines they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from keyuan.accounts.roles import Permission
from keyuan.eventlog.cursors import place_of
from keyuan.eventlog.raw import waiting
from keyuan.evidence.models import Batch, LogCheck
from keyuan.evidence.readers import NAME
from keyuan.evidence.refusals import BatchNotFound

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer

#: Waiting lines are counted so far; beyond that the page says "more than".
COUNTED: Final = 100_000
SORTS: Final = {"number": "number", "lines": "lines", "sealed": "sealed_at"}


def batches(*, viewer: Viewer) -> QuerySet[Batch]:
    """The sealed log by batches, without their hashes; nothing for who may not see the log."""
    rows = Batch.objects.defer("leaves", "seal", "head")
    return rows if viewer.may(Permission.SEE_LOG) else rows.none()


def listed(
    *, sealed: bool | None = None, line: int | None = None, sort: str = "-number", viewer: Viewer
) -> QuerySet[Batch]:
    """The list: all, those with or without a seal, or the one that holds a line of the log (its number)."""
    rows = batches(viewer=viewer)
    if sealed is not None:
        rows = rows.filter(seal__isnull=not sealed)
    if line is not None:
        rows = rows.filter(number__in=_batch_of(line))
    column = SORTS.get(sort.lstrip("-"), "number")
    sign = "-" if sort.startswith("-") else ""
    return rows.order_by(f"{sign}{column}", f"{sign}number")


def _batch_of(line: int) -> list[int]:
    # By the numbers of lines a few batches may overlap (reading order goes by transaction): each that could hold it.
    near = Batch.objects.filter(first_id__lte=line, last_id__gte=line)
    return list(near.values_list("number", flat=True)[:10])


def the_batch(number: int, *, viewer: Viewer) -> Batch:
    """One batch with head and seal; raises BatchNotFound."""
    if not viewer.may(Permission.SEE_LOG):
        raise BatchNotFound
    found = Batch.objects.defer("leaves").filter(number=number).first()
    if found is None:
        raise BatchNotFound
    return found


@dataclass(frozen=True, slots=True)
class Lag:
    """What is not sealed yet: lines in no batch and since when, batches without a seal and since when."""

    lines: int
    lines_since: datetime | None
    batches: int
    batches_since: datetime | None

    @property
    def many(self) -> bool:
        return self.lines >= COUNTED


def lag(*, viewer: Viewer) -> Lag:
    """How far the seals are behind the log."""
    if not viewer.may(Permission.SEE_LOG):
        return Lag(0, None, 0, None)
    place = place_of(NAME)
    count, since = waiting(xid=place[0], event_id=place[1], limit=COUNTED)
    unsealed = Batch.objects.filter(seal__isnull=True)
    oldest = unsealed.order_by("number").values_list("made_at", flat=True).first()
    return Lag(count, since, unsealed.count(), oldest)


def checks(*, viewer: Viewer) -> QuerySet[LogCheck]:
    """The checks of the whole log, the newest first."""
    rows = LogCheck.objects.order_by("-pk")
    return rows if viewer.may(Permission.SEE_LOG) else rows.none()
