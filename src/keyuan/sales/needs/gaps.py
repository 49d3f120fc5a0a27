"""From what a household told to what is missing: each gap with its arithmetic, a line a step. Pure: the day is passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.deadlines.parameters import parameter
from keyuan.products.suitability import Need
from keyuan.sales.needs.facts import NeedsFacts

ZERO = Decimal(0)
STEPS: dict[str, str | Promise] = {
    "income": _("家人赖以生活的收入：年收入 × %(share)s%% × %(years)s 年"),
    "debts": _("尚欠的房贷和其他债务"),
    "education": _("孩子读到 %(until)s 岁的费用：每年 %(amount)s 元"),
    "parents": _("父母的赡养费：每人每年 %(amount)s 元，%(years)s 年"),
    "treatment": _("治疗与康复的费用"),
    "lost_income": _("不能工作时的收入：%(years)s 年"),
    "medical": _("一年里大额医疗费用的保障"),
    "accident": _("意外伤残后的收入：%(years)s 年"),
    "accident_least": _("意外保障的最低额"),
    "pension": _("退休后每年另备：年收入的 %(share)s%%"),
    "has": _("减：已有的保障"),
    "savings": _("减：可以动用的积蓄"),
}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The parameters of a day; each is in ``deadlines/parameters.toml`` with its source."""

    income_years: Decimal
    income_share: Decimal
    education_per_year: Decimal
    education_until_age: Decimal
    parent_support_per_year: Decimal
    illness_treatment: Decimal
    illness_income_years: Decimal
    medical: Decimal
    accident_income_years: Decimal
    accident_least: Decimal
    pension_share: Decimal
    budget_share: Decimal


def assumptions(on: date) -> Assumptions:
    """What is assumed on a day."""
    return Assumptions(**{name: parameter(f"needs.{name}", on=on).value for name in Assumptions.__slots__})


@dataclass(frozen=True, slots=True)
class GapStep:
    """One line of the arithmetic; amounts that are taken off are negative."""

    code: str
    amount: Decimal
    gaps: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        text = str(STEPS[self.code])
        return text % dict(self.gaps) if self.gaps else text


@dataclass(frozen=True, slots=True)
class Gap:
    """What is wanted for a need, what is there and what is missing, never below zero. A pension is a year's."""

    need: Need
    wanted: Decimal
    has: Decimal
    steps: tuple[GapStep, ...]

    @property
    def short(self) -> Decimal:
        return max(self.wanted - self.has, ZERO)

    @property
    def share_met(self) -> int:
        """How much of it is there, in whole per cent, at most 100."""
        return 100 if self.wanted <= self.has else int(self.has * 100 / self.wanted)


def gaps(facts: NeedsFacts, numbers: Assumptions) -> tuple[Gap, ...]:
    """Every need that this household has, in the order in which needs are usually met, whether it is met or not."""
    return tuple(_gap(need, tuple(steps(facts, numbers))) for need, steps in STEPS_OF.items() if _has(need, facts))


def _has(need: Need, facts: NeedsFacts) -> bool:
    if need == Need.DEATH:
        return facts.supports_somebody
    return need != Need.EDUCATION or bool(facts.children)


def _gap(need: Need, steps: tuple[GapStep, ...]) -> Gap:
    wanted = sum((step.amount for step in steps if step.amount > 0), ZERO)
    has = -sum((step.amount for step in steps if step.amount < 0), ZERO)
    return Gap(need, wanted, has, steps)


def _step(code: str, yuan: Decimal, /, **told: Decimal | int) -> Iterator[GapStep]:
    whole = yuan.quantize(Decimal(1))
    if whole:
        yield GapStep(code, whole, tuple((name, f"{Decimal(value).normalize():,f}") for name, value in told.items()))


def _earned(facts: NeedsFacts) -> Decimal:
    return facts.income if facts.income is not None else facts.household_income or ZERO


def _death(facts: NeedsFacts, n: Assumptions) -> Iterator[GapStep]:
    if facts.partner or facts.children:
        income = _earned(facts) * n.income_share * n.income_years
        yield from _step("income", income, share=n.income_share * 100, years=n.income_years)
    yield from _step("debts", facts.debts)
    yield from _step("education", _schooling(facts, n), until=n.education_until_age, amount=n.education_per_year)
    support = facts.parents * n.parent_support_per_year * n.income_years
    yield from _step("parents", support, amount=n.parent_support_per_year, years=n.income_years)
    yield from _step("has", -facts.has_death)
    yield from _step("savings", -facts.savings)


def _schooling(facts: NeedsFacts, n: Assumptions) -> Decimal:
    years = sum((max(n.education_until_age - age, ZERO) for age in facts.children), ZERO)
    return years * n.education_per_year


def _critical_illness(facts: NeedsFacts, n: Assumptions) -> Iterator[GapStep]:
    yield from _step("treatment", n.illness_treatment)
    yield from _step("lost_income", _earned(facts) * n.illness_income_years, years=n.illness_income_years)
    yield from _step("has", -facts.has_critical_illness)


def _medical(facts: NeedsFacts, n: Assumptions) -> Iterator[GapStep]:
    yield from _step("medical", n.medical)
    yield from _step("has", -facts.has_medical)


def _accident(facts: NeedsFacts, n: Assumptions) -> Iterator[GapStep]:
    income = _earned(facts) * n.accident_income_years
    if income < n.accident_least:
        yield from _step("accident_least", n.accident_least)
    else:
        yield from _step("accident", income, years=n.accident_income_years)
    yield from _step("has", -facts.has_accident)


def _education(facts: NeedsFacts, n: Assumptions) -> Iterator[GapStep]:
    yield from _step("education", _schooling(facts, n), until=n.education_until_age, amount=n.education_per_year)
    yield from _step("has", -facts.has_education)


def _pension(facts: NeedsFacts, n: Assumptions) -> Iterator[GapStep]:
    yield from _step("pension", _earned(facts) * n.pension_share, share=n.pension_share * 100)
    yield from _step("has", -facts.has_pension)


STEPS_OF: dict[Need, Callable[[NeedsFacts, Assumptions], Iterator[GapStep]]] = {
    Need.MEDICAL: _medical,
    Need.ACCIDENT: _accident,
    Need.CRITICAL_ILLNESS: _critical_illness,
    Need.DEATH: _death,
    Need.EDUCATION: _education,
    Need.PENSION: _pension,
}
