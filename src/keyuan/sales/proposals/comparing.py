"""Up to three plans side by side, a line for each thing worth comparing; and what a plan covers, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyuan.kernel.money import Money
from keyuan.kernel.wording import in_language
from keyuan.products.describing import mode, pays, spans, yuan
from keyuan.products.rating import LifeRisk, PlanRisk, YearRow
from keyuan.sales.proposals.plans import PlanSeen

YEARS = (1, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing compared: its name and what each plan says. ``note``: what must be said beside it."""

    label: str
    cells: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """One coverage: its name, what it pays, and its amount where a plan or sum says so."""

    name: str
    pays: str
    amount: str
    note: str
    optional: bool


def compare(plans: Sequence[PlanSeen]) -> tuple[Compared, ...]:
    """What a household compares, in the order in which it asks."""
    each: list[tuple[str, Callable[[PlanSeen], str], str]] = [
        (_("保险费"), instalment, ""),
        (_("一年合计"), lambda one: yuan(one.price.yearly.amount), ""),
        (_("全部保险费"), lambda one: yuan(one.price.total.amount), ""),
        (_("缴费期间"), _pays_for, ""),
        (_("保障期间"), _covers_for, ""),
        (_("保额或计划"), sum_of, ""),
        (_("首年身故保障"), lambda one: _at(one, 1, "death_benefit"), ""),
        *((_cash_label(year), _cash_at(year), "") for year in YEARS),
        (_("第20年末累计红利·中档"), lambda one: _at(one, 20, "dividends_middle_total"), _("不保证")),
        (_("等待期"), _waiting, ""),
        (_("责任免除"), lambda one: _items(len(one.exclusions)), ""),
    ]
    found = [Compared(label, tuple(read(one) for one in plans), note) for label, read, note in each]
    return tuple(line for line in found if any(cell not in ("", "—") for cell in line.cells))


def facts_of(one: PlanSeen) -> tuple[tuple[str, str], ...]:
    """A plan by itself: what it costs and for how long, as pairs of name and value."""
    told = (
        (_("保险费"), instalment(one)),
        (_("一年合计"), yuan(one.price.yearly.amount)),
        (_("全部保险费"), yuan(one.price.total.amount)),
        (_("缴费期间"), _pays_for(one)),
        (_("保障期间"), _covers_for(one)),
        (_("保额或计划"), sum_of(one)),
        (_("等待期"), _waiting(one)),
    )
    return tuple((label, value) for label, value in told if value not in ("", "—"))


def instalment(one: PlanSeen) -> str:
    """Each payment and how it is paid: ``¥1,234.00 年交``."""
    if not one.definition.long_term and one.risk.mode == 0:
        return _("%(amount)s 一次付清") % {"amount": yuan(one.price.premium.amount)}
    return f"{yuan(one.price.premium.amount)} {mode(one.risk.mode)}"


def sum_of(one: PlanSeen) -> str:
    """The sum insured, or the name of the plan."""
    if isinstance(one.risk, LifeRisk) or (isinstance(one.risk, PlanRisk) and one.risk.sum):
        return yuan(one.risk.sum)
    plan = getattr(one.risk, "plan", "")
    return one.definition.label(plan, in_language("zh", "en")) if plan else "—"


def _pays_for(one: PlanSeen) -> str:
    if isinstance(one.risk, LifeRisk):
        return spans([one.risk.pay_years])
    return ngettext("%(number)s年", "%(number)s年", one.price.years) % {"number": one.price.years}


def _covers_for(one: PlanSeen) -> str:
    return spans([one.risk.cover_term]) if isinstance(one.risk, LifeRisk) else spans(one.definition.terms.cover)


def _cash_label(year: int) -> str:
    return _("第%(year)s年末现金价值") % {"year": year}


def _cash_at(year: int) -> Callable[[PlanSeen], str]:
    return lambda one: _at(one, year, "cash_value")


def _at(one: PlanSeen, year: int, name: str) -> str:
    row: YearRow | None = one.rows[year - 1] if year <= len(one.rows) else None
    value: Money | None = getattr(row, name, None)
    return "—" if value is None else yuan(value.amount)


def _waiting(one: PlanSeen) -> str:
    clock = one.definition.clocks.waiting_days
    return "—" if clock is None or clock.value is None else _days(clock.value)


def _days(number: int) -> str:
    return ngettext("%(number)s天", "%(number)s天", number) % {"number": number}


def _items(number: int) -> str:
    return ngettext("%(number)s项", "%(number)s项", number) % {"number": number}


def covered(one: PlanSeen) -> tuple[Covered, ...]:
    """What the plan covers: the main coverages, those of the chosen riders and options."""
    language = in_language("zh", "en")
    riders = {code for rider in one.definition.riders if rider.code in one.risk.riders for code in rider.coverages}
    options = set(getattr(one.risk, "optional", ()))
    sums = _sums(one)
    return tuple(
        Covered(
            coverage.name.said(language),
            pays(coverage),
            yuan(Decimal(sums[coverage.code])) if coverage.code in sums else "",
            coverage.note.said(language) if coverage.note else "",
            coverage.code in riders,
        )
        for coverage in one.definition.coverages
        if (coverage.main and not coverage.optional) or coverage.code in riders | options
    )


def _sums(one: PlanSeen) -> dict[str, Any]:
    chosen = getattr(one.risk, "plan", "")
    found: dict[str, Any] = next((dict(plan.sums) for plan in one.definition.plans if plan.code == chosen), {})
    return found
