"""Checks of identity on the desk: what was asked and answered, and the queue of what a person has to look at."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
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
from keyuan.kernel import exporting
from keyuan.kernel.paging import CappedPaginator
from keyuan.kernel.refusals import Refusal

PAGE: Final = 50
MOST_EXPORTED: Final = 50_000
TONES: Final = {
    "": "calm",
    Outcome.MATCH: "good",
    Outcome.MISMATCH: "bad",
    Outcome.NOT_FOUND: "bad",
    Outcome.UNAVAILABLE: "now",
}
TABS: Final = (
    (FOR_A_PERSON, gettext_lazy("等人核对")),
    (Outcome.MATCH, Outcome.MATCH.label),
    (Outcome.MISMATCH, Outcome.MISMATCH.label),
    (Outcome.NOT_FOUND, Outcome.NOT_FOUND.label),
    ("", gettext_lazy("全部")),
)
HEAD: Final = (
    gettext_lazy("编号"),
    gettext_lazy("提交时间"),
    gettext_lazy("姓名"),
    gettext_lazy("证件号码"),
    gettext_lazy("手机号"),
    gettext_lazy("核验方"),
    gettext_lazy("结果"),
    gettext_lazy("说明"),
)


def _wanted(given: QueryDict) -> CheckFilter:
    outcome = given.get("outcome", FOR_A_PERSON)
    return CheckFilter(outcome, given.get("provider", ""), given.get("sort", "-asked"))


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


@require_safe
@staff_page(Permission.CONTACT_CUSTOMERS)
def checks(request: SignedInRequest) -> HttpResponse:
    """What waits for a person first; every check under its tab."""
    wanted = _wanted(request.GET)
    page = CappedPaginator(queries.listed(wanted, viewer=request.viewer), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [seen(row) for row in page.object_list],
        "tabs": [{"code": code, "label": label, "current": code == wanted.outcome} for code, label in TABS],
        "wanted": wanted,
        "may_export": request.viewer.may(Permission.EXPORT),
    }
    return render(request, "identity/list.html", context)


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


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def export(request: SignedInRequest) -> HttpResponseBase:
    """The list as it is filtered, with numbers masked."""
    if not request.viewer.may(Permission.EXPORT):
        raise PermissionDenied
    rows = queries.listed(_wanted(QueryDict(request.POST.get("query", ""))), viewer=request.viewer)
    table = (_cells(row) for row in rows[:MOST_EXPORTED].iterator(chunk_size=2000))
    head = [str(word) for word in HEAD]
    answer = StreamingHttpResponse(exporting.csv_pieces(head, table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="identity-checks.csv"'
    return answer


def _cells(row: Check) -> list[Any]:
    told = seen(row)
    why = row.get_why_display() if row.why else ""
    asked = f"{row.asked_at:%Y-%m-%d %H:%M}"
    return [told["code"], asked, row.name, told["number"], told["mobile"], row.provider, str(told["outcome"]), why]
