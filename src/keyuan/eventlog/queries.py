"""Reading the log by what it is about. Who may see whose lines is decided above: the log knows customers only by number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from django.db.models import Q, QuerySet, Sum

from keyuan.eventlog.kinds import Category, kinds
from keyuan.eventlog.models import Event, Tally
from keyuan.kernel.compiled import Compiled


def of_customer(
    customer_id: int,
    *,
    also: Collection[int] = (),
    categories: Iterable[Category] = (),
    before: tuple[datetime, int] | None = None,
    until: datetime | None = None,
) -> QuerySet[Event]:
    """A customer's lines, latest first, with those of the customers ``also``.

    ``before`` is the (occurred_at, id) of the last line of the page above.
    """
    own = Q(customer_id__in=(customer_id, *also)) if also else Q(customer_id=customer_id)
    lines = Event.objects.filter(own)
    wanted = list(categories)
    if wanted:
        lines = lines.filter(name__in=[kind.name for category in wanted for kind in kinds(category)])
    if before is not None:
        moment, line = before
        lines = lines.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, id__lt=line), occurred_at__lte=moment)
    if until is not None:
        lines = lines.filter(occurred_at__lt=until)
    return lines.order_by("-occurred_at", "-id")


def of_subject(subject: tuple[str, str | int]) -> QuerySet[Event]:
    """The lines about a thing that had to do with no customer at the time, latest first."""
    kind, key = subject
    lines = Event.objects.filter(subject_type=kind, subject_id=str(key), customer_id__isnull=True)
    return lines.order_by("-occurred_at", "-id")


def about(subject: tuple[str, str | int], *, names: Iterable[str], since: datetime) -> QuerySet[Event]:
    """What happened from the moment on to a thing that several customers share, latest first."""
    kind, key = subject
    lines = Event.objects.filter(subject_type=kind, subject_id=str(key), name__in=list(names), occurred_at__gte=since)
    return lines.order_by("-occurred_at", "-id")


def ids_about(
    subjects: Collection[tuple[str, str | int]], *, customer_ids: Collection[int], without: Collection[str] = ()
) -> list[int]:
    """The numbers of the lines about some things, in reading order: those of these customers, and of nobody."""
    wanted = Q()
    for kind, key in subjects:
        wanted |= Q(subject_type=kind, subject_id=str(key))
    rows = Event.objects.filter(wanted).exclude(name__in=list(without)) if subjects else Event.objects.none()
    found = [
        *rows.filter(customer_id__in=list(customer_ids)).values_list("xid", "pk"),
        *rows.filter(customer_id__isnull=True).values_list("xid", "pk"),
    ]
    return [key for _, key in sorted(found)]


def named(*names: str) -> QuerySet[Event]:
    """The lines of these kinds, whoever they are about: to be narrowed to customers in scope by who asks."""
    return Event.objects.filter(name__in=names, customer_id__isnull=False)


class LineRead(NamedTuple):
    """A line as the timeline tells it."""

    id: int
    name: str
    occurred_at: datetime
    actor_name: str
    payload: dict[str, Any]


def ask_newest_of_customer(
    customer_id: int, *, without: tuple[str, ...] = (), limit: int
) -> Callable[[], list[LineRead]]:
    """Ask for the first page of a customer's lines, latest first: what every 360 page begins with."""
    asked = _NEWEST.ask(without, limit, customer_id=customer_id)
    return lambda: [
        LineRead(id_, name, at, actor, orjson.loads(payload)) for id_, name, at, actor, payload in asked.rows()
    ]


def _newest(without: tuple[str, ...], limit: int, customer_id: int) -> QuerySet[Event, Any]:
    lines = of_customer(customer_id).exclude(name__in=without)
    return lines.values_list("id", "name", "occurred_at", "actor_name", "payload")[:limit]


_NEWEST = Compiled(_newest)


def lines_by_id(ids: Iterable[int]) -> list[Event]:
    """Some lines by their numbers, in reading order."""
    return list(Event.objects.filter(pk__in=list(ids)).order_by("xid", "id"))


def latest(limit: int = 100) -> QuerySet[Event]:
    """The lines written last, newest first."""
    return Event.objects.order_by("-xid", "-id")[:limit]


@dataclass(frozen=True, slots=True)
class Tallied:
    """How often the thing ``name`` happened on ``day``, in the units asked for together."""

    day: date
    name: str
    count: int


def tallies(unit_ids: Iterable[int] | None, *, since: date, names: Iterable[str] = ()) -> list[Tallied]:
    """What happened since a day, by day and thing. ``unit_ids`` None is the whole company, none at all is nothing."""
    rows = Tally.objects.filter(day__gte=since)
    if unit_ids is not None:
        rows = rows.filter(org_unit_id__in=list(unit_ids))
    wanted = list(names)
    if wanted:
        rows = rows.filter(name__in=wanted)
    summed = rows.values_list("day", "name").annotate(total=Sum("count")).order_by("day", "name")
    return [Tallied(day, name, total) for day, name, total in summed]
