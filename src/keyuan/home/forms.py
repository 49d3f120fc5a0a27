"""What customers fill in at the door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.rules import tidy_name
from keyuan.customers.standards import InvalidIdentifier, normalise, normalise_document
from keyuan.customers.states import DocumentKind, IdentifierKind

#: What an account can be opened with; of a passport or a permit, a person looks at it first.
DOCUMENTS = (
    DocumentKind.RESIDENT_ID,
    DocumentKind.PASSPORT,
    DocumentKind.HK_MO_TW,
    DocumentKind.FOREIGN_RESIDENT,
)
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


class RegisterForm(forms.Form):
    name = forms.CharField(
        label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True})
    )
    document_kind = forms.ChoiceField(
        label=_("证件类型"),
        choices=[(one.value, one.label) for one in DOCUMENTS],
        initial=DocumentKind.RESIDENT_ID,
        required=False,
        help_text=_("护照和通行证由我们的人员核对，一般一个工作日。"),
    )
    id_number = forms.CharField(
        label=_("证件号码"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("为什么要问：法律要求保险公司核实是谁在投保。号码加密保存。"),
    )
    service = forms.BooleanField(
        label=_("我同意为提供保险服务处理我的姓名、证件号码、手机号和保单信息"),
        error_messages={"required": _("不同意就不能开通账户。")},
    )
    identity = forms.BooleanField(
        label=_("我单独同意把姓名、身份证号码和手机号交给身份核验服务核对"),
        help_text=_("身份证号码是敏感个人信息，只用于核对是不是您本人。"),
        error_messages={"required": _("不同意就不能在网上核对身份；您也可以带证件到柜面办理。")},
    )
    marketing = forms.BooleanField(
        label=_("可以告诉我适合我的产品和活动"), required=False, help_text=_("不同意不影响任何服务，以后随时可以改。")
    )

    def clean_name(self) -> str:
        return tidy_name(self.cleaned_data["name"])

    def clean_document_kind(self) -> str:
        return self.cleaned_data["document_kind"] or DocumentKind.RESIDENT_ID.value

    def clean_id_number(self) -> str:
        kind = self.cleaned_data.get("document_kind", DocumentKind.RESIDENT_ID.value)
        try:
            return normalise_document(kind, self.cleaned_data["id_number"])
        except InvalidIdentifier as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
