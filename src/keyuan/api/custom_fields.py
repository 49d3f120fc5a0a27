"""Custom fields: which there are, and those of a policy. A customer's are part of the customer."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.intake import PolicyChanges
from keyuan.api.replies import reply
from keyuan.api.shapes import Changed, CustomChoice, CustomFieldSeen, PolicyCustom
from keyuan.customer360.queries.parts import custom_seen
from keyuan.customfields import queries
from keyuan.customfields.states import RecordKind
from keyuan.policies import queries as policies
from keyuan.policies.actions import change_custom

router = Router(tags=["custom fields"])
PolicyId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The id of the policy.")]


@router.get("/custom-fields", response={200: list[CustomFieldSeen], **FAILURES}, summary="The custom fields")
def fields(request: HttpRequest) -> HttpResponse:
    """Those in use of people, enterprises and policies that the caller may see, in order."""
    viewer = viewer_of(request)
    seen = [
        CustomFieldSeen(
            each.record.value,
            each.slug,
            each.label,
            each.type.value,
            each.required,
            each.help_text,
            each.section_label,
            [CustomChoice(choice.code, choice.label, choice.retired) for choice in each.choices],
            viewer.may(each.edit),
        )
        for record in RecordKind
        for each in queries.definitions(record, viewer=viewer)
    ]
    return reply(seen)


@router.get(
    "/policies/{policy_id}/custom", response={200: PolicyCustom, **FAILURES}, summary="A policy's custom fields"
)
def of_policy(request: HttpRequest, policy_id: PolicyId) -> HttpResponse:
    """The values by slug, of the fields that the caller may see."""
    viewer = viewer_of(request)
    policy = policies.the_policy(policy_id, viewer=viewer)
    known = queries.definitions(RecordKind.POLICY, viewer=viewer)
    return reply(PolicyCustom(policy.pk, policy.number, custom_seen(policy.custom, known)))


@router.patch("/policies/{policy_id}/custom", response={200: Changed, **FAILURES}, summary="Change them")
def change_of_policy(request: HttpRequest, policy_id: PolicyId, body: PolicyChanges) -> HttpResponse:
    """Write the values that are named; null takes one away. Before and after go into the log."""
    return reply(Changed(change_custom(policy_id, values=body.custom, by=viewer_of(request))))
