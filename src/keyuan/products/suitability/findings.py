"""What suitability finds: a code, how grave it is, a sentence, and the article it comes from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Level = Literal["stop", "warn", "care"]  # advise to stop; say it and have it confirmed; take extra care
LEVELS: tuple[Level, ...] = ("stop", "warn", "care")

TEXTS: Mapping[str, str | Promise] = {
    "above_seller": _("产品为%(product)s级，销售人员的资质为%(seller)s级，不能销售；请转给有资质的同事。"),
    "above_customer": _("产品为%(product)s级，客户的风险承受能力为%(customer)s级，不匹配，应建议终止购买。"),
    "risk_unknown": _("产品为%(product)s级，还没有评估客户的风险承受能力，请先评估。"),
    "no_need": _("客户说的需求里没有这个产品所保障的：%(meets)s。"),
    "needs_unknown": _("还没有了解客户的保险需求，请先完成需求沟通。"),
    "income_unknown": _("还不知道家庭年收入，无法判断能否负担，请先了解。"),
    "single_over_income": _("趸交保险费%(premium)s元，超过家庭年收入的%(times)s倍。"),
    "yearly_over_income": _("年交保险费%(premium)s元，超过家庭年收入的%(share)s%%。"),
    "all_over_income": _("连同已有保单，家庭一年要交%(premium)s元，超过家庭年收入的%(share)s%%。"),
    "over_budget": _("保险费%(premium)s元，达到客户预算%(budget)s元的%(share)s%%或以上。"),
    "pays_into_old_age": _("缴费期满时投保人%(age)s周岁，达到或超过%(limit)s周岁，请确认退休后仍能缴费。"),
    "elder": _("投保人%(age)s周岁，已满%(limit)s周岁：请放慢讲解，逐项确认，建议家人在场。"),
    "age_unknown": _("还不知道投保人的年龄，请先了解。"),
    "record_the_sale": _("投保人%(age)s周岁，已满%(limit)s周岁，购买一年期以上的保险，销售过程须录音录像。"),
    "not_guaranteed": _("红利不保证，可能为零；请客户确认已经了解。"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``source``: the article or custom; ``verified`` is False for general knowledge."""

    code: str
    level: Level
    source: str
    verified: bool
    gaps: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def text(self) -> str:
        """The finding in the reader's language."""
        return str(TEXTS[self.code]) % self.gaps

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "level": self.level,
            "text": self.text,
            "source": self.source,
            "verified": self.verified,
        }


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that was found, the gravest first."""

    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level | None:
        """The gravest level; None where nothing was found."""
        return self.findings[0].level if self.findings else None

    @property
    def stops(self) -> bool:
        """Whether one is to advise against the purchase."""
        return self.level == "stop"

    def has(self, code: str) -> bool:
        return any(one.code == code for one in self.findings)
