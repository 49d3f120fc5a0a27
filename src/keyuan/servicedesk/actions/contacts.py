"""Contacts: lines of the log and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import now
from keyuan.servicedesk import events
from keyuan.servicedesk.queries import the_customer
from keyuan.servicedesk.refusals import ContactInTheFuture, EmptyNote, NoteTooLong
from keyuan.servicedesk.states import CallOutcome, ContactChannel, Direction

if TYPE_CHECKING:
    from keyuan.eventlog.models import Event

NOTE_LENGTH = 4000


@transaction.atomic
def note_contact(
    customer_id: int,
    *,
    channel: ContactChannel | str,
    direction: Direction | str,
    outcome: CallOutcome | str = "",
    text: str = "",
    occurred_at: datetime | None = None,
    by: Viewer,
) -> Event:
    """Write down a contact with the customer: a line of the log, nothing else. Returns the line."""
    require(by, Permission.CONTACT_CUSTOMERS)
    customer = the_customer(customer_id, viewer=by)
    text = text.strip()
    if not text and not outcome:
        raise EmptyNote(field="text")
    if len(text) > NOTE_LENGTH:
        raise NoteTooLong(field="text", limit=NOTE_LENGTH)
    if occurred_at is not None and occurred_at > now():
        raise ContactInTheFuture(field="occurred_at")
    return record(
        events.CONTACT_MADE,
        by=by.actor,
        customer_id=customer.pk,
        org_unit_id=customer.org_unit_id,
        payload={
            "channel": ContactChannel(channel).value,
            "direction": Direction(direction).value,
            "outcome": CallOutcome(outcome).value if outcome else "",
            "text": text,
        },
        occurred_at=occurred_at,
    )
