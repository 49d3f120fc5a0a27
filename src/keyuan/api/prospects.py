"""Prospects: list, see one, write down, follow, make a customer of; and the sources that they come from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from keyuan.accounts import queries as accounts
from keyuan.accounts.scope import Viewer
from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.intake import LONGEST_ID
from keyuan.api.prospect_shapes import (
    Conversion,
    MoveMade,
    NewProspect,
    NewProspectContact,
    ProspectChanges,
    ProspectMove,
    ProspectPage,
    ProspectSeen,
    SourceSeen,
    line_of,
    row_of,
    seen_of,
)
from keyuan.api.replies import reply
from keyuan.api.shapes import Changed, Created, Failure, Noted
from keyuan.customers.states import Source
from keyuan.kernel.clock import today
from keyuan.products.states import Line
from keyuan.sales import actions, queries
from keyuan.sales.queries import ProspectFilter
from keyuan.sales.states import Due, LostReason, Move, Stage

router = Router(tags=["prospects"])
ProspectId = Annotated[int, Path(ge=1, le=LONGEST_ID, description="The id of the prospect.")]
Id = Annotated[int | None, Query(ge=1, le=LONGEST_ID)]
CLASHES: dict[int, Any] = {**FAILURES, 409: Failure}


@router.get("", response={200: ProspectPage, **FAILURES}, summary="The prospects in scope")
def prospects(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, description="A mobile, an e-mail, initials or a piece of the name")] = "",
    stage: Annotated[Stage | None, Query(description="Only this stage")] = None,
    is_open: Annotated[bool, Query(alias="open", description="Only those neither won nor lost")] = False,
    source: Annotated[Source | None, Query()] = None,
    interest: Annotated[Line | None, Query(description="Interested in this line of business")] = None,
    owner: Annotated[int | None, Query(ge=0, le=LONGEST_ID, description="An agent's id; 0: nobody's")] = None,
    branch: Id = None,
    due: Annotated[Due | None, Query(description="When the next step is to be taken")] = None,
    first: Annotated[date | None, Query(alias="from", description="Came on this day or later")] = None,
    last: Annotated[date | None, Query(alias="to", description="Came on this day or earlier")] = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """The newest first; ``counts`` say how many stand at each stage, whichever is chosen."""
    viewer, on = viewer_of(request), today()
    wanted = ProspectFilter(
        text="".join(sign for sign in q if sign.isprintable()).strip(),
        stage="open" if is_open and stage is None else stage or "",
        source=source or "",
        interest=interest or "",
        owner="" if owner is None else str(owner) if owner else "none",
        branch=branch,
        due=due or "",
        since=first,
        until=None if last is None or last == date.max else last + timedelta(days=1),
    )
    found = list(queries.listed(wanted, viewer=viewer, on=on)[(page - 1) * size : page * size + 1])
    counts = queries.stage_counts(wanted, viewer=viewer, on=on)
    rows = [row_of(one) for one in found[:size]]
    return reply({"counts": counts, "page": page, "more": len(found) > size, "prospects": rows})


@router.post("", response={201: Created, **CLASHES}, summary="Write down a prospect")
def record(request: HttpRequest, body: NewProspect) -> HttpResponse:
    """Somebody who may become a customer; refused when they are known already, unless ``even_if_known``."""
    viewer = viewer_of(request)
    own = 0 if body.org_unit_id else accounts.units(viewer=viewer).values_list("pk", flat=True).first() or 0
    made = actions.record_prospect(body.draft(unit=own, by=viewer), by=viewer, even_if_known=body.even_if_known)
    return reply(Created(made.pk, ""), status=201)


@router.get("/sources", response={200: list[SourceSeen], **FAILURES}, summary="Where prospects and customers come from")
def sources(
    request: HttpRequest,
    first: Annotated[date | None, Query(alias="from", description="The first day")] = None,
    last: Annotated[date | None, Query(alias="to", description="The last day, inside")] = None,
    source: Annotated[Source | None, Query(description="The details of this source instead")] = None,
) -> HttpResponse:
    """Each source that brought anybody, with what became of them."""
    found = queries.source_figures(viewer=viewer_of(request), first=first, last=last, source=source or "")
    return reply(found)


@router.get("/{prospect_id}", response={200: ProspectSeen, **FAILURES}, summary="One prospect with their history")
def prospect(request: HttpRequest, prospect_id: ProspectId) -> HttpResponse:
    """Secrets masked as on the page; ``moves`` are what may be done at this stage."""
    viewer = viewer_of(request)
    seen = queries.prospect(prospect_id, viewer=viewer)
    history = [line_of(one) for one in queries.history(prospect_id, viewer=viewer)]
    return reply(seen_of(seen, history))


@router.patch("/{prospect_id}", response={200: Changed, **FAILURES}, summary="Change a prospect")
def change(request: HttpRequest, prospect_id: ProspectId, body: ProspectChanges) -> HttpResponse:
    """Write what is named; answers with what really changed."""
    return reply(Changed(actions.change_prospect(prospect_id, changes=body.changes(), by=viewer_of(request))))


@router.post("/{prospect_id}/contacts", response={201: Noted, **CLASHES}, summary="Write down a contact")
def contact(request: HttpRequest, prospect_id: ProspectId, body: NewProspectContact) -> HttpResponse:
    """Whoever was spoken to is contacted from then on; who did not answer is as new as before."""
    found = actions.contact_prospect(prospect_id, **body.model_dump(), by=viewer_of(request))
    return reply(Noted(found.pk), status=201)


@router.post(
    "/{prospect_id}/moves", response={200: MoveMade, **CLASHES}, summary="Qualify, propose, plan, lose, reopen"
)
def move(request: HttpRequest, prospect_id: ProspectId, body: ProspectMove) -> HttpResponse:
    """One step further, or back; the stage follows from what has happened."""
    viewer = viewer_of(request)
    MOVES[Move(body.move)](prospect_id, body, viewer)
    seen = queries.prospect(prospect_id, viewer=viewer)
    return reply(MoveMade(prospect_id, seen.stage, tuple(seen.moves)))


MOVES: dict[Move, Callable[[int, ProspectMove, Viewer], object]] = {
    Move.QUALIFY: lambda pk, body, by: actions.qualify_prospect(pk, text=body.text, by=by),
    Move.PROPOSE: lambda pk, body, by: actions.propose_to_prospect(pk, text=body.text, by=by),
    Move.PLAN: lambda pk, body, by: actions.plan_step(pk, what=body.text, on=body.on, by=by),
    Move.REOPEN: lambda pk, body, by: actions.reopen_prospect(pk, text=body.text, by=by),
    Move.LOSE: lambda pk, body, by: actions.lose_prospect(
        pk, reason=body.reason or LostReason.OTHER, text=body.text, by=by
    ),
}


@router.post("/{prospect_id}/convert", response={201: Created, **CLASHES}, summary="Make a customer of a prospect")
def convert(request: HttpRequest, prospect_id: ProspectId, body: Conversion) -> HttpResponse:
    """Registers them with nothing typed again, or attaches them to the customer they are; history and consents go along."""
    made = actions.convert_prospect(prospect_id, attach_to=body.attach_to, by=viewer_of(request))
    return reply(Created(made.pk, made.number), status=201)
