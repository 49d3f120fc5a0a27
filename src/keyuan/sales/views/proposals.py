"""Proposals on the desk: the needs conversation, the live proposal, its plans, its link."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers import queries as customers
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.products.queries import version
from keyuan.products.rating.entries import defaults, raw_of
from keyuan.sales import actions, queries
from keyuan.sales.needs import needs_of
from keyuan.sales.needs.cover import CoverKnown, answers_of, cover_known
from keyuan.sales.needs.forms import NeedsForm, told_before
from keyuan.sales.proposals.adjusting import controls, said
from keyuan.sales.proposals.plans import MOST_PLANS, see
from keyuan.sales.proposals.showing import compared, shown

if TYPE_CHECKING:
    from keyuan.sales.needs import NeedsFacts, Suggested

ALL_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(ALL_METHODS)
@staff_page(Permission.CONTACT_CUSTOMERS)
def new(request: SignedInRequest) -> HttpResponse:
    """The conversation; what it suggests is shown below it, and up to three of that become a proposal."""
    whom = _whom(request)
    covered = _covered(whom, request)
    form = NeedsForm(request.POST or None, initial=_begin(whom, covered))
    facts = form.facts() if request.method == "POST" and form.is_valid() else None
    found: Suggested | None = None
    if facts is not None:
        found = queries.suggested(facts, seller=request.viewer, on=today())
        if request.POST.get("do") == "make":
            try:
                made = actions.make_proposal(_draft(request, whom, facts, found), by=request.viewer)
            except Refusal as refusal:
                form.add_error(None, f"{refusal} {refusal.what_to_do}")
            else:
                return redirect("sales:proposal", made.pk)
    earlier = queries.proposals_for(**_ids(whom), viewer=request.viewer)
    picked = request.POST.getlist("picked") or [one.product for one in (found.chosen if found else ())[:MOST_PLANS]]
    context = {
        "form": form, "found": found, "whom": whom, "picked": picked, "most": MOST_PLANS, "earlier": earlier,
        "covered": covered, "may_note_cover": request.viewer.may(Permission.EDIT_CUSTOMERS),
    }  # fmt: skip
    return render(request, "sales/proposals/needs.html", context, status=422 if form.errors else 200)


def _whom(request: SignedInRequest) -> dict[str, Any]:
    """The customer or prospect of the address; raises CustomerNotFound or ProspectNotFound."""
    customer, prospect = request.GET.get("customer", ""), request.GET.get("prospect", "")
    if _is_id(customer):
        row = customers.full(int(customer), viewer=request.viewer)
        return {"customer": row, "name": row.name}
    if _is_id(prospect):
        one = queries.the_prospect(int(prospect), viewer=request.viewer)
        return {"prospect": one, "name": one.name}
    return {"name": ""}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18


def _covered(whom: dict[str, Any], request: SignedInRequest) -> tuple[CoverKnown, ...]:
    """What the customer is covered for already; of a prospect, and of nobody by name, nothing is known."""
    customer = whom.get("customer")
    return () if customer is None else cover_known(customer.pk, viewer=request.viewer, on=today())


def _begin(whom: dict[str, Any], covered: Sequence[CoverKnown]) -> dict[str, Any]:
    """What we know already is not asked again; it stands in the boxes to be confirmed."""
    customer, prospect = whom.get("customer"), whom.get("prospect")
    known = getattr(customer, "person", None) if customer is not None else prospect
    told: dict[str, Any] = {name: _plainly(value) for name, value in answers_of(covered).items()}
    if known is None:
        return told
    told["sex"] = known.sex or None
    if known.birth_date:
        day = today()
        born = known.birth_date
        told["age"] = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if customer is not None:
        amounts = {"income": known.annual_income, "household_income": known.household_income, "debts": known.debts}
        told |= {name: _plainly(value) for name, value in amounts.items() if value is not None}
        told |= {"smoker": bool(known.smoker), "occupation_class": known.occupation_class or 1}
        told["partner"] = known.marital_status == "married"
    return {name: value for name, value in told.items() if value is not None}


def _plainly(amount: Decimal) -> str:
    """As a person types it."""
    return f"{amount:.2f}".removesuffix(".00")


def _draft(
    request: SignedInRequest, whom: dict[str, Any], facts: NeedsFacts, found: Suggested
) -> actions.ProposalDraft:
    picked = set(request.POST.getlist("picked"))
    plans = tuple(actions.PlanDraft(one.product, one.raw) for one in found.suggestions if one.product in picked)
    return actions.ProposalDraft(facts, plans, **_ids(whom))


def _ids(whom: dict[str, Any]) -> dict[str, Any]:
    customer, prospect = whom.get("customer"), whom.get("prospect")
    return {
        "customer_id": customer.pk if customer is not None else None,
        "prospect_id": prospect.pk if prospect is not None else None,
    }


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def proposal(request: SignedInRequest, proposal_id: UUID) -> HttpResponse:
    """The live proposal."""
    return render(request, "sales/proposals/proposal.html", _context(request, proposal_id))


def _context(request: SignedInRequest, proposal_id: UUID) -> dict[str, Any]:
    seen = queries.proposal(proposal_id, viewer=request.viewer)
    may = request.viewer.may(Permission.CONTACT_CUSTOMERS)
    plans = [{**shown(one), "controls": controls(one.definition, one.raw, position=one.position)} for one in seen.plans]
    offered = queries.offered(seen.row.made_on, viewer=request.viewer) if may and len(plans) < MOST_PLANS else ()
    return {
        "seen": seen,
        "row": seen.row,
        "plans": plans,
        "compared": compared(seen.plans) if len(plans) > 1 else (),
        "may_change": may,
        "offered": [(one.code, one.name.zh, one.name.en) for one in offered if one.insured is not None],
        "link": _link(request, seen),
        "stops": any(one.assessment.stops for one in seen.plans),
    }


def _link(request: SignedInRequest, seen: queries.ProposalSeen) -> str:
    return request.build_absolute_uri(reverse("sales:public", args=[seen.row.token])) if seen.link_open else ""


@require_POST
@staff_page(Permission.SEE_CUSTOMERS)
def price(request: SignedInRequest, proposal_id: UUID, position: int) -> HttpResponse:
    """While somebody moves a slider: what the plan would be. Nothing is written."""
    row, plan = queries.plan_of(proposal_id, position=position, viewer=request.viewer)
    try:
        trial = see(
            plan.definition,
            said(plan.definition, request.POST, plan.raw),
            position=position,
            needs=needs_of(row.needs) if row.needs else None,
            seller_grade=queries.seller_grade(request.viewer, on=today()),
            on=row.made_on,
        )
    except Refusal as refusal:
        return render(request, "sales/proposals/_refused.html", {"refusal": refusal}, status=422)
    changed = trial.price.premium != plan.price.premium
    context = {"one": shown(trial), "changed": changed, "before": plan.price.premium}
    return render(request, "sales/proposals/_result.html", context)


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def step(request: SignedInRequest, proposal_id: UUID, step: str) -> HttpResponse:
    """Keep a changed plan, add or remove one, give or take the link."""
    if step not in STEPS:
        raise Http404
    try:
        said_so = STEPS[step](request, proposal_id)
    except Refusal as refusal:
        if refusal.status in (403, 404) and refusal.code != "plan_not_found":
            raise
        messages.error(request, f"{refusal} {refusal.what_to_do}")
    else:
        messages.success(request, said_so)
    return redirect("sales:proposal", proposal_id)


def _position(request: SignedInRequest) -> int:
    text = request.POST.get("position", "")
    return int(text) if _is_id(text) else MOST_PLANS


def _keep(request: SignedInRequest, proposal_id: UUID) -> str:
    position = _position(request)
    _row, plan = queries.plan_of(proposal_id, position=position, viewer=request.viewer)
    risk = said(plan.definition, request.POST, plan.raw)
    actions.change_plan(proposal_id, position=position, risk=risk, by=request.viewer)
    return _("方案已保存。")


def _add(request: SignedInRequest, proposal_id: UUID) -> str:
    seen = queries.proposal(proposal_id, viewer=request.viewer)
    code = request.POST.get("product", "")[:30]
    definition = version(code, on=seen.row.made_on)
    risk = raw_of(definition, defaults(definition))
    if seen.needs is not None and "age" in risk:
        risk |= {"age": seen.needs.age, "sex": seen.needs.sex}
    actions.add_plan(proposal_id, plan=actions.PlanDraft(code, risk), by=request.viewer)
    return _("已加入一个方案。")


def _remove(request: SignedInRequest, proposal_id: UUID) -> str:
    actions.remove_plan(proposal_id, position=_position(request), by=request.viewer)
    return _("已移除一个方案。")


def _share(request: SignedInRequest, proposal_id: UUID) -> str:
    actions.share_proposal(proposal_id, by=request.viewer)
    return _("链接已生成，可以发给客户。")


def _unshare(request: SignedInRequest, proposal_id: UUID) -> str:
    actions.unshare_proposal(proposal_id, by=request.viewer)
    return _("链接已收回。")


STEPS = {"keep": _keep, "add": _add, "remove": _remove, "share": _share, "unshare": _unshare}


@require_http_methods(ALL_METHODS)
@staff_page(Permission.CONTACT_CUSTOMERS)
def again(request: SignedInRequest, proposal_id: UUID) -> HttpResponse:
    """The conversation taken up again, with what was told the last time."""
    seen = queries.proposal(proposal_id, viewer=request.viewer)
    row = seen.row
    address = reverse("sales:new_proposal")
    whom = (
        f"?customer={row.customer_id}" if row.customer_id else f"?prospect={row.prospect_id}" if row.prospect_id else ""
    )
    form = NeedsForm(initial=told_before(seen.needs) if seen.needs else None)
    context: dict[str, Any] = {
        "form": form, "found": None, "whom": {"name": seen.subject_name}, "picked": [], "most": MOST_PLANS,
        "action": f"{address}{whom}",
    }  # fmt: skip
    return render(request, "sales/proposals/needs.html", context)
