"""What customers fill in at the door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.standards import InvalidIdentifier, normalise
from keyuan.customers.states import IdentifierKind

DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "8", "data-send-when-full": "6"}


class MobileForm(forms.Form):
    mobile = forms.CharField(
        label=_("手机号"),
        max_length=24,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "autofocus": True}),
    )

    def clean_mobile(self) -> str:
        try:
            return normalise(IdentifierKind.MOBILE, self.cleaned_data["mobile"])
        except InvalidIdentifier as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("验证码"),
        max_length=8,
        widget=forms.TextInput(attrs={**DIGITS, "autofocus": True}),
        error_messages={"required": _("请输入短信里的六位数字。")},
    )

    def clean_code(self) -> str:
        code = "".join(sign for sign in self.cleaned_data["code"] if not sign.isspace())
        if len(code) != 6 or not code.isdecimal() or not code.isascii():
            raise forms.ValidationError(_("请输入短信里的六位数字。"))
        return code

    def refuse(self, refusal: Any) -> None:
        """Say beside the field what happened and what to do."""
        self.add_error("code", f"{refusal} {refusal.what_to_do}".strip())
