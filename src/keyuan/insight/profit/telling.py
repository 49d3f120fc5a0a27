"""Profit in words: what the parts and the features are called, and why one customer's expectation is what it is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.insight.cube.labels import labels

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

PARTS: Final[Mapping[str, str | Promise]] = {
    "premium": gettext_lazy("保费"),
    "investment": gettext_lazy("投资收益"),
    "claims": gettext_lazy("赔款"),
    "expected": gettext_lazy("预期赔款"),
    "released": gettext_lazy("合同终止释放的准备金"),
    "payouts": gettext_lazy("给付与退保金"),
    "reserve": gettext_lazy("提取准备金"),
    "commission": gettext_lazy("佣金"),
    "servicing": gettext_lazy("服务成本"),
    "profit": gettext_lazy("利润"),
    "structure": gettext_lazy("结构利润"),
    "luck": gettext_lazy("运气"),
}
FEATURES: Final[Mapping[str, str | Promise]] = {
    "base": gettext_lazy("保费与平均风险之比"),
    "age": gettext_lazy("年龄"),
    "sex": gettext_lazy("性别"),
    "smoker": gettext_lazy("吸烟"),
    "occupation_class": gettext_lazy("职业类别"),
    "kilometres": gettext_lazy("年行驶里程"),
    "value": gettext_lazy("车辆价值"),
    "vehicle_age": gettext_lazy("车龄"),
    "use": gettext_lazy("使用性质"),
    "region": gettext_lazy("所在城市"),
    "building_age": gettext_lazy("房龄"),
    "members": gettext_lazy("团体人数"),
    "sum_insured": gettext_lazy("保险金额"),
    "industry": gettext_lazy("行业"),
    "product": gettext_lazy("产品"),
    "own_experience": gettext_lazy("以往出险记录"),
}
UNITS: Final[Mapping[str, str | Promise]] = {
    "age": gettext_lazy("%(value)s 岁"),
    "occupation_class": gettext_lazy("%(value)s 类"),
    "kilometres": gettext_lazy("%(value)s 公里"),
    "value": gettext_lazy("%(value)s 元"),
    "sum_insured": gettext_lazy("%(value)s 元"),
    "vehicle_age": pgettext_lazy("车龄", "%(value)s 年"),
    "building_age": pgettext_lazy("房龄", "%(value)s 年"),
    "members": gettext_lazy("%(value)s 人"),
}
USES: Final[Mapping[str, str | Promise]] = {
    "private": gettext_lazy("家庭自用"),
    "ride_hailing": gettext_lazy("预约出租"),
    "company": gettext_lazy("企业非营业"),
    "goods": gettext_lazy("营业货运"),
}


def named(part: str) -> str:
    """What a part of a difference is called: an amount, or a feature of the risk (``risk.…``)."""
    name = part.removeprefix("risk.")
    return str(FEATURES.get(name, name) if part.startswith("risk.") else PARTS.get(name, name))


def valued(feature: str, value: Any, *, viewer: Viewer) -> str:
    """A feature's value as people say it."""
    if value is None:
        return ""
    if feature in UNITS:
        figure = f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:,.1f}"
        return str(UNITS[feature] % {"value": figure})
    if feature == "smoker":
        return (
            _("吸烟者占 %(share)s%%") % {"share": round(value * 100)}
            if 0 < value < 1
            else (_("是") if value else _("否"))
        )
    if feature == "use":
        return str(USES.get(value, value))
    of = {"region": "city", "sex": "sex", "product": "product"}.get(feature)
    return labels(of, [str(value)], viewer=viewer)[str(value)] if of else str(value)


def sentence(feature: str, value: Any, cents: int, usual: Any, *, viewer: Viewer) -> str:
    """How one feature moves the expected claims, in a sentence."""
    gaps = {
        "name": FEATURES.get(feature, feature),
        "value": valued(feature, value, viewer=viewer),
        "usual": "" if feature == "smoker" else valued(feature, usual, viewer=viewer),
        "amount": f"{abs(Decimal(cents)) / 100:,.0f}",
    }
    more = cents > 0
    if not gaps["value"]:
        said = _("%(name)s：预期赔款高 %(amount)s 元") if more else _("%(name)s：预期赔款低 %(amount)s 元")
    elif gaps["usual"]:
        said = (
            _("%(name)s %(value)s，同险种平均 %(usual)s：预期赔款高 %(amount)s 元")
            if more
            else _("%(name)s %(value)s，同险种平均 %(usual)s：预期赔款低 %(amount)s 元")
        )
    else:
        said = (
            _("%(name)s %(value)s：预期赔款高 %(amount)s 元")
            if more
            else _("%(name)s %(value)s：预期赔款低 %(amount)s 元")
        )
    return said % gaps
