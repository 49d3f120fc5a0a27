"""The list of payments as a queryset, and what holds of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q, QuerySet

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.billing import rules
from keyuan.billing.models import Attempt, Notification, Refund
from keyuan.billing.queries.payments import visible
from keyuan.billing.states import AttemptState, Outcome
from keyuan.kernel.clock import COMPANY_ZONE, now

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
    return found.select_related("customer").order_by("-begun_at", "-pk")


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


def state_of(one: Attempt, *, given_back: bool) -> AttemptState:
    """What holds of an attempt now."""
    return rules.state_of(one.facts, refunded=given_back, at=now())


def not_believed(*, viewer: Viewer, most: int = 50) -> list[Notification]:
    """The latest notifications that were not believed; they may name nobody we know, so only the whole company sees them."""
    if not (viewer.may(Permission.SEE_BOOKS) and viewer.sees_whole_company):
        return []
    return list(Notification.objects.filter(outcome__in=NOT_BELIEVED).order_by("-received_at", "-id")[:most])
