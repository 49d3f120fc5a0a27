"""The contact timeline: the log of one customer, newest first, page by page."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customer360.rules.telling import tell
from keyuan.customer360.rules.text import printable
from keyuan.customer360.shapes import Labelled, TimelineLine
from keyuan.customers import queries as customers
from keyuan.customfields.queries import labels as custom_labels
from keyuan.customfields.queries import told_changes
from keyuan.eventlog import queries as log
from keyuan.eventlog.kinds import Category, kind_of, kinds
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.kernel.refusals import Refusal

if TYPE_CHECKING:
    from keyuan.eventlog.models import Event
    from keyuan.eventlog.queries import LineRead

PAGE = 20
LONGEST_TEXT = 60
# Who looked at what is for those who may read the log, and only when they ask for it.
AUDIT = frozenset({Category.ACCESS, Category.SYSTEM})
CURSOR = re.compile(r"(\d{1,17})\.(\d{1,19})")
EPOCH = datetime.fromtimestamp(0, COMPANY_ZONE)
MICROSECOND = timedelta(microseconds=1)


class BadCursor(Refusal):
    code = "bad_cursor"
    message = _("时间线的续读位置无效。")
    remedy = _("请从头读取时间线。")


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Some lines, and where to read on (empty at the end)."""

    lines: tuple[TimelineLine, ...]
    next: str


def timeline(
    customer_id: int,
    *,
    viewer: Viewer,
    before: str = "",
    categories: Collection[str] = (),
    as_of: date | None = None,
    text: str = "",
    limit: int = PAGE,
) -> TimelinePage:
    """A page of the customer's timeline; raises CustomerNotFound outside the viewer's scope and BadCursor."""
    seen, also = customers.told_of(customer_id, viewer=viewer)
    return lines_of(seen, also=also, before=before, categories=categories, as_of=as_of, text=text, limit=limit)


def lines_of(
    seen: customers.InScope,
    *,
    also: Sequence[int] = (),
    before: str = "",
    categories: Collection[str] = (),
    as_of: date | None = None,
    text: str = "",
    limit: int = PAGE,
) -> TimelinePage:
    """The same for a customer who is known to be in scope.

    ``also``: those who were merged into the customer, whose lines are told with theirs.
    """
    wanted = [each for each in categories_for(seen.viewer) if each.value in categories]
    if categories and not wanted:
        return TimelinePage((), "")
    if not (wanted or before or text or as_of or also):
        return ask_lines(seen, limit=limit)()
    lines = log.of_customer(
        seen.customer_id,
        also=also,
        categories=wanted,
        before=_position(before),
        until=None if as_of is None else end_of(as_of),
    )
    if not wanted:
        lines = lines.exclude(name__in=_audit_names())
    sought = printable(text, longest=LONGEST_TEXT)
    if sought:
        lines = _about(lines, sought)
    return _page(list(lines[: limit + 1]), limit)


def ask_lines(seen: customers.InScope, *, as_of: date | None = None, limit: int = PAGE) -> Callable[[], TimelinePage]:
    """Ask for the first page as of a day (None: now)."""
    if as_of is not None:
        return lambda: lines_of(seen, as_of=as_of, limit=limit)
    asked = log.ask_newest_of_customer(seen.customer_id, without=_audit_names(), limit=limit + 1)
    return lambda: _page(asked(), limit)


def _page(found: Sequence[Event | LineRead], limit: int) -> TimelinePage:
    shown = tuple(_told(found[:limit]))
    return TimelinePage(shown, shown[-1].cursor if len(found) > limit else "")


@cache
def _audit_names() -> tuple[str, ...]:
    return tuple(kind.name for category in sorted(AUDIT) for kind in kinds(category))


def end_of(day: date) -> datetime:
    """The moment at which the company's day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, COMPANY_ZONE)


def categories_for(viewer: Viewer) -> tuple[Category, ...]:
    """The filters of the timeline that the viewer may use."""
    return tuple(each for each in Category if each not in AUDIT or viewer.may(Permission.SEE_LOG))


def _about(lines: QuerySet[Event], text: str) -> QuerySet[Event]:
    """The lines in which the text occurs: in what was said, who did it, what it is about, or what such lines are called."""
    called_so = [kind.name for kind in kinds() if text in str(kind.label)]
    return lines.alias(told=Cast("payload", CharField())).filter(
        Q(told__icontains=text) | Q(actor_name__icontains=text) | Q(subject_id__icontains=text) | Q(name__in=called_so)
    )


def _position(cursor: str) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    match = CURSOR.fullmatch(cursor)
    if match is None or int(match[2]) >= 2**63:
        raise BadCursor(field="before")
    try:
        moment = datetime.fromtimestamp(0, COMPANY_ZONE) + timedelta(microseconds=int(match[1]))
    except OverflowError as error:
        raise BadCursor(field="before") from error
    return moment, int(match[2])


def _cursor(event: Event | LineRead) -> str:
    micros = (event.occurred_at - EPOCH) // MICROSECOND
    return f"{micros}.{event.id}"


def _readable(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The payload with changed custom fields as people read them."""
    changes = payload.get("changes")
    return payload if not isinstance(changes, dict) else {**payload, "changes": told_changes(changes)}


@cache
def _kind(name: str, _language: str) -> tuple[str, Labelled]:
    """What a line of this kind is called in one language, the reader's when this is first asked for."""
    kind = kind_of(name)
    return str(kind.label), Labelled(kind.category.value, str(kind.category.label))


def _told(events: Iterable[Event | LineRead]) -> Iterable[TimelineLine]:
    labels, language = {**customers.field_labels(), **custom_labels()}, get_language() or ""
    for event in events:
        label, category = _kind(event.name, language)
        told = tell(_readable(event.payload), labels=labels, language=language)
        yield TimelineLine(
            id=event.id,
            name=event.name,
            label=label,
            category=category,
            occurred_at=event.occurred_at.astimezone(COMPANY_ZONE),
            actor=event.actor_name,
            text=told.text,
            tags=told.tags,
            subject=told.subject,
            cursor=_cursor(event),
        )
