"""Renewals: what falls due in a period with its state; writing down what came of a contact."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema

from keyuan.api.customers import viewer_of
from keyuan.api.replies import reply
from keyuan.api.shapes import Failure
from keyuan.products.states import Line
from keyuan.retention import queries
from keyuan.retention.actions import record_outcome
from keyuan.retention.queries import RenewalFilter, RenewalSeen
from keyuan.retention.states import LossReason, Outcome, RenewalState

router = Router(tags=["renewals"])
FAILURES: dict[int, Any] = {401: Failure, 403: Failure, 404: Failure, 422: Failure, 429: Failure}
PolicyId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The id of the policy.")]
Id = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


class Renewals(Schema):
    """A page of a list. With ``?counts=true`` ``counts`` say how many stand on each list, whichever are chosen, and how
    many of those still open nobody has: it takes longer than the page, by the size of the book.
    """

    counts: dict[str, int] | None
    unassigned: int | None
    page: int
    more: bool
    renewals: list[RenewalSeen]


class NewOutcome(Schema):
    """What came of a contact; without ``next_contact_on`` the cadence proposes it."""

    outcome: Outcome
    reason: LossReason | None = None
    next_contact_on: date | None = None
    text: str = ""


class OutcomeNoted(Schema):
    id: int
    next_contact_on: date | None


@router.get("", response={200: Renewals, **FAILURES}, summary="What renews or falls due in a period")
def renewals(
    request: HttpRequest,
    first: Annotated[date, Query(alias="from", description="The first day")],
    last: Annotated[date, Query(alias="to", description="The last day, inside; at most 366 days")],
    lists: Annotated[list[RenewalState], Query(alias="list", description="Only these lists")] = [],  # noqa: B006
    line: Annotated[Line | None, Query(description="Only this line of business")] = None,
    branch: Id = None,
    agent: Id = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
    counts: Annotated[bool, Query(description="Count every list as well")] = False,
) -> HttpResponse:
    """The list of a period, in the order of the due days."""
    viewer = viewer_of(request)
    wanted = RenewalFilter(
        first,
        last + timedelta(days=1) if last < date.max else last,
        lists=tuple(lists),
        line="" if line is None else line.value,
        branch=branch,
        agent=agent,
    )
    found = queries.seen(wanted, viewer=viewer, page=page, size=size)
    counted = queries.tallies(wanted, viewer=viewer) if counts else None
    return reply(
        {
            "counts": None if counted is None else counted.by_state,
            "unassigned": None if counted is None else counted.unassigned,
            "page": found.number,
            "more": found.more,
            "renewals": found.rows,
        }
    )


@router.post(
    "/{policy_id}/{due_on}/outcomes", response={201: OutcomeNoted, **FAILURES}, summary="Write down an outcome"
)
def note_outcome(request: HttpRequest, policy_id: PolicyId, due_on: date, body: NewOutcome) -> HttpResponse:
    """The contact stands on the customer's timeline from then on."""
    told = record_outcome(
        policy_id,
        due_on,
        outcome=body.outcome,
        reason=body.reason or "",
        next_contact_on=body.next_contact_on,
        text=body.text,
        by=viewer_of(request),
    )
    return reply({"id": told.pk, "next_contact_on": told.next_contact_on}, status=201)
