"""One renewal: its page, the panel beside the list, recording an outcome; and a customer's renewals on their page."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers import queries as customers
from keyuan.customers.actions import unmask
from keyuan.customers.states import CustomerKind
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.retention import queries
from keyuan.retention.actions import proposals, record_outcome, withdraw_outcome
from keyuan.retention.forms import OutcomeForm
from keyuan.retention.models import RenewalOutcome
from keyuan.retention.states import LossReason, Outcome
from keyuan.retention.views.shown import row, shown

CHANGED = ("renewals-changed", "timeline-changed")
ICONS = {
    Outcome.RENEWING: "circle-check",
    Outcome.CONSIDERING: "clock",
    Outcome.QUOTED: "coin",
    Outcome.CALL_BACK: "phone-outgoing",
    Outcome.NO_ANSWER: "phone-off",
    Outcome.WRONG_NUMBER: "circle-x",
}


def case_context(
    request: SignedInRequest, policy_id: int, due_on: date, *, form: OutcomeForm | None = None
) -> dict[str, Any]:
    """What the page, the panel and the phone card of a renewal show."""
    one = queries.the_renewal(policy_id, due_on, viewer=request.viewer)
    shown_row = row(one, on=today())
    context: dict[str, Any] = {"row": shown_row, "one": one, "history": [], "form": form or OutcomeForm()}
    context["may_contact"] = request.viewer.may(Permission.CONTACT_CUSTOMERS)
    context["history"] = [
        {"told": told, "label": Outcome(told.outcome).label, "reason": _reason(told)}
        for told in queries.history(policy_id, due_on, viewer=request.viewer)[:20]
    ]
    if context["may_contact"] and not shown_row.closed:
        days = proposals(policy_id, due_on, viewer=request.viewer)
        context["outcomes"] = [
            {"code": code.value, "label": code.label, "icon": icon, "next": days[code.value]}
            for code, icon in ICONS.items()
        ]
        context["reasons"] = LossReason.choices
    return context


def _reason(told: RenewalOutcome) -> str:
    return str(LossReason(told.reason).label) if told.reason else ""


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def case(request: SignedInRequest, policy_id: int, due_on: date) -> HttpResponse:
    """One renewal as a page."""
    return render(request, "retention/case.html", case_context(request, policy_id, due_on))


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def panel(request: SignedInRequest, policy_id: int, due_on: date) -> HttpResponse:
    """The same beside the list."""
    return render(request, "retention/parts/case.html", case_context(request, policy_id, due_on))


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def outcome(request: SignedInRequest, policy_id: int, due_on: date) -> HttpResponse:
    """Record an outcome in one step; what was typed comes back if it is refused."""
    form = OutcomeForm(request.POST)
    told = recorded(request, policy_id, due_on, form)
    if told is None:
        context = case_context(request, policy_id, due_on, form=form)
        page = "retention/parts/case.html" if request.headers.get("HX-Request") else "retention/case.html"
        return render(request, page, context, status=422)
    if request.headers.get("HX-Request"):
        context = case_context(request, policy_id, due_on)
        return announced(render(request, "retention/parts/case.html", context), told)
    return redirect("retention:case", policy_id, due_on)


def recorded(request: SignedInRequest, policy_id: int, due_on: date, form: OutcomeForm) -> RenewalOutcome | None:
    """Write the outcome that was typed; None with the fault in the form if it cannot be written."""
    queries.the_renewal(policy_id, due_on, viewer=request.viewer)
    if not form.is_valid():
        return None
    try:
        return record_outcome(policy_id, due_on, **form.cleaned_data, by=request.viewer)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, " ".join(filter(None, (str(refusal), refusal.what_to_do))))
        return None


def announced(response: HttpResponse, told: RenewalOutcome) -> HttpResponse:
    """The answer with what changed, a toast, and the way to take a slip back."""
    label = Outcome(told.outcome).label
    text = _("已记下：%(outcome)s") % {"outcome": label}
    if told.next_contact_on is not None:
        text = _("已记下：%(outcome)s，%(day)s再联系") % {"outcome": label, "day": told.next_contact_on.isoformat()}
    undo = {"url": reverse("retention:withdraw", args=[told.pk]), "label": _("撤销")}
    toast = {"tone": "success", "text": text, "undo": undo}
    response["HX-Trigger"] = json.dumps({**dict.fromkeys(CHANGED, True), "keyuan:toast": toast})
    return response


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS, Permission.UNMASK)
def call(request: SignedInRequest, policy_id: int, due_on: date) -> HttpResponse:
    """The number to dial. The look is logged with its purpose and bounded in number, as any other."""
    one = queries.the_renewal(policy_id, due_on, viewer=request.viewer)
    holder = customers.the_customer(one.customer_id, viewer=request.viewer)
    field = "mobile" if holder.kind == CustomerKind.INDIVIDUAL else "contact_mobile"
    purpose = _("续保联系：%(policy)s") % {"policy": one.policy_number}
    number = unmask(one.customer_id, field=field, purpose=purpose, by=request.viewer)
    response = render(request, "retention/parts/called.html", {"number": number})
    response["HX-Trigger"] = json.dumps({"renewal-dial": {"number": number}})
    return response


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def withdraw(request: SignedInRequest, outcome_id: int) -> HttpResponse:
    """Take back a slip."""
    withdraw_outcome(outcome_id, by=request.viewer)
    response = HttpResponse(status=204)
    toast = {"tone": "success", "text": _("已撤回")}
    response["HX-Trigger"] = json.dumps({**dict.fromkeys(CHANGED, True), "keyuan:toast": toast})
    return response


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def of_customer(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The customer's renewals, as their page loads them."""
    customers.must_be_visible(customer_id, viewer=request.viewer)
    rows = shown(queries.renewals_of(customer_id, viewer=request.viewer))
    return render(request, "retention/parts/of_customer.html", {"rows": rows})
