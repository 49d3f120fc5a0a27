"""The same list as a board: a column for each state; moving a card records an outcome."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.retention import queries
from keyuan.retention.states import OUTCOME_OF_MOVE, LossReason, RenewalState
from keyuan.retention.views.filters import asked
from keyuan.retention.views.lists import counts_at_once, frame
from keyuan.retention.views.shown import TONES, shown

CARDS = 20


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def board(request: SignedInRequest) -> HttpResponse:
    """A column for each state with its first cards; the counts of more than one person's work come after the page."""
    wanted = asked(request.GET, viewer=request.viewer)
    if request.GET.get("counts") == "1":
        told = queries.tallies(wanted.wanted, viewer=request.viewer)
        found_by_state = [(state.value, told.by_state.get(state, 0)) for state in RenewalState]
        return render(request, "retention/parts/column_counts.html", {"counts": found_by_state})
    counts = queries.tallies(wanted.wanted, viewer=request.viewer) if counts_at_once(request, wanted) else None
    columns = []
    for state in RenewalState:
        narrowed = replace(wanted.wanted, lists=(state.value,))
        found = queries.seen(narrowed, viewer=request.viewer, size=CARDS)
        columns.append(
            {
                "state": state.value,
                "label": state.label,
                "tone": TONES[state],
                "count": None if counts is None else counts.by_state.get(state, 0),
                "rows": shown(found.rows),
                "more": found.more,
                "open": state in OUTCOME_OF_MOVE,
            }
        )
    moves = [
        {"state": state, "label": RenewalState(state).label, "outcome": outcome.value}
        for state, outcome in OUTCOME_OF_MOVE.items()
        if state != RenewalState.NOT_RENEWING
    ]
    context = {
        **frame(request, wanted, counts, view="board"),
        "columns": columns,
        "moves": moves,
        "reasons": LossReason.choices,
    }
    return render(request, "retention/board.html", context)
