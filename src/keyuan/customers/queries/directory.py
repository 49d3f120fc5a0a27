"""The customers list: filters that an index serves, and orders that it can walk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models import Assignment, Customer
from keyuan.customers.queries.lookup import by_identifier
from keyuan.customers.queries.scope import visible
from keyuan.customers.queries.type_ahead import by_name
from keyuan.customers.states import AssignmentKind

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer

MOST_FOUND_BY_TEXT = 500
# Newest first is the order of the primary key: numbers are given in the order of registration.
SORTS = {
    "-created": ("-id",),
    "created": ("id",),
    "name": ("name", "id"),
    "-name": ("-name", "-id"),
    "pinyin": ("name_pinyin", "id"),
    "number": ("number",),
    "-number": ("-number",),
}
SORT_LABELS = {"-created": _("最新建档"), "created": _("最早建档"), "pinyin": _("按姓名拼音"), "number": _("按客户号")}
DEFAULT_SORT = "-created"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryFilters:
    """What the list is narrowed to; an empty field narrows nothing. Created from is inside, until is outside."""

    text: str = ""
    kind: str = ""
    source: str = ""
    org_unit_ids: tuple[int, ...] = ()
    agent_id: int | None = None
    unassigned: bool = False
    sex: str = ""
    born_from: date | None = None
    born_until: date | None = None
    created_from: date | None = None
    created_until: date | None = None


def directory(viewer: Viewer, filters: DirectoryFilters | None = None, sort: str = DEFAULT_SORT) -> QuerySet[Customer]:
    """The customers in scope that fit, in order, with unit, person and enterprise joined; an unknown order is the default.

    A text finds as the search box does (identifier, else name), and at most MOST_FOUND_BY_TEXT of them.
    """
    chosen = filters or DirectoryFilters()
    rows = visible(viewer).filter(_conditions(chosen))
    if chosen.text.strip():
        found = by_identifier(chosen.text, viewer=viewer) or by_name(
            chosen.text, viewer=viewer, limit=MOST_FOUND_BY_TEXT
        )
        rows = rows.filter(pk__in=[customer.pk for customer in found])
    joined = rows.select_related("org_unit", "person", "enterprise").defer("name_grams", "name_pinyin", "name_initials")
    return joined.order_by(*SORTS.get(sort, SORTS[DEFAULT_SORT]))


def _conditions(chosen: DirectoryFilters) -> Q:
    plain = {
        "kind": chosen.kind,
        "source": chosen.source,
        "org_unit_id__in": chosen.org_unit_ids,
        "person__sex": chosen.sex,
        "person__birth_date__gte": chosen.born_from,
        "person__birth_date__lt": chosen.born_until,
        "created_at__date__gte": chosen.created_from,
        "created_at__date__lt": chosen.created_until,
    }
    conditions = Q(**{name: value for name, value in plain.items() if value not in ("", None, ())})
    serving = Assignment.objects.filter(kind=AssignmentKind.SERVICING, ends_on__isnull=True)
    if chosen.agent_id is not None:
        conditions &= Q(pk__in=serving.filter(agent_id=chosen.agent_id).values("customer_id"))
    if chosen.unassigned:
        conditions &= ~Q(pk__in=serving.values("customer_id"))
    return conditions
