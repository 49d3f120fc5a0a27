"""What rating refuses: every fault of a risk at once, each with the rule that it breaks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal

RULES: Mapping[str, str | Promise] = {
    "not_an_object": _("投保内容应是一组“字段: 值”。"),
    "unknown_field": _("没有“%(field)s”这一项。"),
    "missing": _("缺少“%(field)s”。"),
    "not_a_number": _("“%(field)s”应是数字。"),
    "not_whole": _("“%(field)s”应是整数。"),
    "not_a_text": _("“%(field)s”应是文字。"),
    "not_a_list": _("“%(field)s”应是列表。"),
    "not_a_truth": _("“%(field)s”应是 true 或 false。"),
    "not_a_day": _("“%(field)s”应是日期（如 2026-01-01）。"),
    "too_small": _("“%(field)s”最小是%(least)s。"),
    "too_large": _("“%(field)s”最大是%(most)s。"),
    "too_fine": _("“%(field)s”最多两位小数。"),
    "not_offered": _("“%(field)s”只可选：%(offered)s。"),
    "too_young": _("被保险人最低%(least)s岁，现在%(age)s岁。"),
    "too_young_days": _("被保险人出生满%(least)s天才能投保。"),
    "too_old": _("被保险人最高%(most)s岁，现在%(age)s岁。"),
    "not_born_yet": _("出生日期晚于报价日。"),
    "sum_too_small": _("保额最低%(least)s元。"),
    "sum_too_large": _("保额最高%(most)s元。"),
    "sum_off_step": _("保额应从%(least)s元起，按%(step)s元递增。"),
    "minor_cap": _("不满%(age)s周岁的未成年人，身故保额最高%(most)s元（保险法第三十三条）。"),
    "occupation_not_accepted": _("职业类别%(value)s不在承保范围内。"),
    "pays_longer_than_cover": _("缴费期间（%(pays)s年）不能长于保障期间（%(covers)s年）。"),
    "pays_too_late": _("保险费应在%(age)s岁前缴清。"),
    "cover_over": _("按此保障期间，保障在投保时已经结束。"),
    "single_means_once": _("趸交请选缴费方式0，分期请选其他方式。"),
    "no_payout_age": _("请选择开始领取的年龄：%(offered)s。"),
    "payout_too_early": _("开始领取的年龄应大于投保年龄。"),
    "rider_unknown": _("没有代码为“%(rider)s”的附加险。"),
    "rider_requires": _("附加险“%(rider)s”要求同时投保“%(needs)s”。"),
    "rider_excludes": _("附加险“%(rider)s”不能与“%(other)s”同时投保。"),
    "rider_too_young": _("附加险“%(rider)s”最低%(least)s岁。"),
    "rider_too_old": _("附加险“%(rider)s”最高%(most)s岁。"),
    "rider_over_main": _("附加险“%(rider)s”的保额最高为主险的%(share)s倍。"),
    "coverage_unknown": _("没有可以选择的责任“%(coverage)s”。"),
    "nobody": _("至少要有一人。"),
    "too_few_people": _("团体至少%(least)s人，现在%(people)s人。"),
    "too_old_vehicle": _("车龄最长%(most)s年。"),
    "too_old_building": _("房龄最长%(most)s年。"),
    "claims_and_clean": _("上年有出险，就没有连续未出险的年数。"),
    "nothing_chosen": _("至少选择一项责任。"),
    "no_rate": _("费率表“%(role)s”没有这一格：%(values)s。"),
    "no_premium": _("按这样的期间和缴费方式，保险费不足以支付费用与给付，不能承保。"),
    "too_much": _("金额太大，不能计算。"),
}


@dataclass(frozen=True, slots=True)
class RiskFault:
    """One thing that a rule refuses. ``rule`` names the rule, ``field`` is where in the risk."""

    rule: str
    field: str
    gaps: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return self.said(self.field)

    def said(self, name: str) -> str:
        """In words, the field by the name that a form gives it."""
        return str(RULES[self.rule]) % {"field": name, **self.gaps}

    def as_dict(self) -> dict[str, str]:
        return {"rule": self.rule, "field": self.field, "message": str(self)}


class RiskRefused(Refusal):
    """The product cannot be priced for this risk. ``faults`` has everything that was found."""

    code = "risk_refused"
    message = _("不能报价：%(first)s")
    remedy = _("请按所列的各项修改后再试。")

    def __init__(self, faults: Iterable[RiskFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(field=self.faults[0].field, first="")

    def __str__(self) -> str:
        return str(self.message) % {"first": " ".join(str(fault) for fault in self.faults)}

    def as_dict(self) -> dict[str, Any]:
        """The refusal with each fault and its rule."""
        return {**super().as_dict(), "faults": [fault.as_dict() for fault in self.faults]}
