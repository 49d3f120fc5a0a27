"""A prospect becomes a customer, with nothing typed again: registered anew, or attached to the customer they are already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.actions import CustomerDraft, EnterpriseDraft, PersonDraft, give_consent, register_customer
from keyuan.customers.refusals import ConsentAlreadyGiven
from keyuan.customers.states import CustomerKind
from keyuan.eventlog.actions import Line, record_many
from keyuan.eventlog.kinds import kind_of
from keyuan.eventlog.queries import of_subject
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import today
from keyuan.sales import events
from keyuan.sales.access import line, locked
from keyuan.sales.queries.known import known
from keyuan.sales.queries.one import SUBJECT
from keyuan.sales.refusals import AttachMissing
from keyuan.sales.states import Move

if TYPE_CHECKING:
    from keyuan.customers.models import Customer
    from keyuan.sales.models import Prospect

# What looked into or took away the record stays where it happened; the rest is the customer's history.
NOT_CARRIED = frozenset({events.UNMASKED.name, events.EXPORTED.name})


@transaction.atomic
def convert_prospect(prospect_id: int, *, by: Viewer, attach_to: int | None = None) -> Customer:
    """Register the prospect as a customer of the one who follows them, or attach them to the customer ``attach_to``.

    Consents, the referral and the prospect's own history go along; later lines are the customer's. Raises AttachMissing
    (a customer has the same identifier: say whether it is them), IdentifierTaken (one whom the viewer may not see),
    MoveRefused, ProspectNotFound, CustomerNotFound and what register_customer raises.
    """
    prospect = locked(prospect_id, by=by, move=Move.CONVERT, permission=Permission.EDIT_CUSTOMERS)
    if attach_to is None:
        _refuse_known(prospect, by)
        customer = register_customer(draft_of(prospect), by=by)
    else:
        customer = customers.full(attach_to, viewer=by)
    prospect.customer, prospect.won_on = customer, today()
    prospect.next_step, prospect.next_step_on = "", None
    prospect.save(update_fields=["customer", "won_on", "next_step", "next_step_on"])
    _agree(prospect, customer, by)
    how = "registered" if attach_to is None else "attached"
    carried = _history(prospect, customer)
    record_many([*carried, line(events.CONVERTED, prospect, by=by, payload={"how": how, "title": prospect.name})])
    return customer


def _refuse_known(prospect: Prospect, by: Viewer) -> None:
    same = known(viewer=by, mobile=prospect.mobile, email=prospect.email)
    for one in same.customers:
        refusal = AttachMissing(name=one.name, number=one.number)
        refusal.known = same  # type: ignore[attr-defined]
        raise refusal


def draft_of(prospect: Prospect) -> CustomerDraft:
    """The customer that the prospect would be."""
    details: PersonDraft | EnterpriseDraft
    if prospect.kind == CustomerKind.INDIVIDUAL:
        details = PersonDraft(
            sex=prospect.sex,
            birth_date=prospect.birth_date,
            mobile=prospect.mobile,
            email=prospect.email,
            home_address=prospect.home_address,
            life_note=prospect.note,
        )
    else:
        details = EnterpriseDraft(
            contact_name=prospect.contact_name,
            contact_mobile=prospect.mobile,
            email=prospect.email,
            address=(prospect.home_address or "")[:200],
        )
    return CustomerDraft(
        name=prospect.name,
        org_unit_id=prospect.org_unit_id,
        details=details,
        source=prospect.source,
        source_detail=prospect.source_detail,
        agent_id=prospect.owner_id,
        referrer_id=prospect.referrer_id,
        synthetic=prospect.synthetic,
    )


def _agree(prospect: Prospect, customer: Customer, by: Viewer) -> None:
    """What the prospect agreed to is the customer's agreement, in its wording and from its day."""
    for consent in prospect.consents.order_by("given_at"):
        try:
            with transaction.atomic():
                give_consent(
                    customer.pk,
                    purpose=consent.purpose,
                    wording=consent.wording,
                    channel=consent.channel,
                    given_at=consent.given_at,
                    by=by.actor,
                )
        except ConsentAlreadyGiven:
            continue


def _history(prospect: Prospect, customer: Customer) -> list[Line]:
    """The prospect's lines once more as the customer's, on the day they happened; ``carried_from`` names the first."""
    told = of_subject((SUBJECT, prospect.pk)).exclude(name__in=NOT_CARRIED).order_by("occurred_at", "id")
    return [
        Line(
            kind_of(event.name),
            Actor(event.actor_kind, event.actor_id, event.actor_name),
            customer.pk,
            event.org_unit_id,
            (SUBJECT, prospect.pk),
            {**event.payload, "carried_from": event.pk},
            event.occurred_at,
        )
        for event in told
    ]
