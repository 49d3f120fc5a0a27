"""What an address asks for: the period, the lists and the other filters, and how they read as a sentence."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.accounts import queries as accounts
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.kernel.clock import today
from keyuan.products.states import Line
from keyuan.retention.queries import PERIOD_DAYS, RenewalFilter
from keyuan.retention.queries.staff import helpers
from keyuan.retention.states import DueKind, RenewalState

PERIODS: tuple[tuple[str, str | Promise], ...] = (
    ("today", gettext_lazy("今天到期")),
    ("week", gettext_lazy("本周到期")),
    ("month", gettext_lazy("本月到期")),
    ("next_month", gettext_lazy("下月到期")),
    ("soon", gettext_lazy("90天内到期")),
    ("lately", gettext_lazy("近60天已到期")),
)
DEFAULT_PERIOD = "month"


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, and the address without it."""

    word: str
    without: str


@dataclass(slots=True)
class Asked:
    """What is asked for, and what the filter form needs; ``person`` is the name of the one whose work it is."""

    wanted: RenewalFilter
    period: str
    chips: list[Chip] = field(default_factory=list)
    person: str = ""
    units: list[Any] = field(default_factory=list)
    query: str = ""

    @property
    def sentence(self) -> str:
        return " · ".join(chip.word for chip in self.chips)


def period_of(name: str, *, on: date) -> tuple[date, date]:
    """The days of a named period, half-open."""
    start_of_month = on.replace(day=1)
    end_of_month = start_of_month + timedelta(days=monthrange(on.year, on.month)[1])
    match name:
        case "today":
            return on, on + timedelta(days=1)
        case "week":
            monday = on - timedelta(days=on.weekday())
            return monday, monday + timedelta(days=7)
        case "next_month":
            return end_of_month, end_of_month + timedelta(days=monthrange(end_of_month.year, end_of_month.month)[1])
        case "soon":
            return on, on + timedelta(days=90)
        case "lately":
            return on - timedelta(days=60), on
    return start_of_month, end_of_month


def asked(query: QueryDict, *, viewer: Viewer, mine: bool = False) -> Asked:
    """What the address asks for; what cannot be read narrows nothing. ``mine`` unless the address says everybody's."""
    on = today()
    period, first, last = _period(query, on=on)
    lists = tuple(state for state in query.getlist("list") if state in RenewalState.values)
    line = query.get("line", "") if query.get("line", "") in Line.values else ""
    kind = query.get("kind", "") if query.get("kind", "") in DueKind.values else ""
    who = query.get("who", "mine" if mine or viewer.role == Role.AGENT else "")
    wanted = RenewalFilter(
        first,
        last,
        lists=lists,
        line=line,
        kind=kind,
        branch=_number(query.get("branch", "")),
        agent=_number(who),
        mine=who == "mine",
        unassigned=who == "nobody",
        overdue=query.get("overdue") == "1",
        contact_from=_day(query.get("call_from", "")),
        contact_before=_day(query.get("call_before", "")),
        sort=query.get("sort", "due"),
    )
    result = Asked(wanted, period, query=query.urlencode())
    if viewer.role != Role.AGENT:
        result.person = "" if wanted.agent is None else _named(wanted.agent, viewer=viewer)
        result.units = [(unit.pk, unit.label) for unit in accounts.units(viewer=viewer)]
    result.chips = _chips(result, query)
    return result


def _period(query: QueryDict, *, on: date) -> tuple[str, date, date]:
    first, last = _day(query.get("from", "")), _day(query.get("to", ""))
    if first is not None and last is not None and first <= last and (last - first).days < PERIOD_DAYS:
        return "", first, last + timedelta(days=1)
    name = query.get("period", DEFAULT_PERIOD)
    name = name if name in dict(PERIODS) else DEFAULT_PERIOD
    return name, *period_of(name, on=on)


def _chips(result: Asked, query: QueryDict) -> list[Chip]:
    wanted = result.wanted
    units = dict(result.units)
    told: list[tuple[str | Promise | None, tuple[str, ...]]] = [
        (_when(result), ("period", "from", "to")),
        (units.get(wanted.branch), ("branch",)),
        (Line(wanted.line).label if wanted.line else None, ("line",)),
        (DueKind(wanted.kind).label if wanted.kind else None, ("kind",)),
        (_whose(result, query), ("who",)),
        (_("逾期未联系") if wanted.overdue else None, ("overdue",)),
        (_call_day(wanted), ("call_from", "call_before")),
    ]
    chips = []
    for word, names in told:
        if word is not None:
            rest = query.copy()
            for name in (*names, "page"):
                rest.pop(name, None)
            chips.append(Chip(str(word), f"?{rest.urlencode()}"))
    return chips


def _when(result: Asked) -> str:
    if result.period:
        return str(dict(PERIODS)[result.period])
    last = result.wanted.last - timedelta(days=1)
    return _("%(first)s至%(last)s到期") % {"first": result.wanted.first.isoformat(), "last": last.isoformat()}


def _whose(result: Asked, query: QueryDict) -> str | None:
    wanted = result.wanted
    if wanted.agent is not None:
        return _("分派给%(name)s") % {"name": result.person or wanted.agent}
    if wanted.unassigned:
        return _("未分派")
    return _("我的") if query.get("who") == "mine" else None


def _named(user_id: int, *, viewer: Viewer) -> str:
    found = helpers(viewer=viewer, ids=[user_id])
    return found[0].name if found else ""


def _call_day(wanted: RenewalFilter) -> str | None:
    if wanted.contact_from is None:
        return None
    return _("%(day)s应联系") % {"day": wanted.contact_from.isoformat()}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 and text[:4] not in ("0000", "0001", "9999") else None
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
