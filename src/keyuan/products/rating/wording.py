"""The arithmetic of a price in words: a label for each step, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.wording import in_language

if TYPE_CHECKING:
    from keyuan.products.definition.schema import Definition
    from keyuan.products.rating.price_steps import Step

LABELS: Mapping[str, str | Promise] = {
    "rate": _("每千元保额的年费率"),
    "policy_fee": _("加：每张保单的固定费用"),
    "loading": _("核保加费"),
    "least": _("不低于最低保险费"),
    "round_to": _("按规定的单位取整"),
    "instalment": _("按缴费方式的每期系数"),
    "rider.per_thousand": _("每千元保额的年费率"),
    "rider.share": _("占主险保险费的比例"),
    "rider.factor": _("占主险保险费的比例"),
    "rider.yuan": _("年保险费"),
    "coverage.per_thousand": _("每千元保额的年费率"),
    "coverage.share": _("占保额或主险保险费的比例"),
    "coverage.yuan": _("年保险费"),
    "base": _("基础保险费"),
    "so_far": _("加：至此合计"),
    "rider": _("加：附加责任"),
    "people": _("人数"),
    "member": _("每人保险费，乘人数后累加"),
    "expense_share": _("加：附加费用"),
    "compulsory": _("交强险基础保险费"),
    "fixed": _("固定保险费"),
    "of_new_value": _("加：新车购置价乘费率"),
    "seats": _("座位数（不含司机）"),
}
FACTOR = _("系数：%(name)s")


def step_label(step: Step, definition: Definition) -> str:
    """What a step does, and to which coverage or rider where it is not the whole."""
    kind, _dot, name = step.code.partition(".")
    label = str(FACTOR) % {"name": name} if kind in ("factor", "table") else str(LABELS.get(step.code, step.code))
    parts = {one.code: one.name for one in definition.coverages} | {one.code: one.name for one in definition.riders}
    found = parts.get(step.of)
    return label if found is None else f"{found.said(in_language('zh', 'en'))} · {label}"
