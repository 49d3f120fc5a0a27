"""Reconciling a day: fetch the gateway's file, compare it with attempts, refunds and books, list what differs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.billing import chart, events, gateways, ledger
from keyuan.billing.gateways.bills import Moved, moved
from keyuan.billing.models import Attempt, Difference, Posting, Refund, Statement
from keyuan.billing.queries.reconciliation import the_difference
from keyuan.billing.reconciliation_rules import Found, Ours, compare, number_of
from keyuan.billing.refusals import BillUnreadable, GatewaySilent, NoBillYet, ReasonMissing
from keyuan.billing.states import DifferenceKind, Side
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.kernel.money import Money


def reconcile(gateway: str, day: date, *, by: Actor) -> Statement:
    """Fetch and compare; again gives the same list, keeps what was explained, and marks what is gone.

    Never inside a transaction. Raises GatewaySilent, NoBillYet, BillUnreadable; then nothing has changed.
    """
    try:
        content = gateways.the(gateway).bill(day)
        lines = moved(content)
    except gateways.NoBill:
        raise NoBillYet(day=day) from None
    except gateways.Unreadable as error:
        raise BillUnreadable(day=day, why=str(error)) from None
    except gateways.GatewayError:
        raise GatewaySilent from None
    return _compared(gateway, day, content, lines, by=by)


@transaction.atomic
def _compared(gateway: str, day: date, content: bytes, lines: list[Moved], *, by: Actor) -> Statement:
    known, expected = _ours(gateway, day, lines)
    found = [*compare(lines, known=known, expected=expected), *_books(gateway, day, known, expected)]
    statement = _keep(gateway, day, content, lines)
    _list(gateway, day, found)
    _book_fees(statement, by=by)
    payload = {
        "gateway": gateway,
        "payments": statement.payments,
        "refunds": statement.refunds,
        "paid": str(statement.paid),
        "refunded": str(statement.refunded),
        "differences": len(found),
    }
    record(events.RECONCILED, by=by, subject=("statement", day.isoformat()), payload=payload)
    return statement


def _bounds(day: date) -> tuple[datetime, datetime]:
    begins = datetime.combine(day, time(), COMPANY_ZONE)
    return begins, begins + timedelta(days=1)


Known = dict[tuple[Side, str], Ours]


def _ours(gateway: str, day: date, lines: list[Moved]) -> tuple[Known, list[tuple[Side, str]]]:
    """Everything of ours that the file names or should name, and what it should name."""
    begins, ends = _bounds(day)
    named = {side: [number_of(line) for line in lines if line.side == side] for side in Side}
    paid = Attempt.objects.filter(gateway=gateway, booked_at__isnull=False)
    on_day = Q(paid_at__gte=begins, paid_at__lt=ends)
    known: Known = {}
    expected: list[tuple[Side, str]] = []
    for one in paid.filter(on_day | Q(number__in=named[Side.IN])):
        known[Side.IN, one.number] = Ours(
            one.number, one.paid_amount or Decimal(0), one.trade_no, one.pk, one.customer_id
        )
        if one.paid_at is not None and begins <= one.paid_at < ends:
            expected.append((Side.IN, one.number))
    back = Refund.objects.filter(attempt__gateway=gateway, done_at__isnull=False).select_related("attempt")
    on_day = Q(done_at__gte=begins, done_at__lt=ends)
    # We may hear of a refund on the day after it was made: the file of the day before has it then.
    earlier = _refunds_in_file(gateway, day - timedelta(days=1))
    for refund in back.filter(on_day | Q(number__in=named[Side.OUT])):
        known[Side.OUT, refund.number] = Ours(
            refund.number, refund.amount, refund.attempt.trade_no, refund.attempt_id, refund.customer_id
        )
        on_the_day = refund.done_at is not None and begins <= refund.done_at < ends
        if on_the_day and refund.number not in earlier:
            expected.append((Side.OUT, refund.number))
    return known, expected


def _refunds_in_file(gateway: str, day: date) -> set[str]:
    before = Statement.objects.filter(gateway=gateway, day=day).first()
    if before is None:
        return set()
    return {line.request for line in moved(bytes(before.content)) if line.side == Side.OUT}


def _books(gateway: str, day: date, known: Known, expected: Iterable[tuple[Side, str]]) -> list[Found]:
    """What the books say came in that day against the attempts paid that day."""
    ours = sum((known[key].amount for key in expected if key[0] == Side.IN), Decimal(0))
    receipts = Posting.objects.filter(account=chart.CLEARING, on=day, entry__key__startswith="received:")
    booked = receipts.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    if ours == booked:
        return []
    return [Found(DifferenceKind.LEDGER, Side.IN, f"{gateway}:{day}", "", ours, booked)]


def _keep(gateway: str, day: date, content: bytes, lines: list[Moved]) -> Statement:
    paid = [line.amount for line in lines if line.side == Side.IN]
    back = [line.amount for line in lines if line.side == Side.OUT]
    statement, _made = Statement.objects.update_or_create(
        gateway=gateway,
        day=day,
        defaults={
            "content": content,
            "sha256": hashlib.sha256(content).digest(),
            "payments": len(paid),
            "refunds": len(back),
            "paid": sum(paid, Decimal(0)),
            "refunded": sum(back, Decimal(0)),
            "fees": sum((line.fee for line in lines), Decimal(0)),
            "compared_at": now(),
        },
    )
    return statement


def _list(gateway: str, day: date, found: list[Found]) -> None:
    at = now()
    before = {
        (one.kind, one.side, one.number, one.trade_no): one
        for one in Difference.objects.select_for_update().filter(gateway=gateway, day=day)
    }
    for one in found:
        known = before.pop((one.kind, one.side, one.number, one.trade_no), None)
        if known is None:
            known = Difference(gateway=gateway, day=day, kind=one.kind, side=one.side, found_at=at)
            known.number, known.trade_no = one.number[:64], one.trade_no[:64]
        known.ours, known.theirs, known.gone_at = one.ours, one.theirs, None
        known.attempt_id, known.customer_id = one.attempt_id, one.customer_id
        known.save()
    gone = [known.pk for known in before.values() if known.gone_at is None]
    Difference.objects.filter(pk__in=gone).update(gone_at=at)


def _book_fees(statement: Statement, *, by: Actor) -> None:
    """What the gateway kept, by its file; a file that says otherwise later books the rest."""
    prefix = f"fees:{statement.gateway}:{statement.day}"
    booked = Posting.objects.filter(account=chart.FEES, entry__key__startswith=f"{prefix}:")
    owed = statement.fees - (booked.aggregate(total=Sum("amount"))["total"] or Decimal(0))
    if owed:
        amount = Money(owed)
        ledger.post(
            [ledger.debit(chart.FEES, amount), ledger.credit(chart.CLEARING, amount)],
            key=f"{prefix}:{statement.sha256.hex()[:16]}:{statement.fees}",
            on=statement.day,
            subject=("statement", statement.day.isoformat()),
            by=by,
        )


@transaction.atomic
def explain(difference_id: int, *, why: str, by: Viewer) -> Difference:
    """Say where a difference comes from; a second time replaces the first, both are in the log.

    Raises NotPermitted, DifferenceNotFound, ReasonMissing.
    """
    require(by, Permission.RECONCILE)
    the_difference(difference_id, viewer=by)
    one = Difference.objects.select_for_update().get(pk=difference_id)
    if not why.strip():
        raise ReasonMissing(field="why")
    one.why, one.explained_by, one.explained_at = why.strip()[:300], by.actor.name, now()
    one.save(update_fields=["why", "explained_by", "explained_at"])
    payload = {"day": one.day.isoformat(), "kind": one.kind, "number": one.number, "why": one.why}
    subject = ("difference", one.pk)
    record(events.EXPLAINED, by=by.actor, customer_id=one.customer_id, subject=subject, payload=payload)
    return one
