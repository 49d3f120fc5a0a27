"""Customers: look up, see whole, write down contacts and tasks, register."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from keyuan.accounts import queries as accounts
from keyuan.accounts.access import require
from keyuan.accounts.limits import FIND, spend
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.api.intake import CustomerChanges, NewContact, NewCustomer, NewTask
from keyuan.api.refusals import OneKind
from keyuan.api.replies import reply
from keyuan.api.shapes import Changed, Created, Failure, Found, Noted, Profile, TimelineAnswer
from keyuan.api.tiers import TierAnswer, tier_answer
from keyuan.customer360 import queries
from keyuan.customer360.shapes import Hit, Overview
from keyuan.customers.actions import change_customer, register_customer
from keyuan.kernel.clock import today
from keyuan.servicedesk.actions import create_task, note_contact
from keyuan.tiers import queries as tiers

router = Router(tags=["customers"])

CustomerId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The id of the customer.")]
AsOf = Annotated[date | None, Query(description="The day to look at the customer from; today if left out.")]
FAILURES: dict[int, Any] = {401: Failure, 403: Failure, 404: Failure, 422: Failure, 429: Failure}


def viewer_of(request: HttpRequest) -> Viewer:
    """Whoever calls, who must be allowed to see customers at all."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    require(viewer, Permission.SEE_CUSTOMERS)
    return viewer


@router.get("", response={200: Found, **FAILURES}, summary="Look up by any identifier")
def look_up(
    request: HttpRequest,
    identifier: Annotated[str, Query(min_length=1, max_length=100, description="Mobile, plate, policy number …")],
    expand: Annotated[str, Query(pattern="^(360)?$", description="360: the overviews as well")] = "",
    as_of: AsOf = None,
) -> HttpResponse:
    """The customers whom the identifier names: mostly one, sometimes none, rarely two."""
    viewer = viewer_of(request)
    if not expand:
        return reply(Found(queries.look_up(identifier, viewer=viewer), ()))
    found = queries.look_up_whole(identifier, viewer=viewer, as_of=as_of)
    return reply(Found([hit for hit, _ in found], [whole for _, whole in found]))


@router.get("/find", response={200: list[Hit], **FAILURES}, summary="Find by anything, best first")
def find(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, description="An identifier, its beginning, a name, pinyin, initials")],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> HttpResponse:
    """What the search box of the desk finds."""
    viewer = viewer_of(request)
    spend(FIND, by=viewer)
    return reply(queries.find(q, viewer=viewer, limit=limit))


@router.get("/{customer_id}/360", response={200: Overview, **FAILURES}, summary="Everything about a customer")
def see_whole(request: HttpRequest, customer_id: CustomerId, as_of: AsOf = None) -> HttpResponse:
    """Profile, holdings, claims, money, timeline, as they stood at the end of ``as_of``."""
    return reply(queries.overview(customer_id, viewer=viewer_of(request), as_of=as_of))


@router.get("/{customer_id}/timeline", response={200: TimelineAnswer, **FAILURES}, summary="The contact timeline")
def timeline(
    request: HttpRequest,
    customer_id: CustomerId,
    before: Annotated[str, Query(max_length=40, description="``next`` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    as_of: AsOf = None,
) -> HttpResponse:
    """Newest first; ``next`` is where to read on, empty at the end."""
    found = queries.timeline(customer_id, viewer=viewer_of(request), before=before, as_of=as_of, limit=limit)
    return reply(TimelineAnswer(found.lines, found.next))


@router.get("/{customer_id}", response={200: Profile, **FAILURES}, summary="One customer's profile")
def profile(request: HttpRequest, customer_id: CustomerId, as_of: AsOf = None) -> HttpResponse:
    """The four parts of the profile, sensitive fields masked."""
    return reply(Profile.of(queries.overview(customer_id, viewer=viewer_of(request), as_of=as_of, timeline_limit=1)))


@router.get("/{customer_id}/tier", response={200: TierAnswer, **FAILURES}, summary="A customer's tier and why")
def tier(request: HttpRequest, customer_id: CustomerId, as_of: AsOf = None) -> HttpResponse:
    """The tier, what counts policy by policy, what would raise it, when it is looked at again, and its benefits."""
    viewer = viewer_of(request)
    day = min(as_of or today(), today())
    told = tiers.explain(customer_id, viewer=viewer, on=day)
    benefits = tiers.benefits_of(customer_id, viewer=viewer) if day == today() else []
    return reply(tier_answer(told, benefits))


@router.post("", response={201: Created, **FAILURES, 409: Failure}, summary="Register a customer")
def register(request: HttpRequest, body: NewCustomer) -> HttpResponse:
    """A new person or enterprise; refused by name when an identifier belongs to somebody else."""
    viewer = viewer_of(request)
    if (body.person is None) == (body.enterprise is None):
        raise OneKind(field="person")
    # A viewer without any unit has no default: 0 is refused as outside the scope.
    own = 0 if body.org_unit_id else accounts.units(viewer=viewer).values_list("pk", flat=True).first() or 0
    made = register_customer(body.draft(unit=own), by=viewer)
    return reply(Created(made.pk, made.number), status=201)


@router.patch("/{customer_id}", response={200: Changed, **FAILURES, 409: Failure}, summary="Change a customer")
def change(request: HttpRequest, customer_id: CustomerId, body: CustomerChanges) -> HttpResponse:
    """Write what is named, custom fields included; before and after go into the log. Answers with what really changed."""
    return reply(Changed(change_customer(customer_id, changes=body.changes(), by=viewer_of(request))))


@router.post("/{customer_id}/contacts", response={201: Noted, **FAILURES}, summary="Write down a contact")
def note(request: HttpRequest, customer_id: CustomerId, body: NewContact) -> HttpResponse:
    """The contact is a line of the customer's timeline from then on."""
    line = note_contact(customer_id, **body.model_dump(), by=viewer_of(request))
    return reply(Noted(line.pk), status=201)


@router.post("/{customer_id}/tasks", response={201: Noted, **FAILURES}, summary="Give a task")
def give_task(request: HttpRequest, customer_id: CustomerId, body: NewTask) -> HttpResponse:
    """A task about the customer."""
    task = create_task(customer_id, **body.model_dump(), by=viewer_of(request))
    return reply(Noted(task.pk), status=201)
