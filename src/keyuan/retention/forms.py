"""What is typed about a renewal. The actions check; the forms only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.clock import today
from keyuan.retention.states import LossReason, Outcome, RuleMethod

JOINT = "not_renewing:"


class OutcomeForm(forms.Form):
    """An outcome in one step. A button may say outcome and reason at once: ``not_renewing:competitor``."""

    outcome = forms.ChoiceField(
        choices=Outcome.choices,
        error_messages={"required": _("请选择结果。"), "invalid_choice": _("没有这个结果代码。")},
    )
    reason = forms.ChoiceField(choices=[("", ""), *LossReason.choices], required=False)
    next_contact_on = forms.DateField(label=_("下次联系"), required=False)
    text = forms.CharField(label=_("备注"), required=False, max_length=2000)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None and str(data.get("outcome", "")).startswith(JOINT):
            data = data.copy()
            data["reason"] = data["outcome"].removeprefix(JOINT)
            data["outcome"] = Outcome.NOT_RENEWING.value
        super().__init__(data, **kwargs)


class RuleForm(forms.Form):
    """By which rule a unit's renewals are given out, and from which day."""

    method = forms.ChoiceField(
        label=_("怎么分"),
        choices=RuleMethod.choices,
        error_messages={"required": _("请选择怎么分。")},
    )
    otherwise = forms.ChoiceField(
        label=_("分不出去的"),
        choices=[
            ("", _("留下，不分派")),
            *((way.value, way.label) for way in (RuleMethod.ROUND_ROBIN, RuleMethod.BY_BRANCH)),
        ],
        required=False,
        help_text=_("没有人服务的客户，或所属营业机构没有代理人的。"),
    )
    starts_on = forms.DateField(
        label=_("从哪天起"), initial=today, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
