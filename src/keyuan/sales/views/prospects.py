"""Recording a prospect, the page of one, and everything one does with them but converting."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission, Role
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.sales import actions, queries
from keyuan.sales.forms import AssignForm, ContactForm, LoseForm, NewProspectForm, ProspectForm, StepForm
from keyuan.sales.refusals import AlreadyKnown
from keyuan.sales.states import Move
from keyuan.sales.views.shared import TONES, told

ALL_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(ALL_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def create(request: SignedInRequest) -> HttpResponse:
    """A new prospect. Whoever looks like somebody known is shown before it is written; the second press says "still"."""
    form = NewProspectForm(
        request.POST or None, viewer=request.viewer, initial={"entry_key": secrets.token_urlsafe(16)}
    )
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            still = request.POST.get("still") == "1"
            prospect = actions.record_prospect(form.draft(), by=request.viewer, even_if_known=still)
        except AlreadyKnown as refusal:
            known = refusal.known  # type: ignore[attr-defined]
        except Refusal as refusal:
            told(form, refusal)
        else:
            messages.success(request, _("已登记准客户%(name)s。") % {"name": prospect.name})
            return redirect("sales:prospect", prospect.pk)
    wrong = bool(form.errors) or known is not None
    context = {"form": form, "known": known, "title": pgettext("动作", "登记准客户")}
    return render(request, "sales/form.html", context, status=422 if wrong else 200)


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def known(request: SignedInRequest) -> HttpResponse:
    """While typing: whom the entry may be."""
    found = queries.known(
        viewer=request.viewer,
        mobile=request.POST.get("mobile", "")[:60],
        email=request.POST.get("email", "")[:200],
        name=request.POST.get("name", "")[:120],
        birth_date=_day(request.POST.get("birth_date", "")),
    )
    return render(request, "sales/parts/known.html", {"known": found or None, "asking": True})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_http_methods(ALL_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def edit(request: SignedInRequest, prospect_id: int) -> HttpResponse:
    """Change what is known of a prospect."""
    row = queries.the_prospect(prospect_id, viewer=request.viewer)
    form = ProspectForm(request.POST or None, viewer=request.viewer, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_prospect(prospect_id, changes=form.changes(), by=request.viewer)
        except Refusal as refusal:
            told(form, refusal)
        else:
            messages.success(request, _("已保存。") if changed else _("没有变化，未作修改。"))
            return redirect("sales:prospect", prospect_id)
    context = {"form": form, "row": row, "title": _("修改准客户：%(name)s") % {"name": row.name}}
    return render(request, "sales/form.html", context, status=422 if form.errors else 200)


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def prospect(request: SignedInRequest, prospect_id: int) -> HttpResponse:
    """Everything about one prospect."""
    return render(request, "sales/detail.html", _context(request, prospect_id))


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def panel(request: SignedInRequest, prospect_id: int) -> HttpResponse:
    """The prospect beside the list."""
    return render(request, "sales/parts/panel.html", _context(request, prospect_id))


def _context(request: SignedInRequest, prospect_id: int, wrong: dict[str, forms.Form] | None = None) -> dict[str, Any]:
    viewer = request.viewer
    seen = queries.prospect(prospect_id, viewer=viewer)
    row = seen.row
    may_assign = viewer.may(Permission.EDIT_CUSTOMERS) and viewer.role != Role.AGENT
    context: dict[str, Any] = {
        "seen": seen,
        "row": row,
        "tone": TONES[seen.stage],
        "on": today(),
        "history": queries.history(prospect_id, viewer=viewer),
        "known": queries.known(
            viewer=viewer,
            mobile=row.mobile,
            email=row.email,
            name=row.name,
            birth_date=row.birth_date,
            but_for=row.pk,
        )
        if row.customer_id is None
        else None,
        "moves": {move.value for move in seen.moves} if viewer.may(Permission.CONTACT_CUSTOMERS) else set(),
        "may_edit": viewer.may(Permission.EDIT_CUSTOMERS),
        "may_unmask": viewer.may(Permission.UNMASK),
        "contact_form": ContactForm(),
        "step_form": StepForm(initial={"next_step": row.next_step, "next_step_on": row.next_step_on}),
        "lose_form": LoseForm(),
        "assign_form": AssignForm(viewer=viewer) if may_assign else None,
    }
    return {**context, **(wrong or {})}


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def move(request: SignedInRequest, prospect_id: int, move: str) -> HttpResponse:
    """One step with the prospect; what was typed comes back if it cannot be taken."""
    if move not in STEPS:
        raise Http404
    name, build, take, done = STEPS[move]
    queries.the_prospect(prospect_id, viewer=request.viewer)
    form = build(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                take(prospect_id, form.cleaned_data, request)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            told(form, refusal)
        else:
            messages.success(request, str(done))
            return redirect("sales:prospect", prospect_id)
    if not name:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("sales:prospect", prospect_id)
    return render(request, "sales/detail.html", _context(request, prospect_id, {name: form}), status=422)


def _contact(prospect_id: int, given: dict[str, Any], request: SignedInRequest) -> None:
    by = request.viewer
    actions.contact_prospect(prospect_id, way=given["way"], result=given["result"], text=given["text"], by=by)
    if given["next_step"]:
        actions.plan_step(prospect_id, what=given["next_step"], on=given["next_step_on"], by=by)


def _plan(prospect_id: int, given: dict[str, Any], request: SignedInRequest) -> None:
    actions.plan_step(prospect_id, what=given["next_step"], on=given["next_step_on"], by=request.viewer)


def _lose(prospect_id: int, given: dict[str, Any], request: SignedInRequest) -> None:
    actions.lose_prospect(prospect_id, reason=given["reason"], text=given["text"], by=request.viewer)


def _plain(action: Callable[..., Any]) -> Callable[[int, dict[str, Any], SignedInRequest], None]:
    def take(prospect_id: int, given: dict[str, Any], request: SignedInRequest) -> None:
        action(prospect_id, by=request.viewer)

    return take


# Each step: the name of its form on the page ("" for a mere button), the form, the deed, and what is said when it is done.
STEPS: dict[str, tuple[str, type[forms.Form], Callable[..., None], Any]] = {
    Move.CONTACT: ("contact_form", ContactForm, _contact, gettext_lazy("联系记录已保存。")),
    Move.PLAN: ("step_form", StepForm, _plan, gettext_lazy("下一步已安排。")),
    "done": ("", forms.Form, _plain(actions.finish_step), gettext_lazy("下一步已完成。")),
    Move.QUALIFY: ("", forms.Form, _plain(actions.qualify_prospect), gettext_lazy("已确认有意向。")),
    Move.PROPOSE: ("", forms.Form, _plain(actions.propose_to_prospect), gettext_lazy("已记下出了方案。")),
    Move.LOSE: ("lose_form", LoseForm, _lose, gettext_lazy("已标记流失，可以随时重新跟进。")),
    Move.REOPEN: ("", forms.Form, _plain(actions.reopen_prospect), gettext_lazy("已重新跟进。")),
}


@require_POST
@staff_page(Permission.UNMASK)
def unmask(request: SignedInRequest, prospect_id: int) -> HttpResponse:
    """The real value of one field as plain text; the look is logged."""
    value = actions.unmask_prospect(
        prospect_id, field=request.POST.get("field", ""), purpose=request.POST.get("purpose", ""), by=request.viewer
    )
    return HttpResponse(value, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "private, no-store"})
