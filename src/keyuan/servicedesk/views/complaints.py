"""The page of a complaint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk import actions, queries, rules
from keyuan.servicedesk.forms import ComplaintStepForm
from keyuan.servicedesk.queries import ComplaintHeld
from keyuan.servicedesk.states import ComplaintReason, ComplaintStep, ContactChannel
from keyuan.servicedesk.views.answers import put_refusal
from keyuan.servicedesk.views.complaint_list import TONES

# Which fields of the form go with which step.
FIELDS = {
    ComplaintStep.FIND_COMPLEX: ("text",),
    ComplaintStep.EXTEND: ("text",),
    ComplaintStep.DECIDE: ("upheld", "text"),
    ComplaintStep.TELL: ("channel",),
    ComplaintStep.CLOSE: ("text",),
}


@dataclass(slots=True)
class Step:
    """A step that may be taken now, with its form."""

    code: str
    label: str | Promise
    form: ComplaintStepForm


def shown(held: ComplaintHeld) -> list[dict[str, Any]]:
    """The statuses as chips."""
    return [{"label": status.label, "tone": TONES[status]} for status in held.ordered_statuses]


@require_safe
@staff_page(Permission.CONTACT_CUSTOMERS)
def complaint(request: SignedInRequest, complaint_id: int) -> HttpResponse:
    """One complaint with the steps that may be taken."""
    return _page(request, complaint_id)


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def complaint_step(request: SignedInRequest, complaint_id: int, step: str) -> HttpResponse:
    """Take a step; what was typed comes back if it cannot be taken."""
    if step not in ComplaintStep.values:
        raise Http404
    form = _form(ComplaintStep(step), request.POST)
    if form.is_valid():
        try:
            _take(ComplaintStep(step), complaint_id, form.cleaned_data, request.viewer)
        except queries.ComplaintNotFound:
            raise
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("“%(step)s”已办理") % {"step": ComplaintStep(step).label})
            return redirect("servicedesk:complaint", complaint_id)
    return _page(request, complaint_id, wrong=(ComplaintStep(step), form))


def _take(step: ComplaintStep, complaint_id: int, data: dict[str, Any], by: Viewer) -> None:
    match step:
        case ComplaintStep.FIND_COMPLEX | ComplaintStep.EXTEND:
            actions.extend_complaint(complaint_id, reason=data["text"], by=by)
        case ComplaintStep.DECIDE:
            actions.decide_complaint(complaint_id, upheld=data["upheld"], text=data["text"], by=by)
        case ComplaintStep.TELL:
            actions.tell_decision(complaint_id, channel=data["channel"], by=by)
        case ComplaintStep.CLOSE:
            actions.close_complaint(complaint_id, text=data["text"], by=by)


def _form(step: ComplaintStep, data: Any = None) -> ComplaintStepForm:
    form = ComplaintStepForm(data, auto_id=f"{step.value}_%s")
    for name in set(form.fields) - set(FIELDS[step]):
        del form.fields[name]
    if "upheld" in form.fields:
        form.fields["upheld"].required = True
    return form


def _page(
    request: SignedInRequest, complaint_id: int, wrong: tuple[ComplaintStep, ComplaintStepForm] | None = None
) -> HttpResponse:
    held = queries.the_complaint(complaint_id, viewer=request.viewer, on=today())
    steps = [
        Step(step.value, step.label, wrong[1] if wrong is not None and wrong[0] == step else _form(step))
        for step in ComplaintStep
        if rules.may(step, held.statuses)
    ]
    context = {
        "held": held,
        "statuses": shown(held),
        "reason": ComplaintReason(held.reason).label,
        "channel": ContactChannel(held.channel).label,
        "steps": steps,
        "yes_no": f"{_('成立')},{_('不成立')}",
    }
    return render(request, "servicedesk/complaint.html", context, status=200 if wrong is None else 422)
