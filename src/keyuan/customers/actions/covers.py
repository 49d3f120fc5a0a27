"""Cover that the customer holds elsewhere: what they told us about other insurers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.customers import events
from keyuan.customers.access import actor_of, locked
from keyuan.customers.models import Customer, ExternalCover
from keyuan.eventlog.actions import record

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.eventlog.kinds import EventKind
    from keyuan.kernel.actor import Actor


@transaction.atomic
def note_external_cover(
    customer_id: int,
    *,
    insurer: str,
    line: str,
    by: Viewer | Actor,
    sum_insured: Decimal | None = None,
    premium: Decimal | None = None,
    ends_on: date | None = None,
) -> ExternalCover:
    """Note a cover with another insurer; sums in yuan, ``premium`` a year."""
    customer = locked(customer_id, by=by)
    cover = ExternalCover.objects.create(
        customer=customer,
        insurer=insurer.strip(),
        line=line.strip(),
        sum_insured=sum_insured,
        premium=premium,
        ends_on=ends_on,
    )
    _record(events.COVER_NOTED, customer, cover, by)
    return cover


@transaction.atomic
def remove_external_cover(customer_id: int, *, cover_id: int, by: Viewer | Actor) -> None:
    """Take a noted cover away; nothing happens if it is not this customer's."""
    customer = locked(customer_id, by=by)
    cover = ExternalCover.objects.filter(pk=cover_id, customer=customer).first()
    if cover is not None:
        _record(events.COVER_REMOVED, customer, cover, by)
        cover.delete()


def _record(kind: EventKind, customer: Customer, cover: ExternalCover, by: Viewer | Actor) -> None:
    record(
        kind,
        by=actor_of(by),
        customer_id=customer.pk,
        org_unit_id=customer.org_unit_id,
        subject=("cover", cover.pk),
        payload={
            "insurer": cover.insurer,
            "line": cover.line,
            "ends_on": None if cover.ends_on is None else cover.ends_on.isoformat(),
        },
    )
