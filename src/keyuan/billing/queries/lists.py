"""The list of payments: filtered, sorted, exported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.billing import rules
from keyuan.billing.models import Attempt, Notification, Refund
from keyuan.billing.queries.payments import visible
from keyuan.billing.states import AttemptState, Outcome
from keyuan.kernel.clock import COMPANY_ZONE, now

PAGE = 50
MOST_EXPORTED = 100_000
ORDERS = {"number": "number", "begun": "begun_at", "paid": "paid_at", "amount": "amount", "customer": "customer__name"}
#: What a gateway said and we did not believe: for a person to look at.
NOT_BELIEVED = (
    Outcome.FORGED,
    Outcome.UNREADABLE,
    Outcome.OTHER_APP,
    Outcome.UNKNOWN,
    Outcome.OTHER_TRADE,
    Outcome.OTHER_CURRENCY,
)


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """What the list is narrowed to; empty narrows nothing."""

    state: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = ""


def payments(wanted: PaymentFilter, *, viewer: Viewer) -> QuerySet[Attempt]:
    """The attempts that fit, the newest first, with whether their automatic refund is done (``given_back``)."""
    if not viewer.may(Permission.SEE_BOOKS):
        return Attempt.objects.none()
    done = Refund.objects.filter(attempt=OuterRef("pk"), automatic=True, done_at__isnull=False)
    found = visible(viewer).annotate(given_back=Exists(done))
    if wanted.state in AttemptState.values:
        found = found.filter(_state(AttemptState(wanted.state)))
    if wanted.since is not None:
        found = found.filter(begun_at__gte=datetime.combine(wanted.since, time(), COMPANY_ZONE))
    if wanted.until is not None:
        found = found.filter(begun_at__lt=datetime.combine(wanted.until, time(), COMPANY_ZONE))
    if wanted.text:
        named = Q(number=wanted.text.upper()) | Q(order_ref=wanted.text) | Q(trade_no=wanted.text)
        found = found.filter(named | Q(customer__name__startswith=wanted.text))
    return found.select_related("customer").order_by(*_order(wanted.sort))


def _state(state: AttemptState) -> Q:
    waits = Q(booked_at__isnull=True, closed_at__isnull=True)
    return {
        AttemptState.OPEN: waits & Q(expires_at__gt=now()),
        AttemptState.EXPIRED: waits & Q(expires_at__lte=now()),
        AttemptState.CLOSED: Q(booked_at__isnull=True, closed_at__isnull=False),
        AttemptState.HONOURED: Q(honoured_at__isnull=False),
        AttemptState.TO_REFUND: Q(refused_at__isnull=False, given_back=False),
        AttemptState.REFUNDED: Q(refused_at__isnull=False, given_back=True),
    }[state]


def _order(sort: str) -> list[Any]:
    column = ORDERS.get(sort.removeprefix("-"))
    newest = [F("begun_at").desc(), F("pk").desc()]
    if column is None:
        return newest
    return [F(column).desc(nulls_last=True) if sort.startswith("-") else F(column).asc(nulls_last=True), *newest]


def state_of(one: Attempt, *, given_back: bool) -> AttemptState:
    """What holds of an attempt now."""
    return rules.state_of(one.facts, refunded=given_back, at=now())


def not_believed(*, viewer: Viewer, most: int = 50) -> list[Notification]:
    """The latest notifications that were not believed; they may name nobody we know, so only the whole company sees them."""
    if not (viewer.may(Permission.SEE_BOOKS) and viewer.sees_whole_company):
        return []
    return list(Notification.objects.filter(outcome__in=NOT_BELIEVED).order_by("-received_at", "-id")[:most])


def exported(wanted: PaymentFilter, *, viewer: Viewer) -> Iterator[tuple[Any, ...]]:
    """The rows of an export."""
    for one in payments(wanted, viewer=viewer)[:MOST_EXPORTED].iterator(chunk_size=2000):
        yield (
            one.number, one.customer.name, one.title, one.order_ref, float(one.amount), one.currency,
            str(state_of(one, given_back=one.given_back).label),  # type: ignore[attr-defined]
            one.begun_at.astimezone(COMPANY_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
            "" if one.paid_at is None else one.paid_at.astimezone(COMPANY_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
            one.trade_no,
        )  # fmt: skip
