"""The codes that definitions use as values, as people read them: channels, relations, roles of tables, axes, units."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.products.states import Line

VALUES: Mapping[str, str | Promise] = {
    "true": _("是"),
    "false": _("否"),
    "male": _("男"),
    "female": _("女"),
    # channels
    "agent": _("代理人"),
    "bank": _("银行"),
    "broker": _("经纪"),
    "counter": _("柜面"),
    "phone": _("电话"),
    "online": _("网上"),
    # relations
    "self": _("本人"),
    "spouse": _("配偶"),
    "child": _("子女"),
    "parent": _("父母"),
    "employee": _("雇员"),
    "other_interest": _("有其他保险利益的人"),
    # questionnaires
    "questionnaire_life": _("寿险告知"),
    "questionnaire_critical_illness": _("重疾险告知"),
    "questionnaire_medical": _("医疗险告知"),
    "questionnaire_accident": _("意外险告知"),
    "questionnaire_annuity": _("年金险告知"),
    "questionnaire_group": _("团体险告知"),
    "questionnaire_motor": _("车险告知"),
    "questionnaire_home": _("家财险告知"),
    "questionnaire_premises": _("企财险告知"),
    "holder_person": _("个人"),
    "holder_company": _("单位"),
    # what the sum is
    "sum_insured": _("保额"),
    "yearly_annuity": _("年领金额"),
    "yearly_education": _("年领教育金"),
    "building_value": _("房屋价值"),
    "vehicle_value": _("车辆价值"),
    **{f"line_{line.value}": line.label for line in Line},
    # cash values and renewal
    "basis_policy_value": _("按保单价值"),
    "basis_unearned_premium": _("没有现金价值，退保退未满期保险费"),
    "basis_none": _("没有现金价值"),
    "renewal_none": _("不续保"),
    "renewal_offered": _("可申请，需同意"),
    "renewal_guaranteed": _("保证续保"),
    # payouts and dividends
    "year": _("每年"),
    "month": _("每月"),
    "accumulate": _("累积生息"),
    "cash": _("现金领取"),
    "offset_premium": _("抵交保险费"),
    "paid_up_addition": _("购买交清增额"),
    # engines
    "engine_life": _("寿险精算现值：死亡率、发生率、预定利率和附加费用"),
    "engine_travel": _("天数 × 地区 × 计划"),
    "engine_accident": _("各责任费率 × 职业类别"),
    "engine_medical": _("年龄费率 × 社保 × 免赔额"),
    "engine_motor": _("车型、使用性质、新旧、无赔款记录"),
    "engine_property": _("保额 × 结构费率"),
    "engine_group": _("职业类别 × 人员名单"),
    # units
    "unit_yuan": _("元"),
    "unit_per_thousand": _("每千元保额（元）"),
    "unit_factor": _("系数"),
    "unit_share": _("比例"),
}

RATES: Mapping[str, str | Promise] = {
    # roles of tables
    "mortality_male": _("死亡率（男）"),
    "mortality_female": _("死亡率（女）"),
    "incidence_male": _("重疾发生率（男）"),
    "incidence_female": _("重疾发生率（女）"),
    "share_of_deaths_male": _("重疾死亡占比（男）"),
    "share_of_deaths_female": _("重疾死亡占比（女）"),
    "waiver": _("豁免保险费"),
    "rate": _("基本费率"),
    "base": _("基本费率"),
    "by_age": _("年龄系数"),
    "people": _("人数"),
    "loss_ratio": _("以往赔付率"),
    "compulsory_seats": _("交强险：按座位"),
    "compulsory_tonnes": _("交强险：按吨位"),
    "compulsory_displacement": _("交强险：按排量"),
    "compulsory_clean": _("交强险：无事故浮动"),
    "compulsory_accidents": _("交强险：有事故浮动"),
    "damage_fixed": _("车损险：固定保险费"),
    "damage_rate": _("车损险：费率"),
    "no_claims": _("无赔款优待"),
    "claims": _("出险次数"),
    "family": _("家庭投保"),
    "outside_list": _("社保目录外用药"),
    "wheel": _("车轮单独损失"),
    "drugs": _("特定药品"),
    "sports": _("高风险运动"),
    # axes and factors
    "age": _("年龄"),
    "holder_age": _("投保人年龄"),
    "occupation_class": _("职业类别"),
    "plan": _("计划"),
    "days": _("天数"),
    "region": _("地区"),
    "coverage": _("保险责任"),
    "structure": _("房屋结构"),
    "building_age": _("房龄"),
    "vehicle_class": _("车辆种类"),
    "vehicle_age": _("车龄"),
    "size": _("座位、吨位或排量"),
    "limit": _("限额"),
    "clean_years": _("连续无赔款年数"),
    "compulsory_clean_years": _("连续无事故年数"),
    "family_people": _("家庭人数"),
    "smoker": _("吸烟"),
    "use": pgettext_lazy("费率", "用途"),
    "deductible": _("免赔"),
    "fatal": _("致人死亡的事故"),
    "social": _("有社保"),
    "yes": _("是"),
    "no": _("否"),
    "elsewhere": pgettext_lazy("费率", "其他"),
}


def word(code: str) -> str:
    """A value's code in words; the code where it has none."""
    return str(VALUES.get(code, code))


def rate_word(code: str) -> str:
    """The role of a table, an axis or one of its labels in words; as it is where it has none."""
    return str(RATES.get(code, code))
