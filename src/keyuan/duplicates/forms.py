"""What is asked on the pages of duplicates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.queries import units
from keyuan.accounts.scope import Viewer
from keyuan.customers.states import CustomerKind
from keyuan.duplicates.states import Verdict

LEAST = (("", _("全部可能性")), ("0.99", _("几乎确定（99%以上）")), ("0.9", _("很可能（90%以上）")))


class QueueForm(forms.Form):
    """What the queue is narrowed to."""

    text = forms.CharField(label=_("客户"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=_("客户类型"), required=False, choices=[("", _("个人与企业")), *CustomerKind.choices]
    )
    least = forms.ChoiceField(label=_("可能性"), required=False, choices=LEAST)
    branch: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        None, label=_("机构"), required=False, empty_label=_("全部机构")
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = units(viewer=viewer)  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    reason = forms.CharField(
        label=_("合并理由"), max_length=200, help_text=_("写明怎样确认是同一人，例如：已电话核实换号。")
    )


class NotSameForm(forms.Form):
    reason = forms.CharField(label=_("为什么不是同一人"), required=False, max_length=200)


class LaterForm(forms.Form):
    on = forms.DateField(label=_("再看日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


VERDICT_TABS = ((Verdict.OPEN, _("待审核")), (Verdict.LATER, _("稍后再看")), (Verdict.NOT_SAME, _("不是同一人")))
