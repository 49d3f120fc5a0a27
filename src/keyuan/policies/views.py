"""The pages of policies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.policies import queries
from keyuan.policies.clocks import legal_clocks
from keyuan.policies.custom_page import card
from keyuan.policies.forms import StepForm
from keyuan.policies.listing import TONES
from keyuan.policies.members.rules import Membership
from keyuan.policies.queries import Holding
from keyuan.policies.states import Channel, FactKind, ObjectKind, PartyRole, PaymentMode, PolicyStatus
from keyuan.policies.steps import BY_CODE, PolicyStep, Typed, amount_of, open_steps
from keyuan.products.states import Line


def chips(held: Holding) -> list[dict[str, Any]]:
    """The statuses as chips: word and tone."""
    return [{"label": status.label, "tone": TONES.get(status, "off")} for status in held.ordered_statuses]


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def policy(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """One policy on any day (``?on=2025-03-01``), with everything that is on record."""
    return _page(request, policy_id, on=_day(request.GET.get("on", "")))


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def policy_step(request: SignedInRequest, policy_id: int, step: str) -> HttpResponse:
    """Take a step; what was typed comes back if it cannot be taken."""
    if step not in BY_CODE:
        raise Http404
    chosen = BY_CODE[step]
    currency = queries.the_policy(policy_id, viewer=request.viewer).currency
    form = _form(chosen, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        typed = Typed(data.get("on"), amount_of(data.get("amount"), currency), data.get("note", ""))
        try:
            chosen.take(policy_id, typed, request.viewer)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, " ".join(filter(None, (str(refusal), refusal.what_to_do))))
        else:
            messages.success(request, _("“%(step)s”已办理") % {"step": chosen.label})
            return redirect("policies:detail", policy_id)
    return _page(request, policy_id, on=today(), wrong=(chosen, form))


def _form(step: PolicyStep, data: Any = None) -> StepForm:
    form = StepForm(data, auto_id=f"{step.code}_%s")
    for name in ("amount", "note"):
        need = getattr(step, name)
        if not need:
            del form.fields[name]
        else:
            form.fields[name].required = need == "required"
    return form


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError:
        return today()


def _page(
    request: SignedInRequest, policy_id: int, *, on: date, wrong: tuple[PolicyStep, StepForm] | None = None
) -> HttpResponse:
    held = queries.the_holding(policy_id, viewer=request.viewer, on=on)
    steps = []
    if on == today():
        for step in open_steps(held, viewer=request.viewer):
            steps.append({"code": step.code, "label": step.label, "form": _form(step), "open": False})
    if wrong is not None:
        steps = [one for one in steps if one["code"] != wrong[0].code]
        steps.insert(0, {"code": wrong[0].code, "label": wrong[0].label, "form": wrong[1], "open": True})
    context = {
        "held": held,
        "customer": queries.holders_of([held.id], viewer=request.viewer)[held.id],
        "chips": chips(held),
        "on": on,
        "is_today": on == today(),
        "channel": Channel(held.channel).label,
        "payment_mode": PaymentMode(held.payment_mode).label,
        "facts": [{"fact": fact, "label": FactKind(fact.kind).label} for fact in reversed(held.facts)],
        "objects": [{"thing": thing, "kind": ObjectKind(thing.kind).label} for thing in held.objects],
        "parties": [{"party": party, "role": PartyRole(party.role).label} for party in held.parties],
        "steps": steps,
        "membership": _membership(held, request, on),
        "clocks": legal_clocks(held, on=on),
        "document": queries.document_of(held.id, viewer=request.viewer),
        "may_give_back": request.viewer.may(Permission.GIVE_BACK_POLICIES)
        and PolicyStatus.IN_COOLING_OFF in held.statuses,
        "custom": card(held.id, held.custom, viewer=request.viewer) if on == today() else {},
    }
    return render(request, "policies/detail.html", context, status=200 if wrong is None else 422)


def _membership(held: Holding, request: SignedInRequest, on: date) -> Membership | None:
    """Members and yearly premium of the day, for a group policy."""
    if held.product.line != Line.GROUP:
        return None
    return queries.membership(held.id, viewer=request.viewer, on=on)
