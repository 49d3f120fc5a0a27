"""The forms of an endpoint, of its deliveries' filter and of a replay."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.accounts import queries as accounts
from keyuan.accounts.purposes import Purpose
from keyuan.accounts.scope import Viewer
from keyuan.kernel.refusals import Refusal
from keyuan.webhooks.actions import EndpointDraft
from keyuan.webhooks.models import Endpoint
from keyuan.webhooks.states import DeliveryState


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A choice of units, by code and name."""

    def label_from_instance(self, unit: Any) -> str:
        return str(unit.code_and_label)


class EndpointForm(forms.Form):
    """An endpoint as an administrator describes it."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("例如：核心系统、呼叫中心。"))
    url = forms.CharField(
        label=_("地址"), max_length=500, help_text=_("对方接收推送的 https 地址。"), widget=forms.URLInput
    )
    kinds = forms.CharField(
        label=_("事件"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一种，例如 policy.issued 或 policy.*；* 表示全部。"),
    )
    org_unit = UnitField(None, label=_("机构范围"), help_text=_("只推送这个机构及其下级的客户的事件。"))
    purpose = forms.ChoiceField(
        label=_("用途"), choices=Purpose.choices, help_text=_("营销和向第三方提供，只推送已同意的客户的事件。")
    )
    purpose_text = forms.CharField(label=_("用途说明"), max_length=200)
    with_data = forms.BooleanField(
        label=_("带内容"),
        required=False,
        help_text=_("不勾选时只推送发生了什么、涉及哪位客户；加密的资料任何时候都不推送。"),
    )
    with_audit = forms.BooleanField(
        label=_("包括访问与系统事件"), required=False, help_text=_("谁查看了完整资料、谁改了账户等，一般只给审计系统。")
    )

    def __init__(self, *args: Any, viewer: Viewer, endpoint: Endpoint | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = accounts.units(viewer=viewer)
        self.fields["org_unit"].queryset = units  # type: ignore[attr-defined]
        if endpoint is None:
            self.initial.update(kinds="policy.*\ncustomer.*", org_unit=units.values_list("pk", flat=True).first())
        else:
            for name in ("name", "url", "purpose", "purpose_text", "with_data", "with_audit"):
                self.initial[name] = getattr(endpoint, name)
            self.initial.update(kinds="\n".join(endpoint.kinds), org_unit=endpoint.org_unit_id)

    def draft(self) -> EndpointDraft:
        """What to give to the actions."""
        told = self.cleaned_data
        plain = {name: told[name] for name in ("name", "url", "purpose_text", "with_data", "with_audit")}
        return EndpointDraft(
            **plain,
            kinds=tuple(part.strip() for part in told["kinds"].replace(",", "\n").split("\n") if part.strip()),
            org_unit_id=told["org_unit"].pk,
            purpose=Purpose(told["purpose"]),
        )

    def tell(self, refusal: Refusal) -> None:
        """A refusal beside its field."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, f"{refusal}{refusal.what_to_do}")


class FilterForm(forms.Form):
    """Which deliveries to list."""

    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), *DeliveryState.choices], required=False)
    kind = forms.CharField(label=_("事件开头"), max_length=60, required=False)


class ReplayForm(forms.Form):
    """From where to deliver again."""

    since = forms.DateTimeField(
        label=_("从这一刻起"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    after = forms.CharField(label=_("或从这个位置（cursor）之后"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("since") and not cleaned.get("after") and not self.errors:
            self.add_error("since", _("请填写从什么时候起。"))
        return cleaned
