"""What is written down from the 360 page: a note, how a call ended, a task."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.servicedesk.states import CallOutcome, ContactChannel, Direction

LONGEST_NOTE = 4000
MORNING = time(9)


def _moment_field(label: Any, *, required: bool) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, input_formats=["%Y-%m-%dT%H:%M"])


def _text_field(label: Any, *, required: bool) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, required=required, max_length=LONGEST_NOTE, widget=widget)


def tomorrow_morning() -> datetime:
    """When a task is due unless somebody says otherwise."""
    return datetime.combine(today() + timedelta(days=1), MORNING, COMPANY_ZONE)


class NoteForm(forms.Form):
    """A contact in any channel, or a mere note."""

    text = _text_field(_("内容"), required=True)
    channel = forms.ChoiceField(label=_("方式"), choices=ContactChannel.choices, initial=ContactChannel.NOTE)
    direction = forms.ChoiceField(label=_("谁找谁"), choices=Direction.choices, initial=Direction.INBOUND)


class CallForm(forms.Form):
    """How a call ended; with a time for the next one, a task is made of it."""

    outcome = forms.ChoiceField(label=_("结果"), choices=CallOutcome.choices, widget=forms.RadioSelect)
    direction = forms.ChoiceField(label=_("谁打给谁"), choices=Direction.choices, initial=Direction.OUTBOUND)
    text = _text_field(_("说了什么"), required=False)
    call_back_at = _moment_field(_("下次联系时间（可不填，填了就建任务）"), required=False)


class TaskForm(forms.Form):
    """Something that the viewer is to do for the customer."""

    title = forms.CharField(label=_("事项"), max_length=120)
    due_at = _moment_field(_("截止时间"), required=True)
    note = _text_field(_("说明"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"due_at": tomorrow_morning()})
        super().__init__(*args, **kwargs)
