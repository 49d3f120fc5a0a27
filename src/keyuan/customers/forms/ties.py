"""Small forms beside a customer: another customer, a household, a consent, an identifier, cover elsewhere, an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.agents.queries import active_agents
from keyuan.customers.queries import by_identifier, by_name
from keyuan.customers.states import ConsentPurpose, HouseholdRole, IdentifierKind, RelationKind
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from keyuan.agents.models import Agent

CLAIMABLE = [
    IdentifierKind.MOBILE,
    IdentifierKind.EMAIL,
    IdentifierKind.PLATE,
    IdentifierKind.VIN,
    IdentifierKind.EXTERNAL,
    IdentifierKind.CERTIFICATE,
]
CHANNELS = [
    ("counter", _("柜面")),
    ("phone", _("电话")),
    ("web", _("网上")),
    ("paper", _("书面")),
    ("agent", _("代理人")),
]
CHANNEL_LABELS = dict(CHANNELS) | {"call": _("电话"), "app": _("手机应用")}
MOST_NAMESAKES = 6


class OtherCustomerField(forms.CharField):
    """Another customer, by any identifier or by a name that only one customer in scope has."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, help_text=_("客户号、手机号、证件号码、保单号等；或者唯一的姓名。"), **kwargs)
        self.viewer: Viewer | None = None

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or self.viewer is None:
            return None
        found = by_identifier(text, viewer=self.viewer)
        if not found:
            found = [one for one in by_name(text, viewer=self.viewer, limit=MOST_NAMESAKES) if one.name == text]
        if not found:
            raise forms.ValidationError(_("没有找到这位客户，或者您无权查看。"))
        if len(found) > 1:
            numbers = "、".join(one.number for one in found)
            raise forms.ValidationError(_("有多位客户相符，请改用客户号：%(numbers)s"), params={"numbers": numbers})
        return found[0]


class RelationForm(forms.Form):
    """``other`` is the customer's ``kind``."""

    kind = forms.ChoiceField(label=_("关系"), choices=RelationKind.choices)
    other = OtherCustomerField(label=_("对方客户"))
    note = forms.CharField(label=_("说明"), max_length=120, required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].viewer = viewer  # type: ignore[attr-defined]


class HouseholdForm(forms.Form):
    """A new household, or that of another customer."""

    name = forms.CharField(label=_("家庭名称"), max_length=80)


class JoinForm(forms.Form):
    """Into the household of ``member``, as ``role``."""

    other = OtherCustomerField(label=_("家庭中的一位成员"))
    role = forms.ChoiceField(label=_("家庭角色"), choices=HouseholdRole.choices, initial=HouseholdRole.OTHER)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].viewer = viewer  # type: ignore[attr-defined]


class ConsentForm(forms.Form):
    """What was agreed to, by which text, and where it was said."""

    purpose = forms.ChoiceField(label=_("用途"), choices=ConsentPurpose.choices)
    wording = forms.CharField(label=_("文本版本"), max_length=40, initial="2026-01")
    channel = forms.ChoiceField(label=_("渠道"), choices=CHANNELS)


class IdentifierForm(forms.Form):
    """Another identifier of the customer."""

    kind = forms.ChoiceField(label=_("标识类型"), choices=[(kind.value, kind.label) for kind in CLAIMABLE])
    value = forms.CharField(label=_("号码"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class CoverForm(forms.Form):
    """Cover with another insurer."""

    insurer = forms.CharField(label=_("保险公司"), max_length=80)
    line = forms.CharField(label=_("险种"), max_length=20)
    sum_insured = forms.DecimalField(
        label=_("保额（元）"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    premium = forms.DecimalField(label=_("年保费（元）"), max_digits=14, decimal_places=2, min_value=0, required=False)
    ends_on = forms.DateField(label=_("到期日"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class AgentForm(forms.Form):
    """Who serves the customer from today."""

    agent: forms.ModelChoiceField[Agent] = forms.ModelChoiceField(queryset=None, label=_("服务人员"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = active_agents(viewer=viewer, on=today())  # type: ignore[attr-defined]
