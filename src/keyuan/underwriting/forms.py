"""The forms of underwriting. The actions check; the forms read."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.underwriting import queries
from keyuan.underwriting.checks import LONGEST
from keyuan.underwriting.queries.authority import SHIPPED
from keyuan.underwriting.questions import catalogue
from keyuan.underwriting.states import FINAL, Outcome


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class DecisionForm(forms.Form):
    """A person's decision on an application."""

    outcome = forms.ChoiceField(label=_("核保结论"), choices=[(one.value, one.label) for one in FINAL])
    loading_percent = forms.IntegerField(label=_("加费%"), required=False, min_value=0, max_value=1000)
    exclusions = forms.MultipleChoiceField(
        label=_("除外"), required=False, widget=forms.SelectMultiple(attrs={"size": 4})
    )
    postpone_months = forms.IntegerField(label=_("延期月数"), required=False, min_value=0, max_value=60)
    reason = forms.CharField(
        label=_("理由（写入记录）"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), required=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        field = cast(forms.MultipleChoiceField, self.fields["exclusions"])
        field.choices = [(code, words.said(language)) for code, words in catalogue().exclusions.items()]

    def told(self) -> dict[str, Any]:
        """The decision as the action takes it."""
        read = self.cleaned_data
        return {
            "outcome": Outcome(read["outcome"]),
            "loading_percent": read["loading_percent"] or 0,
            "exclusions": read["exclusions"],
            "postpone_months": read["postpone_months"] or 0,
            "reason": read["reason"],
        }


class RulesForm(forms.Form):
    """A draft of the rules. ``text`` is what the editor writes; ``seen`` the digest of what was open."""

    effective_from = _day(_("规则生效日"))
    why = forms.CharField(
        label=_("为什么修改"), max_length=500, required=False, help_text=_("提交审批时要写，会写入日志。")
    )
    text = forms.CharField(
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "form-control", "spellcheck": "false"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class AuthorityForm(forms.Form):
    """How far a role, or one person, may decide alone."""

    whose = forms.ChoiceField(label=_("授权给"))
    most_sum = forms.DecimalField(label=_("累计风险保额上限（元）"), min_value=0, max_digits=14, decimal_places=2)
    most_loading = forms.IntegerField(label=_("加费上限%"), min_value=0, max_value=1000)
    may_decline = forms.BooleanField(label=_("可以拒保"), required=False, initial=True)
    since = _day(_("起始日"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(f"role:{role}", Role(role).label) for role in SHIPPED]
        people = [(f"user:{key}", name) for key, name in queries.people(viewer=viewer)]
        field = cast(forms.ChoiceField, self.fields["whose"])
        field.choices = [(_("角色"), roles), (_("个人"), people)]

    def told(self) -> dict[str, Any]:
        """The authority as the action takes it."""
        read = dict(self.cleaned_data)
        kind, _colon, key = read.pop("whose").partition(":")
        return {**read, "role": key} if kind == "role" else {**read, "user_id": int(key)}
