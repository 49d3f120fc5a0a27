"""The forms of tiers. The actions check; the forms read."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.tiers.reading import LONGEST


class RulesForm(forms.Form):
    """A draft of the rules. ``seen`` is the digest of what was open."""

    effective_from = forms.DateField(
        label=_("规则生效日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    why = forms.CharField(label=_("为什么修改"), max_length=500, required=False)
    text = forms.CharField(label=_("规则文本"), max_length=LONGEST, strip=False, widget=forms.Textarea)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
