"""What is typed about a renewal. The actions check; the forms only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.retention.states import LossReason, Outcome

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
