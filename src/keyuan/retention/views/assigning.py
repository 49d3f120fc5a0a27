"""The manager's page to give out a period's list, with a preview; and giving chosen cases to one person."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.refusals import Refusal
from keyuan.retention import queries
from keyuan.retention.actions import assign_renewals, give_renewals, planned
from keyuan.retention.actions.assigning import Choice, Plan
from keyuan.retention.queries.staff import OFFERED, offered
from keyuan.retention.states import OPEN_STATES, AssignMethod
from keyuan.retention.views.filters import asked
from keyuan.retention.views.lists import frame, may_assign
from keyuan.retention.views.work import key_of

METHODS = (AssignMethod.OWNER, AssignMethod.ROUND_ROBIN, AssignMethod.BY_BRANCH)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def assign(request: SignedInRequest) -> HttpResponse:
    """Choose a rule and people, see who would get how many, then give out."""
    if not may_assign(request.viewer):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else request.GET
    wanted = asked(data, viewer=request.viewer)
    choice = _choice(data)
    refusal: Refusal | None = None
    plan: Plan | None = None
    try:
        if request.method == "POST":
            done = assign_renewals(wanted.wanted, choice, token=data.get("token", ""), by=request.viewer)
            text = ngettext("已分派%(count)s件续保", "已分派%(count)s件续保", done.count) % {"count": done.count}
            messages.success(request, text)
            return redirect("retention:list")
        if "method" in data:
            plan = planned(wanted.wanted, choice, viewer=request.viewer)
    except Refusal as error:
        refusal = error
        if error.code == "plan_changed":
            plan = planned(wanted.wanted, choice, viewer=request.viewer)
    people = offered(viewer=request.viewer, keep=choice.user_ids)
    counts = queries.tallies(wanted.wanted, viewer=request.viewer)
    context = {
        **frame(request, wanted, counts, view="assign"),
        "choice": choice,
        "people": people,
        "more_people": len(people) >= OFFERED,
        "methods": [(method.value, method.label, HOW[method]()) for method in METHODS],
        "plan": plan,
        "refusal": refusal,
        "open": counts.of([state.value for state in OPEN_STATES]),
        "shares": () if plan is None else sorted(plan.shares, key=lambda share: -share.count),
    }
    return render(request, "retention/assign.html", context, status=422 if refusal else 200)


HOW = {
    AssignMethod.OWNER: lambda: _("谁服务这位客户就归谁；没有人服务的留下，不分派。"),
    AssignMethod.ROUND_ROBIN: lambda: _("轮流分给所选人员，手上少的先得。"),
    AssignMethod.BY_BRANCH: lambda: _("只分给客户所属营业机构的人员，手上少的先得。"),
}


def _choice(data: QueryDict) -> Choice:
    method = data.get("method", "")
    chosen = [int(text) for text in data.getlist("people") if text.isascii() and text.isdecimal() and len(text) < 18]
    return Choice(
        AssignMethod(method) if method in METHODS else AssignMethod.OWNER, tuple(chosen), again=data.get("again") == "1"
    )


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def give(request: SignedInRequest) -> HttpResponse:
    """Give the picked cases to one person."""
    if not may_assign(request.viewer):
        raise PermissionDenied
    keys: list[tuple[int, date]] = [key for text in request.POST.getlist("case") if (key := key_of(text)) is not None]
    person = request.POST.get("assignee", "")
    count = give_renewals(keys, user_id=int(person) if person.isdecimal() else 0, by=request.viewer)
    text = ngettext("已分派%(count)s件续保", "已分派%(count)s件续保", count) % {"count": count}
    messages.success(request, text)
    back = request.POST.get("back", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if own else "retention:list")
