"""The queue of pairs to be judged, and one pair."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet

from keyuan.accounts.roles import Permission
from keyuan.customers import queries as customers
from keyuan.duplicates.models import Duplicate, DuplicateSearch
from keyuan.duplicates.refusals import PairNotFound
from keyuan.duplicates.states import Verdict

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

SORTS = {
    "probability": ("-probability", "-pk"),
    "-probability": ("probability", "pk"),
    "found": ("-found_at", "-pk"),
    "name": ("customer__name_pinyin", "pk"),
}
MOST_BY_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilters:
    """What the queue is narrowed to; an empty field narrows nothing. ``verdict`` empty: what waits for a person."""

    text: str = ""
    kind: str = ""
    verdict: str = ""
    least: float = 0.0
    branch: int | None = None
    sort: str = "probability"


def _seen(viewer: Viewer) -> QuerySet[Duplicate]:
    """Pairs of which the viewer sees both, each once."""
    if not viewer.may(Permission.MERGE_CUSTOMERS):
        return Duplicate.objects.none()
    rows = Duplicate.objects.filter(customer__lt=F("other"))
    if not viewer.sees_whole_company:
        mine = customers.visible(viewer).values("pk")
        rows = rows.filter(customer__in=mine, other__in=mine)
    return rows


def queue(filters: QueueFilters, *, viewer: Viewer, on: date) -> QuerySet[Duplicate]:
    """The pairs that fit, with both customers and their units."""
    rows = _seen(viewer)
    if filters.verdict == Verdict.NOT_SAME:
        rows = rows.filter(verdict=Verdict.NOT_SAME)
    elif filters.verdict == Verdict.LATER:
        rows = rows.filter(verdict=Verdict.LATER, again_on__gt=on)
    else:
        rows = rows.exclude(verdict=Verdict.NOT_SAME).exclude(verdict=Verdict.LATER, again_on__gt=on)
    if filters.kind:
        rows = rows.filter(customer__kind=filters.kind)
    if filters.least:
        rows = rows.filter(probability__gte=filters.least)
    if filters.branch is not None:
        rows = rows.filter(Q(customer__org_unit=filters.branch) | Q(other__org_unit=filters.branch))
    if filters.text.strip():
        found = customers.by_identifier(filters.text, viewer=viewer) or customers.by_name(
            filters.text, viewer=viewer, limit=MOST_BY_TEXT
        )
        ids = [one.pk for one in found]
        rows = rows.filter(Q(customer__in=ids) | Q(other__in=ids))
    order = SORTS.get(filters.sort, SORTS["probability"])
    return rows.select_related("customer__org_unit", "other__org_unit").order_by(*order)


def open_count(*, viewer: Viewer, on: date) -> int:
    """How many pairs wait for the viewer."""
    return queue(QueueFilters(), viewer=viewer, on=on).count()


def the_pair(customer_id: int, other_id: int, *, viewer: Viewer) -> Duplicate:
    """The pair of the two, whichever comes first; raises PairNotFound."""
    ids = (customer_id, other_id)
    rows = _seen(viewer).select_related("customer__org_unit", "other__org_unit")
    found = rows.filter(customer__in=ids, other__in=ids).first()
    if found is None:
        raise PairNotFound
    return found


def pairs_of(customer_id: int, *, viewer: Viewer, on: date) -> list[Duplicate]:
    """The pairs of one customer that wait for a person."""
    rows = queue(QueueFilters(), viewer=viewer, on=on)
    return list(rows.filter(Q(customer=customer_id) | Q(other=customer_id))[:20])


def pairs_among(pairs: Collection[tuple[int, int]], *, viewer: Viewer) -> list[Duplicate]:
    """Those of these pairs (customer ids) that are in the queue and of which the viewer sees both, the likeliest first."""
    wanted = {tuple(sorted(pair)) for pair in pairs}
    if not wanted:
        return []
    rows = _seen(viewer).filter(customer__in={one for one, _ in wanted}, other__in={other for _, other in wanted})
    found = rows.select_related("customer__org_unit", "other__org_unit").order_by("-probability", "pk")
    return [pair for pair in found if (pair.customer_id, pair.other_id) in wanted]


def last_search(*, viewer: Viewer) -> DuplicateSearch | None:
    """The search that was begun last, for those who see what it finds."""
    if not viewer.may(Permission.MERGE_CUSTOMERS):
        return None
    return DuplicateSearch.objects.order_by("-pk").first()
