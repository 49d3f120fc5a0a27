"""Whom to give renewals to, found by typing: a company has more people than a list should carry."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission, Role
from keyuan.retention.queries.staff import OFFERED, offered

LONGEST_TEXT = 40
MOST_KEPT = 200


# The choices that are filled when they come into view: a list that nobody assigns carries nobody's names.
PLACES = frozenset({"f-who-people", "give-to-people"})


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def people(request: SignedInRequest) -> HttpResponse:
    """The people that a text names, as options or (``ticks=1``) as boxes to tick, after those already ticked.

    ``fill``: a choice that comes into view; where there are more people than it offers it is given a field to find them.
    """
    kept = [int(text) for text in request.GET.getlist("people")[:MOST_KEPT] if text.isdecimal() and len(text) < 18]
    text = request.GET.get("find", "").strip()[:LONGEST_TEXT]
    found = [] if request.viewer.role == Role.AGENT else offered(viewer=request.viewer, text=text, keep=kept)
    context: dict[str, object] = {"people": found, "ticked": kept, "chosen": None}
    place = request.GET.get("fill", "")
    if place in PLACES:
        context |= {"target": place, "more": len(found) >= OFFERED, "chosen": kept[0] if kept else None}
        return render(request, "retention/parts/people_filled.html", context)
    shape = "ticks" if request.GET.get("ticks") == "1" else "options"
    return render(request, f"retention/parts/people_{shape}.html", context)
