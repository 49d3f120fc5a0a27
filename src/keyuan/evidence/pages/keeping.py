"""The retention clock of traces: what is due goes, nothing else, and the log says so.

Whoever knows when a policy ended (a room above) says so; here is only what concerns traces.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection, transaction

from keyuan.deadlines.parameters import parameter
from keyuan.eventlog.actions import record
from keyuan.evidence.pages import events
from keyuan.evidence.pages.models import Trace
from keyuan.evidence.pages.rules import Keeping
from keyuan.kernel.clock import COMPANY_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyuan.kernel.actor import Actor

BATCH: Final = 500
SUBJECT: Final = "order"
#: Only this transaction may delete what the trigger keeps.
ALLOW: Final = "SELECT set_config('keyuan.retention', 'due', true)"
#: Bodies that no row shows any more, of those that the rows just deleted showed.
UNUSED: Final = """DELETE FROM evidence_pagebody AS kept WHERE digest = ANY(%s)
    AND NOT EXISTS (SELECT FROM evidence_tracerow AS row WHERE row.body_id = kept.digest)"""


@dataclass(frozen=True, slots=True)
class OfPolicy:
    """A trace that a policy came of."""

    id: UUID
    policy_number: str


def keeping(on: date) -> Keeping:
    """The clock's numbers on a day."""
    return Keeping(
        years_short=parameter("trace.years_short", on=on).number,
        years_long=parameter("trace.years_long", on=on).number,
        order_days=parameter("trace.order_days", on=on).number,
        visit_days=parameter("trace.visit_days", on=on).number,
    )


def of_policies(*, on: date) -> Iterator[list[OfPolicy]]:
    """The traces of policies that are old enough to be looked at: no cover ends before its sale began."""
    oldest = keeping(on).years_short
    begun = Trace.objects.exclude(policy_number="").filter(started_at__lt=_midnight(on) - timedelta(days=365 * oldest))
    last: tuple[datetime, UUID] | None = None
    while True:
        rows = begun.order_by("started_at", "pk")
        if last is not None:
            rows = rows.filter(started_at__gte=last[0]).exclude(started_at=last[0], pk__lte=last[1])
        found = list(rows.values_list("pk", "policy_number", "started_at")[:BATCH])
        if not found:
            return
        last = (found[-1][2], found[-1][0])
        yield [OfPolicy(pk, number) for pk, number, _at in found]


def drop_due_without_policy(*, on: date, by: Actor) -> int:
    """Delete visits and sales without a policy whose time is over; how many went."""
    numbers, midnight = keeping(on), _midnight(on)
    nobodys = Trace.objects.filter(sale__isnull=True, last_at__lt=midnight - timedelta(days=numbers.visit_days))
    orders = Trace.objects.filter(
        sale__isnull=False, policy_number="", last_at__lt=midnight - timedelta(days=numbers.order_days)
    )
    total = 0
    while visits := list(nobodys.values_list("pk", flat=True)[:BATCH]):
        total += _drop_visits(visits, by=by)
    while those := list(orders.values_list("pk", flat=True)[:BATCH]):
        total += drop(those, why="no policy", by=by)
    return total


@transaction.atomic
def drop(ids: Sequence[UUID], *, why: str, by: Actor) -> int:
    """Delete these traces whole, with a line of the log for each. Whoever calls has found that they are due."""
    found = list(Trace.objects.select_for_update().filter(pk__in=list(ids)))
    for one in found:
        record(
            events.DROPPED,
            by=by,
            customer_id=one.customer_id,
            subject=(SUBJECT, one.number),
            payload={"sale": str(one.sale), "rows": one.rows, "head": bytes(one.head).hex(), "why": why},
        )
    _delete([one.pk for one in found])
    return len(found)


@transaction.atomic
def _drop_visits(ids: Sequence[UUID], *, by: Actor) -> int:
    found = list(Trace.objects.select_for_update().filter(pk__in=list(ids), sale__isnull=True))
    rows = sum(one.rows for one in found)
    record(events.VISITS_DROPPED, by=by, payload={"visits": len(found), "rows": rows})
    _delete([one.pk for one in found])
    return len(found)


def _delete(ids: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ALLOW)
        cursor.execute("DELETE FROM evidence_tracerow WHERE trace_id = ANY(%s) RETURNING body_id", [list(ids)])
        bodies = {row[0] for row in cursor.fetchall() if row[0] is not None}
        cursor.execute("DELETE FROM evidence_trace WHERE id = ANY(%s)", [list(ids)])
        cursor.execute(UNUSED, [sorted(bodies)])


def _midnight(on: date) -> datetime:
    """When the day begins where the company stands."""
    return datetime.combine(on, time(), COMPANY_ZONE)
