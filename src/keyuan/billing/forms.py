"""Forms of the billing room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ExplainForm(forms.Form):
    """Where a difference comes from and what is done about it."""

    why = forms.CharField(label=_("原因与处理"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
