"""Checks of identity on the desk: what was asked and answered, and the queue of what a person has to look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers.masking import mask
from keyuan.identity import actions, queries
from keyuan.identity.models import Check
from keyuan.identity.queries import FOR_A_PERSON, CheckFilter
from keyuan.identity.refusals import CheckNotFound
from keyuan.identity.states import Outcome
from keyuan.kernel.refusals import Refusal
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer

TONES: Final = {
    "": "calm",
    Outcome.MATCH: "good",
    Outcome.MISMATCH: "bad",
    Outcome.NOT_FOUND: "bad",
    Outcome.UNAVAILABLE: "now",
}


def _found(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Check]:
    outcome = asked.get("outcome", "")
    return queries.listed(CheckFilter("" if outcome == "all" else outcome, asked["provider"]), viewer=viewer)


def seen(row: Check) -> dict[str, Any]:
    """A check as lists and its page show it: numbers masked."""
    return {
        "row": row,
        "code": str(row.pk)[:8].upper(),
        "number": mask("id_number", row.document_number),
        "mobile": mask("mobile", row.mobile),
        "outcome": row.get_outcome_display() if row.outcome else _("正在核验"),
        "tone": TONES[row.outcome],
    }


def _outcome(row: Check) -> Mark:
    told = seen(row)
    return Mark(told["outcome"], told["tone"])


CHECKS: Final = Listing(
    name="identity",
    title=gettext_lazy("身份核验"),
    icon="user-check",
    permissions=(Permission.CONTACT_CUSTOMERS,),
    found=_found,
    address=lambda row: reverse("identity:check", args=[row.pk]),
    order="-asked",
    tab="outcome",
    tabs=(
        Tab(FOR_A_PERSON, gettext_lazy("等人核对"), "asked"),
        Tab(Outcome.MATCH.value, Outcome.MATCH.label),
        Tab(Outcome.MISMATCH.value, Outcome.MISMATCH.label),
        Tab(Outcome.NOT_FOUND.value, Outcome.NOT_FOUND.label),
        Tab("all", gettext_lazy("全部")),
    ),
    filters=(Filter(name="provider", label=gettext_lazy("核验方"), kind="text"),),
    columns=(
        Column(name="name", label=gettext_lazy("姓名"), value=lambda row: row.name),
        Column(name="code", label=gettext_lazy("编号"), look="code", value=lambda row: str(row.pk)[:8].upper()),
        Column(
            name="number",
            label=gettext_lazy("证件号码"),
            look="code",
            value=lambda row: mask("id_number", row.document_number),
        ),
        Column(name="mobile", label=gettext_lazy("手机号"), look="code", value=lambda row: mask("mobile", row.mobile)),
        Column(
            name="outcome",
            label=gettext_lazy("结果"),
            look="chips",
            value=_outcome,
            note=lambda row: row.get_why_display() if row.why else "",
            sort="outcome",
            unindexed=True,
        ),
        Column(
            name="why",
            label=gettext_lazy("说明"),
            value=lambda row: row.get_why_display() if row.why else "",
            usual=False,
        ),
        Column(name="provider", label=gettext_lazy("核验方"), value=lambda row: row.provider, usual=False),
        Column(
            name="asked", label=gettext_lazy("提交时间"), look="moment", value=lambda row: row.asked_at, sort="asked_at"
        ),
    ),
    nothing=Nothing(gettext_lazy("没有等人核对的"), gettext_lazy("网上核验不能回答的会排在这里，由人看证件后决定。")),
)

checks = desk_list(CHECKS)


@require_safe
@staff_page(Permission.CONTACT_CUSTOMERS)
def check(request: SignedInRequest, check_id: UUID) -> HttpResponse:
    """One check, and the form of whoever has looked at the document."""
    return _page(request, queries.the_check(check_id, viewer=request.viewer))


def _page(request: SignedInRequest, row: Check, refusal: Refusal | None = None, note: str = "") -> HttpResponse:
    waits = row.outcome == Outcome.UNAVAILABLE and request.viewer.may(Permission.UNMASK)
    context = {**seen(row), "may_decide": waits, "refusal": refusal, "note": note}
    return render(request, "identity/check.html", context, status=200 if refusal is None else refusal.status)


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def decide(request: SignedInRequest, check_id: UUID) -> HttpResponse:
    """What a person found."""
    note = request.POST.get("note", "")[:500]
    try:
        actions.decide_by_hand(check_id, matches=request.POST.get("finding") == "match", note=note, by=request.viewer)
    except CheckNotFound:
        raise
    except Refusal as refusal:
        return _page(request, queries.the_check(check_id, viewer=request.viewer), refusal, note)
    messages.success(request, _("已记下核对结果。客户再试一次就会通过或得到答复。"))
    return redirect("identity:check", check_id)
