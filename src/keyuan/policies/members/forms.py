"""Forms of a group policy's members. The actions check; the forms only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.states import DocumentKind
from keyuan.kernel.clock import today
from keyuan.policies.actions import MemberDraft
from keyuan.policies.forms import date_field
from keyuan.policies.members.columns import CLASSES
from keyuan.policies.models import GroupMember
from keyuan.policies.states import ListMode

STATES = [("on", _("当天有效")), ("coming", _("将要生效")), ("left", _("已减除")), ("all", _("全部"))]
_PLAIN = {"autocomplete": "off"}


class MemberFilterForm(forms.Form):
    """What the list of members is narrowed to, and the day."""

    on = date_field(_("查看哪一天"))
    text = forms.CharField(label=_("姓名、证件号码、手机或工号"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=STATES)
    plan = forms.CharField(label=_("保障计划"), required=False, max_length=40)


class TermsForm(forms.Form):
    """Plan, class, sum and premium: what a change of terms is about."""

    plan = forms.CharField(label=_("保障计划"), max_length=40, required=False, widget=forms.TextInput(attrs=_PLAIN))
    occupation_class = forms.TypedChoiceField(
        label=_("职业类别"),
        choices=[("", _("未填")), *((str(one), str(one)) for one in CLASSES)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    sum_insured = forms.DecimalField(
        label=_("保险金额（元）"), min_value=0, max_digits=16, decimal_places=2, required=False
    )
    premium = forms.DecimalField(label=_("年保费（元）"), min_value=0, max_digits=14, decimal_places=2, required=False)


class MemberForm(TermsForm):
    """Somebody to be insured from a day on."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs=_PLAIN))
    document_kind = forms.ChoiceField(label=_("证件类型"), choices=DocumentKind.choices, required=False)
    id_number = forms.CharField(label=_("证件号码"), max_length=40, widget=forms.TextInput(attrs=_PLAIN))
    mobile = forms.CharField(label=_("手机号"), max_length=30, required=False, widget=forms.TextInput(attrs=_PLAIN))
    staff_number = forms.CharField(label=pgettext_lazy("员工", "工号"), max_length=40, required=False)
    joined_on = date_field(_("生效日期"), required=True)
    field_order = ("name", "document_kind", "id_number", "mobile", "staff_number", "plan")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("joined_on", today())
        self.initial.setdefault("document_kind", DocumentKind.RESIDENT_ID)

    def draft(self) -> MemberDraft:
        values = {name: value for name, value in self.cleaned_data.items() if name != "joined_on"}
        return MemberDraft(**{**values, "mobile": values["mobile"] or None})


class ChangeForm(TermsForm):
    """New terms from a day on, or a corrected name, mobile or staff number."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs=_PLAIN))
    mobile = forms.CharField(
        label=_("手机号"),
        max_length=30,
        required=False,
        help_text=_("留空表示不修改。"),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    staff_number = forms.CharField(label=pgettext_lazy("员工", "工号"), max_length=40, required=False)
    effective_on = date_field(
        _("生效日期"),
        required=True,
        help_text=_("计划、职业类别、保额和保费从这一天起变更；姓名、手机和工号只是更正。"),
    )
    field_order = ("name", "mobile", "staff_number", "plan", "occupation_class", "sum_insured", "premium")

    def __init__(self, *args: Any, row: GroupMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["effective_on"] = today()
        for name in ("name", "staff_number", "plan", "occupation_class", "sum_insured", "premium"):
            self.initial[name] = getattr(row, name)

    def changes(self) -> dict[str, Any]:
        """What to give to change_member."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "effective_on"}
        return said if said["mobile"] else {name: value for name, value in said.items() if name != "mobile"}


class LeaveForm(forms.Form):
    """From when somebody is no longer insured, and why."""

    left_on = date_field(_("终止日期"), required=True, help_text=_("这一天起不再承保。"))
    reason = forms.CharField(label=_("离开原因"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("left_on", today())


class ListForm(forms.Form):
    """A member list as a file."""

    file = forms.FileField(
        label=_("名单文件"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}), max_length=1000
    )
    mode = forms.ChoiceField(
        label=_("名单种类"),
        choices=ListMode.choices,
        initial=ListMode.FULL,
        help_text=_("全量名单会列出不在名单上的人；增减员名单只处理名单上的人，有“终止日期”的按减员办理。"),
    )
    effective_on = date_field(_("生效日期"), required=True, help_text=_("名单里没有写日期的变更从这一天起生效。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("effective_on", today())
