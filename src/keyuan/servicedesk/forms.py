"""What the desk types: contact notes, call outcomes, tasks, complaints. The actions check; the forms only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.queries import colleagues
from keyuan.accounts.scope import Viewer
from keyuan.deadlines.calendar import current
from keyuan.kernel.clock import now
from keyuan.policies import queries as policies
from keyuan.servicedesk import scheduling
from keyuan.servicedesk.clocks import office_hours
from keyuan.servicedesk.states import (
    CallOutcome,
    ComplaintReason,
    ContactChannel,
    Direction,
    Priority,
    Remind,
    Repeat,
    TaskKind,
)

MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(label: Any, *, required: bool, help_text: Any = "") -> forms.DateTimeField:
    """A date and time as the browser's own picker gives it."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(
        label=label, required=required, widget=widget, input_formats=[MOMENT], help_text=help_text
    )


def text_field(label: Any, *, required: bool = True, rows: int = 4) -> forms.CharField:
    """A few lines of text."""
    return forms.CharField(label=label, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}))


class ContactForm(forms.Form):
    """A contact of any channel; without a time it was now."""

    text = text_field(_("内容"), required=False)
    channel = forms.ChoiceField(label=_("方式"), choices=ContactChannel.choices, initial=ContactChannel.CALL)
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices, initial=Direction.INBOUND)
    outcome = forms.ChoiceField(label=_("结果"), choices=[("", _("未选择")), *CallOutcome.choices], required=False)
    occurred_at = moment_field(_("联系时间"), required=False, help_text=_("留空即现在。"))


class CallForm(forms.Form):
    """How a call ended; a call-back agreed for a time becomes a task."""

    outcome = forms.ChoiceField(label=_("通话结果"), choices=CallOutcome.choices, initial=CallOutcome.REACHED)
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices, initial=Direction.OUTBOUND)
    text = text_field(_("内容"), required=False)
    call_back_at = moment_field(_("再联系时间"), required=False, help_text=_("填写后自动建立回电任务。"))


class TaskForm(forms.Form):
    """Something to do by a time; mine unless given to somebody else."""

    title = forms.CharField(label=_("事项"), max_length=120)
    due_at = moment_field(_("截止时间"), required=True)
    remind = forms.ChoiceField(label=_("提醒"), choices=Remind.choices, required=False)
    remind_at = moment_field(_("提醒时间"), required=False, help_text=_("选“自定时间”时填写。"))
    kind = forms.ChoiceField(label=_("类别"), choices=TaskKind.choices, required=False)
    priority = forms.TypedChoiceField(
        label=_("优先级"), choices=Priority.choices, coerce=int, empty_value=None, required=False
    )
    repeat = forms.ChoiceField(label=_("重复"), choices=Repeat.choices, required=False)
    owner = forms.TypedChoiceField(label=_("负责人"), coerce=int, empty_value=None, required=False)
    note = text_field(_("说明"), required=False, rows=3)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hours = office_hours(viewer)
        self.initial.setdefault("due_at", scheduling.proposed_due(now(), calendar=current(), hours=self.hours))
        self.initial.setdefault("remind", Remind.HALF_HOUR)
        self.initial.setdefault("kind", TaskKind.OTHER)
        self.initial.setdefault("priority", Priority.NORMAL)
        self.initial.setdefault("owner", viewer.user_id)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.TypedChoiceField)  # noqa: S101  declared above
        owner.choices = [(user.pk, str(user)) for user in colleagues(viewer=viewer)[:200]]

    @property
    def proposals(self) -> list[dict[str, Any]]:
        """Due times in working hours that one press fills in."""
        found = scheduling.proposals(now(), calendar=current(), hours=self.hours)
        return [{"label": one.choice.label, "at": one.at, "value": one.at.strftime(MOMENT)} for one in found]

    def clean(self) -> dict[str, Any]:
        """``remind_at`` as a moment, whichever way it was chosen; what a program leaves out is as for a new task."""
        data: dict[str, Any] = super().clean() or {}
        remind = Remind(data.get("remind") or Remind.NEVER)
        due_at = data.get("due_at")
        if remind == Remind.AT and data.get("remind_at") is None and "remind_at" not in self.errors:
            self.add_error("remind_at", _("请填写提醒时间。"))
        elif remind != Remind.AT:
            data["remind_at"] = (
                None
                if due_at is None
                else scheduling.remind_at(due_at, remind=remind, calendar=current(), hours=self.hours)
            )
        data["kind"] = data.get("kind") or TaskKind.OTHER
        data["priority"] = data.get("priority") or Priority.NORMAL
        data["repeat"] = data.get("repeat") or Repeat.NEVER
        return data

    @classmethod
    def of(cls, task: Any, data: Any = None, *, viewer: Viewer) -> TaskForm:
        """The form of a task that is there; its owner is changed by passing it on."""
        initial = {name: getattr(task, name) for name in ("title", "due_at", "remind_at", "kind", "priority", "repeat")}
        remind = Remind.NEVER if task.remind_at is None else Remind.AT
        form = cls(data, viewer=viewer, initial={**initial, "note": task.note, "remind": remind})
        del form.fields["owner"]
        return form


class ComplaintForm(forms.Form):
    """A complaint as it is received."""

    summary = text_field(_("客户的诉求"))
    reason = forms.ChoiceField(label=_("原因"), choices=ComplaintReason.choices)
    channel = forms.ChoiceField(label=_("渠道"), choices=ContactChannel.choices, initial=ContactChannel.CALL)
    policy = forms.TypedChoiceField(label=_("相关保单"), coerce=int, empty_value=None, required=False)
    received_at = moment_field(_("受理时间"), required=False, help_text=_("留空即现在。"))

    def __init__(self, *args: Any, viewer: Viewer, customer_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = policies.visible(viewer).filter(customer_id=customer_id).order_by("-id").values_list("pk", "number")
        policy = self.fields["policy"]
        assert isinstance(policy, forms.TypedChoiceField)  # noqa: S101  declared above
        policy.choices = [("", _("不涉及具体保单")), *held[:200]]


class ComplaintStepForm(forms.Form):
    """Text that goes with a step of a complaint."""

    text = text_field(_("说明"), required=False, rows=3)
    upheld = forms.TypedChoiceField(
        label=_("投诉是否成立"),
        choices=[("", _("未选择")), ("1", _("成立")), ("0", _("不成立"))],
        coerce=lambda value: value == "1",
        empty_value=None,
        required=False,
    )
    channel = forms.ChoiceField(
        label=_("告知方式"), choices=ContactChannel.choices, initial=ContactChannel.CALL, required=False
    )
