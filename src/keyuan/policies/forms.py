"""Filters of the list and the small forms of a policy's actions. The actions check; the forms only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def date_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    """A day as the browser's own picker gives it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class StepForm(forms.Form):
    """Day, amount and note of an action; each action keeps the fields it needs."""

    on = date_field(_("办理日期"), help_text=_("留空即今天。"))
    amount = forms.DecimalField(label=_("金额"), required=False, max_digits=14, decimal_places=2)
    note = forms.CharField(label=_("说明"), required=False, max_length=200)
