"""The manager's overview 经营概览: ten figures for a Monday morning, each with the list or the cube page behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from keyuan.insight.cube.names import divided
from keyuan.insight.cube.periods import Period
from keyuan.insight.cube.questions import Question
from keyuan.insight.lake.folder import manifest
from keyuan.insight.refusals import NoProfitRun
from keyuan.kernel.clock import today
from keyuan.orders.queries.listing import OrderFilter
from keyuan.orders.queries.listing import listed as orders
from keyuan.retention.queries.listing import tallies
from keyuan.retention.states import RenewalState
from keyuan.retention.worklist import RenewalFilter
from keyuan.servicedesk.queries import ComplaintFilter, complaint_list

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

AHEAD, BACK = timedelta(days=90), timedelta(days=60)
OPEN = (RenewalState.NOT_CONTACTED, RenewalState.RENEWING, RenewalState.CONSIDERING, RenewalState.NOT_RENEWING)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is, what it says, what it is compared with, and where its list is."""

    label: str
    text: str
    beside: str
    address: str
    icon: str


def figures(*, viewer: Viewer) -> tuple[Figure, ...]:
    """Those of the cube (as of its last export), then those of today's lists."""
    return (*_of_the_cube(viewer), *_of_the_lists(viewer), *_of_profit(viewer))


def _amount(value: Any) -> str:
    return f"{Decimal(value or 0):,.0f}"


def _percent(value: Decimal | None) -> str:
    return "–" if value is None else f"{value * 100:,.1f}%"


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _cube(address: dict[str, str | list[str]]) -> str:
    return f"{reverse('insight:cube')}?{urlencode(address, doseq=True)}"


def _of_the_cube(viewer: Viewer) -> list[Figure]:
    known = manifest()
    if known is None:
        return []
    answer = import_module("keyuan.insight.cube.answers").answer

    def count(first: date, end: date, *measures: str) -> tuple[Any, ...]:
        return tuple(answer(Question((), measures, period=Period(first, end), basis="acc"), viewer=viewer).total)

    end = known.day + timedelta(days=1)
    month, year = known.day.replace(day=1), known.day.replace(month=1, day=1)
    back = _a_year_before(end)
    policies, customers = count(known.day, end, "policies", "customers")
    written, before = count(month, end, "premium_written"), count(_a_year_before(month), back, "premium_written")
    so_far, last_year = count(year, end, "premium_written"), count(_a_year_before(year), back, "premium_written")
    claims, claims_before = count(back, end, "loss_ratio"), count(_a_year_before(back), back, "loss_ratio")
    lines: dict[str, str | list[str]] = {"row": ["line"]}
    money = {**lines, "measure": ["premium_written", "premium_earned"]}
    return [
        Figure(
            _("有效保单"), f"{policies:,}", _("%(count)s 位客户") % {"count": f"{customers:,}"},
            _cube({**lines, "measure": ["policies", "customers"], "period": f"{known.day}..{end}"}), "file-text",
        ),
        Figure(
            _("本月签单保费"), _amount(written[0]), _than(written[0], before[0]),
            _cube({**money, "period": f"{month}..{end}"}), "coin",
        ),
        Figure(
            _("本年签单保费"), _amount(so_far[0]), _than(so_far[0], last_year[0]),
            _cube({**money, "period": f"{year}..{end}"}), "chart-bar",
        ),
        Figure(
            _("近十二个月赔付率"), _percent(claims[0]), _("上年同期 %(value)s") % {"value": _percent(claims_before[0])},
            _cube({**lines, "measure": ["loss_ratio", "claims", "claims_cost"], "basis": "acc", "period": f"{back}..{end}"}),
            "first-aid-kit",
        ),
    ]  # fmt: skip


def _than(now: Any, before: Any) -> str:
    change = divided(Decimal(now or 0) - Decimal(before or 0), Decimal(before or 0), "0.001")
    if change is None:
        return _("上年同期没有")
    return _("上年同期 %(value)s（%(change)s）") % {"value": _amount(before), "change": f"{change * 100:+,.1f}%"}


def _of_the_lists(viewer: Viewer) -> list[Figure]:
    on, told = today(), []
    renewals = reverse("retention:list")
    ahead = tallies(RenewalFilter(on, on + AHEAD), viewer=viewer)
    lately = tallies(RenewalFilter(on - BACK, on), viewer=viewer)
    kept, gone = lately.of([RenewalState.RENEWED]), lately.of([RenewalState.LAPSED])
    told.append(
        Figure(
            _("90 天内到期"), f"{ahead.of(OPEN):,}", _("尚无人跟进 %(count)s") % {"count": f"{ahead.unassigned:,}"},
            f"{renewals}?period=soon", "calendar-event",
        )
    )  # fmt: skip
    told.append(
        Figure(
            _("近 60 天续保率"), _percent(divided(kept, kept + gone, "0.0001")),
            _("已续保 %(kept)s，到期 %(due)s") % {"kept": f"{kept:,}", "due": f"{lately.total:,}"},
            f"{renewals}?period=lately&list={RenewalState.RENEWED}", "circle-check",
        )
    )  # fmt: skip
    told.append(
        Figure(
            _("近 60 天脱保"), f"{gone:,}",
            _("占到期的 %(share)s") % {"share": _percent(divided(gone, lately.total, "0.0001"))},
            f"{renewals}?period=lately&list={RenewalState.LAPSED}", "alert-triangle",
        )
    )  # fmt: skip
    selling = orders(OrderFilter(state="open"), viewer=viewer).order_by().count()
    stuck = orders(OrderFilter(state="stuck"), viewer=viewer).order_by().count()
    told.append(
        Figure(
            _("进行中的投保单"), f"{selling:,}", _("停滞 %(count)s") % {"count": f"{stuck:,}"},
            f"{reverse('orders:list')}?state=open", "clipboard-list",
        )
    )  # fmt: skip
    waiting = complaint_list(ComplaintFilter(state="open"), viewer=viewer)
    fresh = waiting.filter(received_at__date__gte=on - timedelta(days=7)).count()
    told.append(
        Figure(
            _("未结投诉"), f"{waiting.count():,}", _("近七天新增 %(count)s") % {"count": f"{fresh:,}"},
            f"{reverse('servicedesk:complaints')}?state=open", "message-exclamation",
        )
    )  # fmt: skip
    return told


def _of_profit(viewer: Viewer) -> list[Figure]:
    queries = import_module("keyuan.insight.profit.queries")
    try:
        run = queries.run_of(None, viewer=viewer)
    except NoProfitRun:
        return []
    found = queries.whale(run, viewer=viewer)
    beside = _("结构利润 %(value)s") % {"value": _amount(found.totals["structure"])}
    return [
        Figure(_("近十二个月利润"), _amount(found.totals["profit"]), beside, reverse("insight:profit"), "chart-line")
    ]
