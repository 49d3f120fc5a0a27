"""The forms of the products room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.products.definition.text import LONGEST


class TextForm(forms.Form):
    """The text of a draft. ``seen`` is the digest of the text that was open."""

    text = forms.CharField(
        label=_("定义"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"spellcheck": "false", "autocapitalize": "off", "wrap": "off", "rows": 32}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
