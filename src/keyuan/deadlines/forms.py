"""What an administrator types of an official notice."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 2004, 2099


class NoticeForm(forms.Form):
    """The notice of one year, as it was published."""

    year = forms.IntegerField(label=_("年份"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    title = forms.CharField(label=_("文号或标题"), max_length=120)
    text = forms.CharField(
        label=_("通知正文"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("原样粘贴国务院办公厅的通知，例如：一、元旦：1月1日（周五）至3日（周日）放假，共3天。"),
    )
