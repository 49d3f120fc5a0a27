"""The filter of the outbox."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.messages.queries import MessageFilter
from keyuan.messages.states import Channel
from keyuan.messages.wording import codes


class FilterForm(forms.Form):
    to = forms.CharField(label=_("手机号或邮箱"), required=False, max_length=100)
    channel = forms.ChoiceField(label=_("方式"), required=False)
    template = forms.ChoiceField(label=_("模板"), required=False)
    since = forms.DateField(label=_("写好不早于"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("写好不晚于"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, choices in (("channel", Channel.choices), ("template", list(codes().items()))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
            field.choices = [("", _("不限")), *choices]

    def wanted(self) -> MessageFilter:
        """What the address asks for; what cannot be is left out."""
        self.is_valid()
        given = self.cleaned_data
        return MessageFilter(
            state=self.data.get("state", ""),
            channel=given.get("channel") or "",
            template=given.get("template") or "",
            to=given.get("to") or "",
            since=given.get("since"),
            until=given.get("until"),
            sort=self.data.get("sort", "-queued"),
        )
