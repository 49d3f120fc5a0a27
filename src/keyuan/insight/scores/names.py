"""What a card says, in the language of whoever reads it."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.insight.scores.states import LAPSE_OWN

_MODELS: Final[dict[str, Promise]] = {LAPSE_OWN: gettext_lazy("谁可能离开（30、60、90天内）")}
_METRICS: Final[dict[str, Promise]] = {
    "AUC": gettext_lazy("排序能力 AUC（1最好，0.5等于猜）"),
    "log loss": gettext_lazy("对数损失（越小越好）"),
    "top-decile lift": gettext_lazy("前10%的提升倍数"),
    "calibration error": gettext_lazy("校准误差（越小越好）"),
    "AUC, decision within 90 days": gettext_lazy("90天内到期者的AUC"),
    "log loss saved against the baseline": gettext_lazy("比简单基准少的对数损失"),
}
_FEATURES: Final[dict[str, Promise]] = {
    "score": gettext_lazy("评分"),
    "period": gettext_lazy("第几个30天"),
    "to_due": gettext_lazy("离到期或周年日的天数"),
    "tenure": gettext_lazy("投保年数"),
    "pressure": gettext_lazy("年保费占收入"),
    "dearer": gettext_lazy("续保预计涨幅"),
    "last_change": gettext_lazy("上次续保涨幅"),
    "orphan": gettext_lazy("代理人已离职"),
    "contact_days": gettext_lazy("多久没有联系"),
    "refused": gettext_lazy("理赔被拒"),
    "claims": gettext_lazy("两年内赔案数"),
    "late": gettext_lazy("迟缴次数"),
    "arrears": gettext_lazy("逾期天数"),
    "asked": gettext_lazy("申请过退保"),
    "reinstated": gettext_lazy("复效过"),
    "complaints": gettext_lazy("投诉次数"),
    "own": gettext_lazy("持有保单数"),
    "family": gettext_lazy("家人持有保单数"),
    "lost": gettext_lazy("已退保单数"),
    "age": gettext_lazy("年龄"),
    "payment_mode": gettext_lazy("缴费方式"),
    "product": gettext_lazy("产品"),
    "channel": gettext_lazy("销售渠道"),
}
_SEXES: Final[dict[str, Promise]] = {
    "male": pgettext_lazy("性别", "男"),
    "female": pgettext_lazy("性别", "女"),
    "company": gettext_lazy("企业"),
}


def model_label(name: str) -> str:
    return str(_MODELS.get(name, name))


def metric_label(name: str) -> str:
    return str(_METRICS.get(name, name))


def feature_label(name: str) -> str:
    return str(_FEATURES.get(name, name))


def group_label(of: str, group: str) -> str:
    if group in _SEXES:
        return str(_SEXES[group])
    if of == "age":
        return _("%(from)s至%(to)s岁") % dict(zip(("from", "to"), group.split(" to "), strict=True))
    return group


def uses_not_meant() -> tuple[str, ...]:
    """What the model must not be used for."""
    return (
        _("定价、核保或拒保：它只说谁可能离开，不说谁的成本高。"),
        _("阻碍离开：要求退保的客户按法定时限办理。"),
        _("考核代理人：前任离职不是接任者的过错。"),
    )
