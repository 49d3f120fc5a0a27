"""Forms of the sales room. They say what may be typed; what may happen is decided in the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.accounts import queries as accounts
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.agents.queries import active_agents
from keyuan.customers.forms.details import UnitField
from keyuan.customers.forms.ties import OtherCustomerField
from keyuan.customers.masking import mask
from keyuan.customers.standards import InvalidIdentifier, email, mobile
from keyuan.customers.states import CustomerKind, Sex, Source
from keyuan.kernel.clock import today
from keyuan.products.states import Line
from keyuan.sales.drafts import ProspectDraft
from keyuan.sales.states import ContactResult, ContactWay, LostReason

if TYPE_CHECKING:
    from keyuan.agents.models import Agent
    from keyuan.sales.models import Prospect

CLEAR = "-"
SEALED = ("mobile", "email", "home_address")
_NO_AUTOFILL = {"autocomplete": "off"}
# What is bought with a policy or brought by an import is a customer already.
PROSPECT_SOURCES = [(one.value, one.label) for one in Source if one not in (Source.PURCHASE, Source.IMPORT)]


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    """A day as the browser's own picker gives it."""
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class ProspectForm(forms.Form):
    """What is known of a prospect. A sealed field that is filled shows only its mask: left empty it stays, ``-`` clears."""

    kind = forms.ChoiceField(label=_("类型"), choices=CustomerKind.choices, initial=CustomerKind.INDIVIDUAL)
    name = forms.CharField(label=_("姓名或企业名称"), max_length=120, widget=forms.TextInput(attrs=_NO_AUTOFILL))
    contact_name = forms.CharField(label=_("企业联系人"), max_length=60, required=False)
    mobile = forms.CharField(
        label=_("移动电话"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={**_NO_AUTOFILL, "inputmode": "tel"}),
    )
    email = forms.CharField(label=_("电子邮件"), max_length=200, required=False, widget=forms.TextInput(_NO_AUTOFILL))
    sex = forms.ChoiceField(label=_("性别"), choices=[("", _("未填")), *Sex.choices], required=False)
    birth_date = day_field(_("出生日期"))
    home_address = forms.CharField(
        label=_("地址"), max_length=500, required=False, widget=forms.TextInput(attrs=_NO_AUTOFILL)
    )
    interests = forms.MultipleChoiceField(
        label=_("关注险种"), choices=Line.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    source = forms.ChoiceField(label=_("信息来源"), choices=PROSPECT_SOURCES, initial=Source.VISIT)
    source_detail = forms.CharField(
        label=_("来源说明"), max_length=120, required=False, help_text=_("哪个活动、机构、网站或企业。")
    )
    source_on = day_field(_("来源日期"))
    referrer = OtherCustomerField(label=_("推荐人"), required=False)
    note = forms.CharField(label=_("备注"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": "3"}))

    def __init__(self, *args: Any, viewer: Viewer, row: Prospect | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.row = viewer, row
        self.fields["referrer"].viewer = viewer  # type: ignore[attr-defined]
        if row is None:
            self.initial.setdefault("source_on", today())
            return
        del self.fields["kind"]
        for name in self.fields:
            if name in SEALED:
                self.fields[name].widget.attrs["placeholder"] = mask(name, getattr(row, name))
                if getattr(row, name):
                    self.fields[name].help_text = _("留空表示不修改，输入一个“-”表示清除。")
            elif name == "referrer":
                self.initial[name] = "" if row.referrer is None else row.referrer.number
            else:
                self.initial[name] = getattr(row, name)

    def clean_mobile(self) -> str:
        return self._standard("mobile", mobile.normalise)

    def clean_email(self) -> str:
        return self._standard("email", email.normalise)

    def _standard(self, name: str, standard: Any) -> str:
        typed = str(self.cleaned_data[name])
        if not typed or typed == CLEAR:
            return typed
        try:
            return str(standard(typed))
        except InvalidIdentifier as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def values(self) -> dict[str, Any]:
        """The fields as the actions take them."""
        values = dict(self.cleaned_data)
        for name in SEALED:
            values[name] = values[name] or None
        other = values.pop("referrer")
        values["referrer_id"] = None if other is None else other.pk
        values["interests"] = tuple(values["interests"])
        return values

    def changes(self) -> dict[str, Any]:
        """What to give to change_prospect: sealed fields only where something was typed."""
        values = self.values()
        for name in SEALED:
            if values[name] is None:
                del values[name]
            elif values[name] == CLEAR:
                values[name] = None
        return {**values, "interests": list(values["interests"])}


class NewProspectForm(ProspectForm):
    """A new prospect, with who follows them and what comes next. ``entry_key`` keeps a double click from being two."""

    org_unit = UnitField(None, label=_("所属机构"), required=False)
    owner: forms.ModelChoiceField[Agent] = forms.ModelChoiceField(queryset=None, label=_("跟进人"), required=False)
    next_step = forms.CharField(label=_("下一步"), max_length=120, required=False)
    next_step_on = day_field(_("下一步日期"))
    entry_key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        if viewer.role == Role.AGENT:
            del self.fields["org_unit"], self.fields["owner"]  # the agent's own
            return
        units = accounts.units(viewer=viewer)
        self.fields["org_unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["owner"].queryset = active_agents(viewer=viewer, on=today())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "org_unit" in self.fields and not cleaned.get("org_unit") and not cleaned.get("owner"):
            self.add_error("org_unit", _("请选择所属机构，或者指定跟进人。"))
        if bool(cleaned.get("next_step")) != bool(cleaned.get("next_step_on")):
            self.add_error("next_step_on", _("下一步要写明做什么和哪一天。"))
        return cleaned

    def draft(self) -> ProspectDraft:
        """What to give to record_prospect."""
        values = self.values()
        unit, owner = values.pop("org_unit", None), values.pop("owner", None)
        return ProspectDraft(
            **{**values, "entry_key": values["entry_key"] or None},
            org_unit_id=0 if unit is None else unit.pk,
            owner_id=None if owner is None else owner.pk,
        )


class ContactForm(forms.Form):
    """A contact with the prospect, and perhaps what comes next."""

    way = forms.ChoiceField(label=_("方式"), choices=ContactWay.choices, initial=ContactWay.CALL)
    result = forms.ChoiceField(label=_("结果"), choices=[("", _("未选择")), *ContactResult.choices], required=False)
    text = forms.CharField(label=_("内容"), max_length=4000, required=False, widget=forms.Textarea({"rows": "3"}))
    next_step = forms.CharField(label=_("下一步"), max_length=120, required=False)
    next_step_on = day_field(_("下一步日期"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("next_step")) != bool(cleaned.get("next_step_on")):
            self.add_error("next_step_on", _("下一步要写明做什么和哪一天。"))
        return cleaned


class StepForm(forms.Form):
    """What is to be done next."""

    next_step = forms.CharField(label=_("下一步"), max_length=120)
    next_step_on = day_field(_("下一步日期"), required=True)


class LoseForm(forms.Form):
    """Why a prospect is lost."""

    reason = forms.ChoiceField(label=_("流失原因"), choices=LostReason.choices)
    text = forms.CharField(label=_("说明"), max_length=4000, required=False, widget=forms.Textarea({"rows": "2"}))


class AssignForm(forms.Form):
    """The agent who follows the chosen prospects from now on."""

    agent: forms.ModelChoiceField[Agent] = forms.ModelChoiceField(queryset=None, label=_("跟进人"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = active_agents(viewer=viewer, on=today())  # type: ignore[attr-defined]
