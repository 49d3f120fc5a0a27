"""Reads of statements and differences: for those who may see the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.billing.models import Difference, Statement
from keyuan.billing.refusals import DifferenceNotFound
from keyuan.billing.states import DifferenceKind, DifferenceState

PAGE = 50
MOST_EXPORTED = 100_000
OPEN = Q(explained_at__isnull=True, gone_at__isnull=True)
STATES = {
    DifferenceState.OPEN: OPEN,
    DifferenceState.EXPLAINED: Q(explained_at__isnull=False),
    DifferenceState.GONE: Q(explained_at__isnull=True, gone_at__isnull=False),
}
ORDERS = ("day", "number", "kind", "ours", "theirs")


@dataclass(frozen=True, slots=True)
class DifferenceFilter:
    """What the list is narrowed to; empty narrows nothing."""

    state: str = ""
    kind: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = ""


def sees_books(viewer: Viewer) -> bool:
    """The books are the whole company's: who sees only a part of it does not see them."""
    return viewer.may(Permission.SEE_BOOKS) and viewer.sees_whole_company


def differences(wanted: DifferenceFilter, *, viewer: Viewer) -> QuerySet[Difference]:
    """The differences that fit, the newest day first."""
    if not sees_books(viewer):
        return Difference.objects.none()
    plain = {
        "kind": wanted.kind if wanted.kind in DifferenceKind.values else "",
        "day__gte": wanted.since,
        "day__lt": wanted.until,
    }
    found = Difference.objects.filter(**{name: value for name, value in plain.items() if value not in ("", None)})
    if wanted.state in STATES:
        found = found.filter(STATES[DifferenceState(wanted.state)])
    if wanted.text:
        found = found.filter(Q(number=wanted.text) | Q(trade_no=wanted.text) | Q(attempt__number=wanted.text))
    column = wanted.sort.removeprefix("-")
    order = [F("day").desc(), F("pk").desc()]
    if column in ORDERS:
        by = F(column)
        order.insert(0, by.desc(nulls_last=True) if wanted.sort.startswith("-") else by.asc(nulls_last=True))
    return found.select_related("attempt").order_by(*order)


def open_differences(*, viewer: Viewer) -> int:
    """How many wait for an explanation."""
    return Difference.objects.filter(OPEN).count() if sees_books(viewer) else 0


def the_difference(difference_id: int, *, viewer: Viewer) -> Difference:
    """One difference; raises DifferenceNotFound."""
    found = Difference.objects.filter(pk=difference_id).first() if sees_books(viewer) else None
    if found is None:
        raise DifferenceNotFound
    return found


def statements(*, viewer: Viewer, most: int = 31) -> list[Statement]:
    """The latest days that were compared, without the files."""
    if not sees_books(viewer):
        return []
    return list(Statement.objects.defer("content").order_by("-day")[:most])


def exported(wanted: DifferenceFilter, *, viewer: Viewer) -> Iterator[tuple[Any, ...]]:
    """The rows of an export."""
    for one in differences(wanted, viewer=viewer)[:MOST_EXPORTED].iterator(chunk_size=2000):
        yield (
            one.day, one.get_kind_display(), one.get_side_display(), one.number, one.trade_no,
            None if one.ours is None else float(one.ours), None if one.theirs is None else float(one.theirs),
            one.currency, str(one.state.label), one.explained_by, one.why,
        )  # fmt: skip
