"""Every write of traces but what a browser tells afterwards (hearing.py) and the clock's (keeping.py)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.eventlog.actions import Line, record, record_many
from keyuan.evidence.offline.chain import GENESIS
from keyuan.evidence.pages import events, queries
from keyuan.evidence.pages.models import Trace
from keyuan.evidence.pages.refusals import ReplayPurposeMissing, SaleNotTraced
from keyuan.evidence.pages.rules import unseen
from keyuan.evidence.pages.writing import Place, append

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from keyuan.accounts.scope import Viewer
    from keyuan.evidence.pages.queries import Traced
    from keyuan.evidence.pages.writing import Head
    from keyuan.kernel.actor import Actor

SUBJECT = "order"
LONGEST_PURPOSE = 200
TAILS = 500


@transaction.atomic
def begin(sale: UUID, *, number: str, product: str, visit: UUID | None = None, said: Mapping[str, Any]) -> None:
    """A sale begins: what the visitor was shown before becomes its first rows."""
    joined = visit is not None and Trace.objects.filter(pk=visit, sale__isnull=True).update(
        sale=sale, number=number, product=product
    )
    if not joined:
        Trace.objects.create(pk=uuid4(), sale=sale, number=number, product=product, head=GENESIS)
    append(Place(sale=sale), "began", {"order": number, "product": product, **said})


def belongs(sale: UUID, *, customer_id: int, number: str, product: str) -> None:
    """The applicant is known: they may see it, and who looks after them. In the transaction that says so."""
    Trace.objects.filter(sale=sale).update(customer=customer_id, number=number, product=product)


def fix(
    sale: UUID,
    *,
    step: str,
    number: str,
    by: Actor,
    customer_id: int | None = None,
    org_unit_id: int | None = None,
    policy_number: str = "",
) -> Head | None:
    """A step that counts, as a row; and the chain's head and length in the log. In the transaction of the step.

    A sale that has no trace (made otherwise than through the pages) has no head to fix: nothing happens.
    """
    said: dict[str, Any] = {"step": step, "by": by.kind}
    if policy_number:
        said["policy"] = policy_number
    head = append(Place(sale=sale), "step", said, only_if_there=True)
    if head is None:
        return None
    told: dict[str, Any] = {"fixed": head.rows} | ({"policy_number": policy_number} if policy_number else {})
    Trace.objects.filter(pk=head.trace).update(**told)
    record(
        events.TRACED,
        by=by,
        customer_id=customer_id,
        org_unit_id=org_unit_id,
        subject=(SUBJECT, number),
        payload={"sale": str(sale), "step": step, "rows": head.rows, "head": head.head.hex()},
    )
    return head


def fix_tails(*, before: datetime, by: Actor) -> int:
    """Tell the log of rows that came after the last step of their sale, where nothing more came since ``before``."""
    done = 0
    while True:
        with transaction.atomic():
            waiting = Trace.objects.filter(sale__isnull=False, rows__gt=F("fixed"), last_at__lt=before)
            found = list(waiting.select_for_update(skip_locked=True)[:TAILS])
            record_many([_tail(one, by=by) for one in found])
            Trace.objects.filter(pk__in=[one.pk for one in found]).update(fixed=F("rows"))
        done += len(found)
        if len(found) < TAILS:
            return done


def _tail(one: Trace, *, by: Actor) -> Line:
    payload = {"sale": str(one.sale), "step": "since", "rows": one.rows, "head": bytes(one.head).hex()}
    return Line(events.TRACED, by, one.customer_id, None, (SUBJECT, one.number), payload)


def must_be_whole(sale: UUID, *, shown: Collection[str]) -> None:
    """Raise SaleNotTraced unless the trace is there, its chain is intact, and these pages were shown.

    The law lets nobody sell online what was not recorded: a gap stops the sale before it is concluded, not after.
    """
    found = queries.rows_alone(sale)
    if found is None or found.faults or unseen(found.pages_shown(), shown):
        raise SaleNotTraced


def open_replay(sale: UUID, *, purpose: str, by: Viewer) -> Traced:
    """The trace, for staff who say why: a line of the log each time.

    Raises NotPermitted, TraceNotFound or ReplayPurposeMissing.
    """
    require(by, Permission.REPLAY_SALES)
    found = queries.trace_of(sale, viewer=by)
    if not purpose.strip():
        raise ReplayPurposeMissing(field="purpose")
    with transaction.atomic():
        record(
            events.REPLAYED,
            by=by.actor,
            customer_id=found.customer_id,
            subject=(SUBJECT, found.number),
            payload={
                "sale": str(sale),
                "purpose": purpose.strip()[:LONGEST_PURPOSE],
                "rows": len(found.rows),
                "intact": not found.faults,
            },
        )
    return found
