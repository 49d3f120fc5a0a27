"""Consents: each purpose is given and withdrawn by itself, by the customer or by staff who were told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.accounts.roles import Permission
from keyuan.customers import events
from keyuan.customers.access import actor_of, locked_for_their_own
from keyuan.customers.models import Consent
from keyuan.customers.refusals import ConsentAlreadyGiven, ConsentNotGiven
from keyuan.customers.states import ConsentPurpose
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import now

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.kernel.actor import Actor


@transaction.atomic
def give_consent(
    customer_id: int,
    *,
    purpose: ConsentPurpose | str,
    wording: str,
    channel: str,
    by: Viewer | Actor,
    given_at: datetime | None = None,
) -> Consent:
    """The customer agreed to ``purpose`` as the text ``wording`` put it; raises ConsentAlreadyGiven."""
    customer = locked_for_their_own(customer_id, by=by, permission=Permission.EDIT_CUSTOMERS)
    purpose = ConsentPurpose(purpose)
    if Consent.objects.filter(customer=customer, purpose=purpose, withdrawn_at__isnull=True).exists():
        raise ConsentAlreadyGiven(field="purpose")
    at = given_at or now()
    consent = Consent.objects.create(customer=customer, purpose=purpose, given_at=at, wording=wording, channel=channel)
    record(
        events.CONSENT_GIVEN,
        by=actor_of(by),
        customer_id=customer.pk,
        org_unit_id=customer.org_unit_id,
        subject=("consent", consent.pk),
        payload={"purpose": purpose.value, "wording": wording, "channel": channel},
        occurred_at=at,
    )
    return consent


@transaction.atomic
def withdraw_consent(
    customer_id: int,
    *,
    purpose: ConsentPurpose | str,
    by: Viewer | Actor,
    channel: str = "",
    withdrawn_at: datetime | None = None,
) -> None:
    """The customer takes the agreement back (个人信息保护法 §15: as easily as it was given); raises ConsentNotGiven."""
    customer = locked_for_their_own(customer_id, by=by, permission=Permission.EDIT_CUSTOMERS)
    purpose = ConsentPurpose(purpose)
    in_force = Consent.objects.filter(customer=customer, purpose=purpose, withdrawn_at__isnull=True)
    at = withdrawn_at or now()
    if not in_force.update(withdrawn_at=at):
        raise ConsentNotGiven(field="purpose")
    record(
        events.CONSENT_WITHDRAWN,
        by=actor_of(by),
        customer_id=customer.pk,
        org_unit_id=customer.org_unit_id,
        subject=("consent", purpose.value),
        payload={"purpose": purpose.value, "channel": channel},
        occurred_at=at,
    )
