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
ASKED: Mapping[str, str | Promise] = {
    "age": _("年龄"),
    "ages": _("各人年龄"),
    "building_age": _("房龄"),
    "census": _("人员清单"),
    "claims": _("上年出险次数"),
    "clean_years": _("连续未出险年数"),
    "compulsory": _("交强险"),
    "compulsory_accidents": _("交强险上年有责事故次数"),
    "compulsory_clean": _("交强险无事故年数与地区"),
    "compulsory_clean_years": _("交强险连续无事故年数"),
    "cover_term": _("保障期间"),
    "days": _("天数"),
    "deductible": _("免赔额"),
    "family": _("家庭投保人数"),
    "family_people": _("家庭投保人数"),
    "fatal": _("上年有责死亡事故"),
    "guaranteed_years": _("保证领取年数"),
    "holder_age": _("投保人年龄"),
    "loss_ratio": _("上年度赔付率（%）"),
    "mode": _("缴费方式"),
    "new_value": _("新车购置价"),
    "no_claims": _("无赔款优待"),
    "occupation_class": _("职业类别"),
    "pay_years": _("缴费期间"),
    "payout_age": _("开始领取年龄"),
    "payout_every": _("领取方式"),
    "people": _("人数"),
    "plan": _("计划"),
    "region": _("地区"),
    "sex": _("性别"),
    "size": _("座位、吨位或排量"),
    "smoker": _("是否吸烟"),
    "social": _("有无社会医疗保险"),
    "structure": _("房屋结构"),
    "sum": _("保额"),
    "sum_insured": _("保额"),
    "use": _("用途"),
    "vehicle_age": _("车龄"),
    "vehicle_class": _("车辆种类"),
    "yearly_annuity": _("每年领取金额"),
    "yearly_education": _("每年教育金"),
}


def step_label(step: Step, definition: Definition) -> str:
    """What a step does, and to which coverage or rider where it is not the whole."""
    kind, _dot, name = step.code.partition(".")
    label = str(LABELS.get(step.code, step.code))
    if kind in ("factor", "table"):
        label = str(FACTOR) % {"name": ASKED.get(name, name)}
    parts = {one.code: one.name for one in definition.coverages} | {one.code: one.name for one in definition.riders}
    found = parts.get(step.of)
    return label if found is None else f"{found.said(in_language('zh', 'en'))} · {label}"
