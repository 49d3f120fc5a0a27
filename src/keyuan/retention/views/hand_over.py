"""Customers whose agent left: who waits, who is proposed, what a successor should know, and the manager's confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.agents import queries as agents
from keyuan.agents.refusals import AgentNotFound
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.retention import queries
from keyuan.retention.actions import confirm_hand_overs, hand_over_orphans, link_token
from keyuan.retention.views.lists import may_assign

if TYPE_CHECKING:
    from keyuan.agents.models import Agent


@require_safe
@staff_page(Permission.EDIT_CUSTOMERS)
def orphans(request: SignedInRequest) -> HttpResponse:
    """The agents who left, with the customers whom nobody serves yet."""
    if not may_assign(request.viewer):
        raise PermissionDenied
    return render(request, "retention/orphans.html", {"rows": queries.leavers(viewer=request.viewer)})


@require_http_methods(["GET", "POST"])
@staff_page(Permission.EDIT_CUSTOMERS)
def hand_over(request: SignedInRequest, agent_id: int) -> HttpResponse:
    """One leaver's customers: propose, change, confirm."""
    if not may_assign(request.viewer):
        raise PermissionDenied
    former = _former(agent_id, request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _take(request, agent_id)
        except Refusal as error:
            if error.status == 403:
                raise
            refusal = error
    rows = [
        {"one": row, "link": request.build_absolute_uri(reverse("retention:successor", args=[link_token(row)]))}
        for row in queries.hand_overs_from(agent_id, viewer=request.viewer)
    ]
    waiting = next((one for one in queries.leavers(viewer=request.viewer) if one.agent_id == agent_id), None)
    context = {
        "former": former,
        "rows": rows,
        "left": 0 if waiting is None else waiting.customers - waiting.proposed,
        "successors": agents.active_agents(viewer=request.viewer, on=today()).filter(user__is_active=True)[:300],
        "refusal": refusal,
    }
    return render(request, "retention/hand_over.html", context, status=422 if refusal else 200)


def _former(agent_id: int, request: SignedInRequest) -> Agent:
    found = agents.agents_who_left(viewer=request.viewer, on=today()).filter(pk=agent_id).first()
    if found is None:
        raise AgentNotFound(field="agent")
    return found


def _take(request: SignedInRequest, agent_id: int) -> HttpResponse:
    """Propose, or confirm what is ticked."""
    if request.POST.get("step") == "propose":
        count = hand_over_orphans(agent_id, by=request.viewer)
        told = ngettext("已为%(count)s位客户建议接任人", "已为%(count)s位客户建议接任人", count)
        messages.success(request, told % {"count": count})
        return redirect("retention:hand_over", agent_id)
    ids = [int(text) for text in request.POST.getlist("hand_over") if text.isascii() and text.isdecimal()]
    named = {}
    for key in ids:
        text = request.POST.get(f"successor_{key}", "")
        if text.isascii() and text.isdecimal():
            named[key] = int(text)
    count = confirm_hand_overs(ids, successors=named, by=request.viewer)
    told = ngettext("已完成%(count)s位客户的交接", "已完成%(count)s位客户的交接", count)
    messages.success(request, told % {"count": count})
    return redirect("retention:hand_over", agent_id)


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def brief(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """One customer on one sheet, for whoever serves them next; ``?download=1`` to keep."""
    found = queries.brief(customer_id, viewer=request.viewer)
    return _sheets(request, [found], _("交接简报 %(name)s") % {"name": found.name})


@require_safe
@staff_page(Permission.EDIT_CUSTOMERS)
def briefs(request: SignedInRequest, agent_id: int) -> HttpResponse:
    """The briefs of everybody who waits for a successor of one agent, a sheet each."""
    if not may_assign(request.viewer):
        raise PermissionDenied
    former = _former(agent_id, request)
    ids = [row.customer_id for row in queries.hand_overs_from(agent_id, viewer=request.viewer)]
    return _sheets(request, queries.briefs_of(ids, viewer=request.viewer), str(former))


def _sheets(request: SignedInRequest, found: list[queries.Brief], title: str) -> HttpResponse:
    context = {"briefs": found, "title": title, "on": today()}
    if request.GET.get("download") != "1":
        return render(request, "retention/briefs.html", context)
    response = HttpResponse(render_to_string("retention/briefs_file.html", context, request))
    response["Content-Disposition"] = f'attachment; filename="briefs-{today().isoformat()}.html"'
    return response
