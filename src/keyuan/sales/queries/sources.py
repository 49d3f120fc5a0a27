"""Where customers come from: prospects by source and what became of them, set-based and in scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from keyuan.customers import queries as customers
from keyuan.customers.states import Source
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.sales.queries.listing import OPEN
from keyuan.sales.queries.scope import visible

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

DETAILS = 50
NOBODY = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """A source (or a detail of it) in a period: prospects that came, how far they are, customers registered by it."""

    code: str
    label: str
    detail: str
    prospects: int
    contacted: int
    open: int
    won: int
    lost: int
    customers: int

    @property
    def conversion(self) -> int | None:
        """Per cent of the prospects that became customers; nothing where none came."""
        return None if not self.prospects else round(100 * self.won / self.prospects)


def source_figures(
    *, viewer: Viewer, first: date | None = None, last: date | None = None, source: str = ""
) -> list[SourceFigures]:
    """Each source that brought anybody from ``first`` to ``last`` (both inside); with ``source`` its details instead.

    Prospects count on the day they came, whatever day they became customers, so that a source is judged by its own.
    """
    key = "source_detail" if source in Source.values else "source"
    rows = visible(viewer).filter(_period(first, last, "source_on"))
    if key == "source_detail":
        rows = rows.filter(source=source)
    counted = rows.values_list(key).annotate(
        n=Count("*"),
        contacted=Count("source", filter=Q(contacted_on__isnull=False)),
        open=Count("source", filter=OPEN),
        won=Count("source", filter=Q(won_on__isnull=False)),
        lost=Count("source", filter=Q(lost_on__isnull=False, won_on__isnull=True)),
    )
    held = {row[0]: (row[1], row[2], row[3], row[4], row[5]) for row in counted.order_by()}
    registered = _customers(viewer, first, last, source if key == "source_detail" else "", key)
    told = [
        _figures(value, source if key == "source_detail" else value, key, held.get(value), registered.get(value, 0))
        for value in {*held, *registered}
    ]
    told.sort(key=lambda one: (-one.prospects, -one.customers, one.label))
    return told[:DETAILS] if key == "source_detail" else told


def _figures(
    value: str, source: str, key: str, counts: tuple[int, int, int, int, int] | None, registered: int
) -> SourceFigures:
    label = str(Source(source).label) if source in Source.values else source
    detail = value if key == "source_detail" else ""
    return SourceFigures(source, label, detail, *(counts or NOBODY), customers=registered)


def _period(first: date | None, last: date | None, column: str) -> Q:
    found = Q()
    if first is not None:
        found &= Q(**{f"{column}__gte": first})
    if last is not None:
        found &= Q(**{f"{column}__lte": last})
    return found


def _customers(viewer: Viewer, first: date | None, last: date | None, source: str, key: str) -> dict[str, int]:
    rows = customers.visible(viewer)
    if first is not None:
        rows = rows.filter(created_at__gte=datetime.combine(first, time.min, COMPANY_ZONE))
    if last is not None:
        rows = rows.filter(created_at__lt=datetime.combine(last, time.max, COMPANY_ZONE))
    if source:
        rows = rows.filter(source=source)
    return dict(rows.values_list(key).annotate(n=Count("*")).order_by())
