"""Forms of an enterprise: its contacts, the company above it, its contracts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.customers.actions import ContactDraft, ContractDraft
from keyuan.customers.forms.ties import OtherCustomerField
from keyuan.customers.masking import mask
from keyuan.customers.states import ContactRole, ContractKind

if TYPE_CHECKING:
    from keyuan.customers.models import Contract, EnterpriseContact


def day_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    """A day as the browser's own picker gives it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class ParentForm(forms.Form):
    """The company above this one, with its share in per cent."""

    parent = OtherCustomerField(label=_("上级公司"))
    share = forms.DecimalField(
        label=_("持股比例（%）"), required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    starts_on = day_field(_("开始日期"), help_text=_("留空表示一直如此；更换上级公司时，原来的到这一天为止。"))
    note = forms.CharField(label=_("说明"), max_length=120, required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].viewer = viewer  # type: ignore[attr-defined]

    def part(self) -> Decimal | None:
        """The share as a part of one."""
        share: Decimal | None = self.cleaned_data["share"]
        return None if share is None else share / 100


class ContactForm(forms.Form):
    """A contact; numbers that are known show masked and stay unless typed anew."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    roles = forms.MultipleChoiceField(label=_("角色"), choices=ContactRole.choices, widget=forms.CheckboxSelectMultiple)
    position = forms.CharField(label=_("职位"), max_length=60, required=False)
    mobile = forms.CharField(label=_("手机"), max_length=30, required=False)
    phone = forms.CharField(label=_("座机"), max_length=40, required=False)
    email = forms.CharField(label=_("电子邮件"), max_length=120, required=False)
    person = OtherCustomerField(label=_("本人的客户档案"), required=False)
    starts_on = day_field(_("开始日期"))
    ends_on = day_field(_("结束日期"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, viewer: Viewer, row: EnterpriseContact | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].viewer = viewer  # type: ignore[attr-defined]
        self.row = row
        if row is None:
            return
        for name in ("name", "roles", "position", "starts_on", "ends_on", "note"):
            self.initial[name] = getattr(row, name)
        self.initial["person"] = "" if row.person is None else row.person.number
        for name, kind in (("mobile", "mobile"), ("phone", "work_phone"), ("email", "email")):
            known = getattr(row, name)
            if known:
                self.fields[name].widget.attrs["placeholder"] = mask(kind, str(known))
                self.fields[name].help_text = _("留空表示不修改。")

    def draft(self) -> ContactDraft:
        data = self.cleaned_data
        texts: dict[str, Any] = {name: data[name] or None for name in ("mobile", "phone", "email")}
        rest = {name: data[name] for name in ("name", "roles", "position", "starts_on", "ends_on", "note")}
        person = data["person"]
        return ContactDraft(**rest, **texts, person_id=None if person is None else person.pk)


class ContractForm(forms.Form):
    """A contract."""

    number = forms.CharField(label=_("合同编号"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    title = forms.CharField(label=_("合同名称"), max_length=120)
    kind = forms.ChoiceField(label=_("合同种类"), choices=ContractKind.choices)
    signed_on = day_field(_("签订日期"))
    starts_on = day_field(_("开始日期"), required=True)
    ends_on = day_field(_("结束日期"), help_text=_("这一天起不再有效；长期合同留空。"))
    renewal_on = day_field(_("续签日期"), help_text=_("从这一天起提醒商谈续签。"))
    amount = forms.DecimalField(label=_("合同金额（元）"), min_value=0, max_digits=16, decimal_places=2, required=False)
    note = forms.CharField(label=_("说明"), max_length=400, required=False)

    def __init__(self, *args: Any, row: Contract | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if row is not None:
            for name in self.fields:
                self.initial[name] = getattr(row, name)

    def draft(self) -> ContractDraft:
        currency: dict[str, Any] = {} if self.row is None else {"currency": self.row.currency}
        return ContractDraft(**self.cleaned_data, **currency)


class TerminationForm(forms.Form):
    """From when a contract no longer holds, and why."""

    on = day_field(_("提前终止日期"), required=True)
    reason = forms.CharField(label=_("终止原因"), max_length=200)
