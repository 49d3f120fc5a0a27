"""The customers list: filters that read as a sentence, pages that never count the whole book, rows for export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q, QuerySet

from keyuan.accounts.scope import Viewer
from keyuan.agents import queries as agents
from keyuan.customer360.queries.seen import labelled
from keyuan.customers import queries as customers
from keyuan.customers.masking import mask
from keyuan.customers.queries import DirectoryFilters
from keyuan.customers.states import CustomerKind, Sex, Source
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.kernel.term import add_months
from keyuan.kernel.wording import in_language
from keyuan.policies import queries as policies

if TYPE_CHECKING:
    from keyuan.customers.models import Customer

PAGE_SIZE = 50
COUNTED = 10_000
LAST_PAGE = COUNTED // PAGE_SIZE
MOST_EXPORTED = 1_000_000
AGE_BANDS = {"0-17": (0, 18), "18-29": (18, 30), "30-44": (30, 45), "45-59": (45, 60), "60+": (60, 130)}


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What the list is narrowed to; empty narrows nothing. ``line``: has a policy of that line whose term still runs."""

    text: str = ""
    kind: str = ""
    branch: int | None = None
    source: str = ""
    agent: str = ""
    line: str = ""
    age: str = ""
    since: date | None = None
    sort: str = "-created"


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the list. ``total`` is exact up to ``COUNTED``; beyond that ``more`` says that there are others."""

    rows: list[ListRow]
    number: int
    total: int
    more: bool
    has_next: bool

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1


@dataclass(frozen=True, slots=True)
class ListRow:
    """A customer as a row; ``policies`` counts the policies whose term runs on the day."""

    id: int
    number: str
    name: str
    kind: str
    kind_label: str
    sex: str
    age: int | None
    mobile: str
    branch: str
    source: str
    since: date
    policies: int


def list_page(filters: ListFilters, *, viewer: Viewer, on: date, page: int = 1) -> ListPage:
    """One page, at most the ``LAST_PAGE``-th: whoever needs more narrows the list or exports it."""
    found = listed(filters, viewer=viewer, on=on)
    number = min(max(page, 1), LAST_PAGE)
    first = (number - 1) * PAGE_SIZE
    rows = list(found[first : first + PAGE_SIZE + 1])
    whole = number == 1 and len(rows) <= PAGE_SIZE
    counted = len(rows) if whole else found.order_by().values("pk")[: COUNTED + 1].count()
    shown = rows[:PAGE_SIZE]
    held = _running([row.pk for row in shown], viewer, on)
    return ListPage(
        [_row(row, on, held.get(row.pk, 0)) for row in shown],
        number,
        min(counted, COUNTED),
        counted > COUNTED,
        len(rows) > PAGE_SIZE and number < LAST_PAGE,
    )


def listed(filters: ListFilters, *, viewer: Viewer, on: date) -> QuerySet[Customer]:
    """The customers in scope that fit, in order."""
    youngest, oldest = AGE_BANDS.get(filters.age, (None, None))
    chosen = DirectoryFilters(
        text=filters.text,
        kind=filters.kind if filters.kind in CustomerKind.values else "",
        source=filters.source if filters.source in Source.values else "",
        org_unit_ids=() if filters.branch is None else (filters.branch,),
        agent_id=_agent_id(filters.agent, viewer) if filters.agent else None,
        born_from=None if oldest is None else add_months(on, -12 * oldest),
        born_until=None if youngest is None else add_months(on, -12 * youngest),
        created_from=filters.since,
    )
    found = customers.directory(viewer, chosen, filters.sort)
    if filters.line:
        running = policies.visible(viewer).filter(_runs(on), product__line=filters.line)
        found = found.filter(pk__in=running.values("customer_id"))
    return found


def exported(filters: ListFilters, *, viewer: Viewer, on: date) -> Iterator[tuple[Any, ...]]:
    """The rows of an export, masked as on the screen, read in pieces whatever their number."""
    found = listed(filters, viewer=viewer, on=on).select_related(None).defer(None)
    rows = found.values_list(
        "number",
        "name",
        "kind",
        "person__sex",
        "person__birth_date",
        "person__mobile",
        "enterprise__contact_mobile",
        "org_unit__name",
        "org_unit__name_en",
        "source",
        "created_at",
    )[:MOST_EXPORTED]
    for number, name, kind, sex, born, mobile, contact, branch, english, source, created in rows.iterator(
        chunk_size=2000
    ):
        yield (
            number,
            name,
            labelled(CustomerKind, kind).label,
            labelled(Sex, sex).label if sex else "",
            born,
            mask("mobile", cast("str | None", mobile or contact)),
            in_language(branch, english),
            labelled(Source, source).label,
            created.astimezone(COMPANY_ZONE).date(),
        )


def _agent_id(code: str, viewer: Viewer) -> int:
    """The agent's id; nobody's (0) for a code that the viewer may not know, so that the list is empty and not wide."""
    return agents.visible(viewer).filter(code=code).values_list("pk", flat=True).first() or 0


def _runs(on: date) -> Q:
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


def _running(ids: list[int], viewer: Viewer, on: date) -> dict[int, int]:
    held: dict[int, int] = {}
    for holder in policies.visible(viewer).filter(_runs(on), customer_id__in=ids).values_list("customer_id", flat=True):
        held[holder] = held.get(holder, 0) + 1
    return held


def _row(customer: Customer, on: date, held: int) -> ListRow:
    details = customers.details_of(customer)
    enterprise = customer.kind == CustomerKind.ENTERPRISE
    born = None if enterprise else getattr(details, "birth_date", None)
    sex = "" if enterprise else getattr(details, "sex", "")
    name = "contact_mobile" if enterprise else "mobile"
    return ListRow(
        id=customer.pk,
        number=customer.number,
        name=customer.name,
        kind=customer.kind,
        kind_label=labelled(CustomerKind, customer.kind).label,
        sex=labelled(Sex, sex).label if sex else "",
        age=None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day)),
        mobile=mask(name, getattr(details, name, None)),
        branch=customer.org_unit.label,
        source=labelled(Source, customer.source).label,
        since=customer.created_at.astimezone(COMPANY_ZONE).date(),
        policies=held,
    )
