"""The words of the cube: its measures and dimensions, how people read them, and what each measure is made of.

Light: pages and command lines read this without loading an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CENT: Final = Decimal("0.01")
#: A policy-year is so many days (365 分之一法).
DAYS_OF_YEAR: Final = 365
Sums = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Measure:
    """``needs``: the sums (expressions.SUMS) that it is made of; ``of`` makes it of them, exactly. None: nothing to say."""

    label: str | Promise
    look: str  # money, number, ratio
    needs: tuple[str, ...]
    of: Callable[[Sums], Decimal | int | None]


def _money(name: str) -> Callable[[Sums], Decimal]:
    return lambda sums: (Decimal(sums[name]) / 100).quantize(CENT)


def _count(name: str) -> Callable[[Sums], int]:
    return lambda sums: sums[name]


def divided(over: Decimal | int, under: Decimal | int, places: str) -> Decimal | None:
    """An exact quotient, rounded once; None where there is nothing to divide by."""
    return None if under == 0 else (Decimal(over) / Decimal(under)).quantize(Decimal(places), ROUND_HALF_UP)


def _exposure(sums: Sums) -> Decimal:
    return (Decimal(sums["days"]) / DAYS_OF_YEAR).quantize(CENT, ROUND_HALF_UP)


def _frequency(sums: Sums) -> Decimal | None:
    return divided(sums["claims"] * DAYS_OF_YEAR, sums["days"], "0.0001")


def _severity(sums: Sums) -> Decimal | None:
    return divided(sums["claims_cost"], sums["claims"] * 100, "0.01")


def _profit(sums: Sums) -> Decimal:
    left = sums["earned"] - sums["claims_cost"] - sums["payouts"] - sums["commission"] - sums["expenses"]
    return (Decimal(left) / 100).quantize(CENT)


MEASURES: Final[Mapping[str, Measure]] = {
    "premium_written": Measure(_("签单保费"), "money", ("written",), _money("written")),
    "premium_earned": Measure(_("已赚保费"), "money", ("earned",), _money("earned")),
    "exposure": Measure(_("风险单位（保单年）"), "number", ("days",), _exposure),
    "policies": Measure(_("保单数"), "count", ("policies",), _count("policies")),
    "customers": Measure(_("客户数"), "count", ("customers",), _count("customers")),
    "claims": Measure(_("赔案数"), "count", ("claims",), _count("claims")),
    "claims_cost": Measure(_("赔款"), "money", ("claims_cost",), _money("claims_cost")),
    "payouts": Measure(_("给付与退保金"), "money", ("payouts",), _money("payouts")),
    "loss_ratio": Measure(
        _("赔付率"), "ratio", ("claims_cost", "earned"), lambda sums: divided(sums["claims_cost"], sums["earned"], "0.0001")
    ),
    "frequency": Measure(_("出险频率"), "ratio", ("claims", "days"), _frequency),
    "severity": Measure(_("案均赔款"), "money", ("claims_cost", "claims"), _severity),
    "commission": Measure(_("佣金"), "money", ("commission",), _money("commission")),
    "expenses": Measure(_("服务成本"), "money", ("expenses",), _money("expenses")),
    "profit": Measure(
        _("承保利润"), "money", ("earned", "claims_cost", "payouts", "commission", "expenses"), _profit
    ),
}  # fmt: skip
STANDARD: Final = ("premium_written", "premium_earned", "policies", "customers", "claims", "claims_cost", "loss_ratio")

DIMENSIONS: Final[Mapping[str, str | Promise]] = {
    "product": _("产品"),
    "line": _("险种"),
    "channel": _("销售渠道"),
    "region": pgettext_lazy("维度", "省份"),
    "city": pgettext_lazy("维度", "城市"),
    "occupation": _("职业"),
    "occupation_class": _("职业类别"),
    "age_band": _("年龄段"),
    "entry_age_band": _("投保年龄段"),
    "sex": _("性别"),
    "education": _("学历"),
    "nature": _("企业业务性质"),
    "industry": _("行业"),
    "kind": _("客户类型"),
    "agent": pgettext_lazy("维度", "代理人"),
    "branch": pgettext_lazy("维度", "分公司"),
    "unit": pgettext_lazy("维度", "出单机构"),
    "tier": pgettext_lazy("维度", "客户等级"),
    "source": _("信息来源"),
    "cohort": _("首单年份"),
    "uw_year": _("保单起期年份"),
}
TIMES: Final[Mapping[str, str | Promise]] = {"year": _("年"), "quarter": _("季度"), "month": _("月")}
#: Words that people use for a dimension as well.
ALSO: Final = {"province": "region", "nature_of_business": "nature", "business": "nature", "age": "age_band"}
BASIS_LABELS: Final[Mapping[str, str | Promise]] = {
    "cal": _("历年制"),
    "acc": _("事故年制"),
    "uw": _("承保年制"),
}
