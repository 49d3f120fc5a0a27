"""Reads of statements and differences: for those who may see the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.billing.models import Difference, Statement
from keyuan.billing.refusals import DifferenceNotFound
from keyuan.billing.states import DifferenceKind, DifferenceState

OPEN = Q(explained_at__isnull=True, gone_at__isnull=True)
STATES = {
    DifferenceState.OPEN: OPEN,
    DifferenceState.EXPLAINED: Q(explained_at__isnull=False),
    DifferenceState.GONE: Q(explained_at__isnull=True, gone_at__isnull=False),
}


@dataclass(frozen=True, slots=True)
class DifferenceFilter:
    """What the list is narrowed to; empty narrows nothing."""

    state: str = ""
    kind: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None


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
    return found.select_related("attempt").order_by("-day", "-pk")


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
