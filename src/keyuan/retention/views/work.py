"""The agent's room: one renewal at a time, on a phone in one hand. What is to be called today, the most overdue first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.retention import queries
from keyuan.retention.forms import OutcomeForm
from keyuan.retention.queries import RenewalFilter, RenewalSeen
from keyuan.retention.refusals import RenewalNotFound
from keyuan.retention.views.cases import announced, case_context, recorded

BACK, AHEAD = timedelta(days=61), timedelta(days=100)
SHOWN = 200


def to_call(request: SignedInRequest) -> list[RenewalSeen]:
    """The viewer's renewals whose next call is due by today, in the order of the day of the call."""
    on = today()
    wanted = RenewalFilter(on - BACK, on + AHEAD, mine=True, contact_before=on + timedelta(days=1), sort="call")
    return list(queries.seen(wanted, viewer=request.viewer, size=SHOWN).rows)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def work(request: SignedInRequest) -> HttpResponse:
    """The next renewal to work on; a POST records its outcome and answers with the one after it."""
    if request.method == "POST":
        return _record(request)
    return render(request, "retention/work.html", _context(request, after=key_of(request.GET.get("after", ""))))


def _record(request: SignedInRequest) -> HttpResponse:
    key = key_of(request.POST.get("case", ""))
    if key is None:
        raise RenewalNotFound
    policy_id, due_on = key
    form = OutcomeForm(request.POST)
    told = recorded(request, policy_id, due_on, form)
    htmx = bool(request.headers.get("HX-Request"))
    page = "retention/parts/work.html" if htmx else "retention/work.html"
    if told is None:
        return render(request, page, _context(request, at=key, form=form), status=422)
    if not htmx:
        return redirect("retention:work")
    return announced(render(request, page, _context(request)), told)


def _context(
    request: SignedInRequest,
    *,
    at: tuple[int, date] | None = None,
    after: tuple[int, date] | None = None,
    form: OutcomeForm | None = None,
) -> dict[str, Any]:
    queue = to_call(request)
    keys = [(one.policy_id, one.due_on) for one in queue]
    place = keys.index(at) if at in keys else 0
    if after in keys:
        place = (keys.index(after) + 1) % len(keys)
    context: dict[str, Any] = {"left": len(queue), "place": place + 1, "row": None}
    if queue:
        one = queue[place]
        context |= case_context(request, one.policy_id, one.due_on, form=form)
        context["next_url"] = f"{reverse('retention:work')}?{urlencode({'after': one.key})}" if len(queue) > 1 else ""
    return context


def key_of(text: str) -> tuple[int, date] | None:
    """The policy and the due day that a form or an address names (RenewalSeen.key)."""
    policy, _, day = text.partition(":")
    if not (policy.isascii() and policy.isdecimal() and len(policy) < 18):
        return None
    try:
        return int(policy), date.fromisoformat(day)
    except ValueError:
        return None
