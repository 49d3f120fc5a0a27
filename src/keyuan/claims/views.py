"""The pages of claims."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.claims import actions, queries, rules
from keyuan.claims.forms import NotifyForm, StepForm
from keyuan.claims.listing import TONES
from keyuan.claims.queries import ClaimHeld
from keyuan.claims.states import Decision, Step
from keyuan.kernel.clock import today
from keyuan.kernel.money import Money
from keyuan.kernel.refusals import Refusal
from keyuan.policies import queries as policies

# Which fields of the form go with which step, and which of them must be filled.
FIELDS: dict[Step, dict[str, bool]] = {
    Step.COMPLETE_PAPERS: {},
    Step.DECIDE: {"decision": True, "amount": False, "text": False},
    Step.PAY: {"amount": True},
    Step.NOTIFY_REFUSAL: {},
    Step.CLOSE: {"text": False},
}


def chips(held: ClaimHeld) -> list[dict[str, Any]]:
    """The statuses as chips: word and tone."""
    return [{"label": status.label, "tone": TONES.get(status, "off")} for status in held.ordered_statuses]


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def claim(request: SignedInRequest, claim_id: int) -> HttpResponse:
    """One claim with its clocks and the steps that may be taken."""
    return _page(request, claim_id)


@require_POST
@staff_page(Permission.HANDLE_CLAIMS)
def claim_step(request: SignedInRequest, claim_id: int, step: str) -> HttpResponse:
    """Take a step; what was typed comes back if it cannot be taken."""
    if step not in Step.values:
        raise Http404
    held = queries.the_claim(claim_id, viewer=request.viewer, on=today())
    form = _form(Step(step), request.POST)
    if form.is_valid():
        try:
            _take(Step(step), held, form.cleaned_data, request.viewer)
        except Refusal as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("“%(step)s”已办理") % {"step": Step(step).label})
            return redirect("claims:detail", claim_id)
    return _page(request, claim_id, wrong=(Step(step), form))


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def notify(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """Take down a loss under a policy."""
    policy = policies.the_policy(policy_id, viewer=request.viewer)
    form = NotifyForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.notify_claim(
                policy_id,
                number=data["number"],
                occurred_on=data["occurred_on"],
                notified_on=data["notified_on"],
                cause=data["cause"],
                claimed=_money(data["claimed"], policy.currency),
                accept_without_cover=data["accept_without_cover"],
                by=request.viewer,
            )
        except Refusal as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("赔案%(number)s已受理") % {"number": made.number})
            return redirect("claims:detail", made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "claims/notify.html", {"form": form, "policy": policy}, status=status)


def _take(step: Step, held: ClaimHeld, data: dict[str, Any], by: Viewer) -> None:
    on, amount = data["on"], _money(data.get("amount"), held.currency)
    match step:
        case Step.COMPLETE_PAPERS:
            actions.complete_papers(held.id, on=on, by=by)
        case Step.DECIDE:
            actions.decide_claim(held.id, decision=data["decision"], amount=amount, reason=data["text"], on=on, by=by)
        case Step.PAY:
            actions.pay_claim(held.id, amount=amount or Money(0, held.currency), on=on, by=by)
        case Step.NOTIFY_REFUSAL:
            actions.notify_refusal(held.id, on=on, by=by)
        case Step.CLOSE:
            actions.close_claim(held.id, on=on, note=data["text"], by=by)


def _money(value: Decimal | None, currency: str) -> Money | None:
    return None if value is None else Money(value, currency)


def _put(form: NotifyForm | StepForm, refusal: Refusal) -> None:
    """Say the refusal beside its field; what is missing or forbidden altogether is a page of its own."""
    if refusal.status in (403, 404):
        raise refusal
    name = {"reason": "text"}.get(refusal.field, refusal.field)
    told = " ".join(filter(None, (str(refusal), refusal.what_to_do)))
    form.add_error(name if name in form.fields else None, told)


def _form(step: Step, data: Any = None) -> StepForm:
    form = StepForm(data, auto_id=f"{step.value}_%s")
    for name in ("decision", "amount", "text"):
        if name in FIELDS[step]:
            form.fields[name].required = FIELDS[step][name]
        else:
            del form.fields[name]
    return form


def _page(request: SignedInRequest, claim_id: int, wrong: tuple[Step, StepForm] | None = None) -> HttpResponse:
    held = queries.the_claim(claim_id, viewer=request.viewer, on=today())
    open_steps = [step for step in Step if rules.may(step, held.statuses)] if _may_handle(request) else []
    if wrong is not None and wrong[0] not in open_steps:
        open_steps.insert(0, wrong[0])
    context = {
        "held": held,
        "chips": chips(held),
        "decision": Decision(held.decision).label if held.decision else "",
        "clocks": [{"clock": clock, "overdue": clock.overdue(today())} for clock in held.clocks],
        "steps": [
            {
                "code": step.value,
                "label": step.label,
                "form": wrong[1] if wrong is not None and wrong[0] == step else _form(step),
                "open": wrong is not None and wrong[0] == step,
            }
            for step in open_steps
        ],
        "late_label": _("已超期限"),
        "in_time_label": _("期限内"),
        "running_label": _("进行中"),
        "overdue_label": _("超时限"),
    }
    return render(request, "claims/detail.html", context, status=200 if wrong is None else 422)


def _may_handle(request: SignedInRequest) -> bool:
    return request.viewer.may(Permission.HANDLE_CLAIMS)
