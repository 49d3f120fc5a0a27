"""Members of group policies: who is insured on a day, who joins, who leaves."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.intake import Day, Strict, words
from keyuan.api.replies import reply
from keyuan.api.shapes import Failure, MemberSeen, MembersPage, Noted
from keyuan.customer360.rules.text import printable
from keyuan.customers.states import DocumentKind
from keyuan.kernel.clock import today
from keyuan.policies import queries
from keyuan.policies.actions import MemberDraft, add_member, remove_member
from keyuan.policies.queries import MemberFilter

router = Router(tags=["group members"])
PAGE = 200
PolicyId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The id of the group policy.")]
MemberId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The id of the member.")]


class NewMember(Strict):
    """Somebody to be insured from a day on. ``premium`` is that of a whole year."""

    name: words(60, 1)  # type: ignore[valid-type]
    id_number: words(40, 1)  # type: ignore[valid-type]
    document_kind: DocumentKind = DocumentKind.RESIDENT_ID
    joined_on: Day
    mobile: words(20) | None = None  # type: ignore[valid-type]
    staff_number: words(40) = ""  # type: ignore[valid-type]
    plan: words(40) = ""  # type: ignore[valid-type]
    occupation_class: Annotated[int, Field(ge=1, le=6)] | None = None
    sum_insured: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)] | None = None
    premium: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] | None = None


class Leaving(Strict):
    """``left_on`` is the first day without cover."""

    left_on: Day
    reason: words(120) = ""  # type: ignore[valid-type]


@router.get("/policies/{policy_id}/members", response={200: MembersPage, **FAILURES}, summary="Who is insured")
def members(
    request: HttpRequest,
    policy_id: PolicyId,
    on: Annotated[Day | None, Query(description="The day; today if left out")] = None,
    state: Annotated[Literal["on", "left", "coming", "all"], Query()] = "on",
    text: Annotated[str, Query(max_length=60, description="Name, staff number, ID number or mobile")] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HttpResponse:
    """The members of a group policy, 200 a page, ID numbers and mobiles masked; the figures are those of the day."""
    viewer, day = viewer_of(request), on or today()
    policy = queries.the_group_policy(policy_id, viewer=viewer)
    wanted = MemberFilter(text=printable(text, longest=60), state=state)
    found = list(queries.members_of(policy.pk, wanted, viewer=viewer, on=day)[(page - 1) * PAGE : page * PAGE + 1])
    held = queries.membership(policy.pk, viewer=viewer, on=day)
    rows = [MemberSeen.of(row) for row in found[:PAGE]]
    return reply(MembersPage(held.count, held.premium, policy.currency, page, len(found) > PAGE, rows))


@router.post(
    "/policies/{policy_id}/members", response={201: Noted, **FAILURES, 409: Failure}, summary="Insure somebody"
)
def add(request: HttpRequest, policy_id: PolicyId, body: NewMember) -> HttpResponse:
    """From ``joined_on`` on; refused where the policy does not cover that day or the person is a member already."""
    told = body.model_dump(exclude={"joined_on"})
    row = add_member(policy_id, MemberDraft(**told), joined_on=body.joined_on, by=viewer_of(request))
    return reply(Noted(row.pk), status=201)


@router.post("/members/{member_id}/leave", response={200: MemberSeen, **FAILURES, 409: Failure}, summary="End a cover")
def leave(request: HttpRequest, member_id: MemberId, body: Leaving) -> HttpResponse:
    """The member is insured up to the day before ``left_on``."""
    row = remove_member(member_id, left_on=body.left_on, reason=body.reason, by=viewer_of(request))
    return reply(MemberSeen.of(row))
