"""One application with the whole picture, and the decision of a person."""

from __future__ import annotations

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
from keyuan.products.states import Line
from keyuan.underwriting import actions, facts, queries
from keyuan.underwriting.forms import DecisionForm
from keyuan.underwriting.models import Application
from keyuan.underwriting.queries.replaying import asked_of
from keyuan.underwriting.questions import catalogue, occupations
from keyuan.underwriting.refusals import ApplicationNotFound
from keyuan.underwriting.rules import NOTHING
from keyuan.underwriting.states import Standing
from keyuan.underwriting.views.shared import (
    STANDING_TONES,
    automatic,
    effect_of,
    final,
    language,
    outcome_of,
    reason_shown,
)

PLAIN = (False, 0, "none")  # answers that say nothing against a risk
OPEN = (Standing.WAITING, Standing.SENT_UP)


@require_safe
@staff_page(Permission.UNDERWRITE)
def application(request: SignedInRequest, application_id: int) -> HttpResponse:
    """The facts, the answers, what the rules said and why, what went before, and the form of the decision."""
    return _page(request, _the(request, application_id))


def _the(request: SignedInRequest, application_id: int) -> Application:
    try:
        return queries.the_application(application_id, viewer=request.viewer)
    except ApplicationNotFound:
        raise Http404 from None


def _page(request: SignedInRequest, one: Application, form: DecisionForm | None = None) -> HttpResponse:
    limits = queries.limits_of(request.viewer, on=today())
    proposal = one.told_proposal()
    context = {
        "one": one,
        "line": Line(one.line).label,
        "standing_tone": STANDING_TONES[one.standing],
        "automatic": automatic(one),
        "final": final(one),
        "note": one.decision_note,
        "reasons": [reason_shown(reason) for reason in one.told_reasons()],
        "proposal": proposal,
        "proposed": _proposed(proposal),
        "limits": limits,
        "within_sum": one.sum_at_risk <= limits.most_sum,
        "may_decide": one.standing in OPEN and limits != NOTHING,
        "taken_by_other": one.taken_by_id is not None and one.taken_by_id != request.viewer.user_id,
        "taken_by_me": one.taken_by_id is not None and one.taken_by_id == request.viewer.user_id,
        "earlier": _earlier(request, one),
        "form": form or DecisionForm(initial=_initial(one)),
        **_answers(one),
    }
    return render(request, "underwriting/application.html", context, status=422 if form is not None else 200)


def _proposed(proposal: Any) -> dict[str, Any] | None:
    if not proposal:
        return None
    return effect_of(proposal["outcome"], proposal["loading"], proposal["exclusions"], proposal["months"])


def _initial(one: Application) -> dict[str, Any]:
    """What was proposed below is what the one above begins with."""
    told = one.told_proposal()
    if not told:
        return {"outcome": "standard"}
    return {
        "outcome": told["outcome"],
        "loading_percent": told["loading"],
        "exclusions": told["exclusions"],
        "postpone_months": told["months"],
    }


def _answers(one: Application) -> dict[str, Any]:
    """The facts and the answers as they were given, those that a rule spoke about first."""
    submitted, known, asked = one.told_facts(), catalogue(), asked_of(one)
    seen = facts.read(submitted, asked, product=one.product, on=one.submitted_on).context
    spoke = {reason.place for reason in one.told_reasons()}
    rows = [(name, known.label(name).said(language()), known.answer(name, seen[name]).said(language()))
            for name in (*known.facts, *known.derived) if seen.get(name) is not None]  # fmt: skip
    occupation = occupations().get(str(submitted.get("occupation", "")))
    answered = [
        (place in spoke, known.label(place).said(language()), known.answer(place, value).said(language()), value)
        for place, value in ((f"answers.{code}", seen["answers"].get(code)) for code in asked.questions)
        if value is not None
    ]
    notable = [row[:3] for row in answered if row[0] or row[3] not in PLAIN]
    return {
        "facts": [(name in spoke, label, value) for name, label, value in rows],
        "occupation": occupation.said(language()) if occupation else "",
        "answers": sorted(notable, key=lambda row: not row[0]),
        "plain": [row[:3] for row in answered if not row[0] and row[3] in PLAIN],
        "asked": asked.name.said(language()),
    }


def _earlier(request: SignedInRequest, one: Application) -> list[tuple[Application, dict[str, Any]]]:
    """The customer's other applications."""
    if one.customer_id is None:
        return []
    found = queries.of_customer(one.customer_id, viewer=request.viewer)
    return [(each, outcome_of(each.effect)) for each in found if each.pk != one.pk]


@require_POST
@staff_page(Permission.UNDERWRITE)
def take(request: SignedInRequest, application_id: int) -> HttpResponse:
    """Take it from the queue, or put it back."""
    one = _the(request, application_id)
    try:
        actions.take_application(one.pk, put_back=request.POST.get("back") == "1", by=request.viewer)
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.what_to_do}")
    return redirect("underwriting:application", one.pk)


@require_POST
@staff_page(Permission.UNDERWRITE)
def decide(request: SignedInRequest, application_id: int) -> HttpResponse:
    """The decision; what was typed stays in the form if it is refused."""
    one = _the(request, application_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, one, form)
    try:
        made = actions.rule_on_application(one.pk, **form.told(), by=request.viewer)
    except Refusal as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, f"{refusal} {refusal.what_to_do}")
        return _page(request, one, form)
    if made.standing == Standing.DECIDED:
        messages.success(request, _("%(number)s已核保。") % {"number": made.number})
    else:
        messages.success(request, _("%(number)s超出您的权限，已带着您的建议报给上级。") % {"number": made.number})
    return redirect("underwriting:application", one.pk)
