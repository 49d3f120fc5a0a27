"""The small forms of claims. The actions check; the forms only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.claims.states import Decision


def date_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    """A day as the browser's own picker gives it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class NotifyForm(forms.Form):
    """A loss as it is notified."""

    number = forms.CharField(label=_("赔案号"), max_length=60)
    occurred_on = date_field(_("出险日期"), required=True)
    notified_on = date_field(_("报案日期"), help_text=_("留空即今天。"))
    cause = forms.CharField(label=_("出险原因"), max_length=120, required=False)
    claimed = forms.DecimalField(label=_("索赔金额"), required=False, max_digits=14, decimal_places=2)
    accept_without_cover = forms.BooleanField(label=_("出险日不在保障期内也仍然受理"), required=False)


class StepForm(forms.Form):
    """What a step of a claim asks for; each step keeps the fields it needs."""

    on = date_field(_("办理日期"), help_text=_("留空即今天。"))
    decision = forms.ChoiceField(label=_("核定结论"), choices=Decision.choices, required=False)
    amount = forms.DecimalField(label=_("金额"), required=False, max_digits=14, decimal_places=2)
    text = forms.CharField(
        label=_("理由或说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
