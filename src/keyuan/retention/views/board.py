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
from keyuan.retention.views.lists import frame
from keyuan.retention.views.shown import TONES, shown

CARDS = 20


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def board(request: SignedInRequest) -> HttpResponse:
    """A column for each state with its first cards and its count."""
    wanted = asked(request.GET, viewer=request.viewer)
    counts = queries.tallies(wanted.wanted, viewer=request.viewer)
    columns = []
    for state in RenewalState:
        count = counts.by_state.get(state, 0)
        narrowed = replace(wanted.wanted, lists=(state.value,))
        found = queries.seen(narrowed, viewer=request.viewer, size=CARDS).rows if count else ()
        columns.append(
            {
                "state": state.value,
                "label": state.label,
                "tone": TONES[state],
                "count": count,
                "rows": shown(found),
                "more": count > len(found),
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
