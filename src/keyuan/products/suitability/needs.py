"""The needs that insurance answers, and which of them a product meets: by what it covers, not by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from keyuan.products.definition.schema import Definition


class Need(models.TextChoices):
    """What a household may want to be safe against, or to save for; in the order in which it is usually met."""

    MEDICAL = "medical", _("医疗费用")
    ACCIDENT = "accident", _("意外伤害")
    CRITICAL_ILLNESS = "critical_illness", _("重大疾病")
    DEATH = "death", _("身故后的家庭责任")
    EDUCATION = "education", _("子女教育")
    PENSION = "pension", _("养老")
    SAVING = "saving", _("长期储蓄与传承")
    TRAVEL = "travel", _("旅行")
    VEHICLE = "vehicle", _("车辆")
    HOME = "home", _("房屋与家财")
    STAFF = "staff", _("员工保障")


_OF_LINE: dict[str, frozenset[Need]] = {
    "accident": frozenset({Need.ACCIDENT}),
    "medical": frozenset({Need.MEDICAL}),
    "critical_illness": frozenset({Need.CRITICAL_ILLNESS}),
    "life": frozenset({Need.DEATH}),
    "participating": frozenset({Need.SAVING}),
    "annuity": frozenset({Need.PENSION}),
    "education": frozenset({Need.EDUCATION}),
    "motor": frozenset({Need.VEHICLE}),
    "property": frozenset({Need.HOME}),
    "group": frozenset({Need.STAFF}),
}


def needs_met(definition: Definition) -> frozenset[Need]:
    """The needs that a product is made for. Whole life cover provides for death and is saved for long as well."""
    if definition.rating.engine == "travel":
        return frozenset({Need.TRAVEL})
    if definition.object is not None and definition.object.kind == "premises":
        return frozenset()  # a company's buildings and stock are no need of a household
    found = _OF_LINE[definition.line]
    whole = all(one.kind == "whole" for one in definition.terms.cover)
    return found | {Need.SAVING} if definition.line == "life" and whole else found
