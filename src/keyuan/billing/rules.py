"""What follows from what a gateway says, and when to ask again. Pure: no tables, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from keyuan.billing.states import AttemptState, Outcome, RefundReason, TradeStatus

#: How long after the deadline the gateway is asked once more before the attempt is closed.
MARGIN: Final = timedelta(minutes=2)
ASK_AFTER: Final = tuple(timedelta(seconds=one) for one in (30, 60, 120, 240, 480, 900, 1800, 3600))
TRY_AFTER: Final = tuple(timedelta(seconds=one) for one in (10, 30, 60, 300, 900, 3600, 3 * 3600, 6 * 3600))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record of an attempt."""

    amount: Decimal
    currency: str
    expires_at: datetime
    trade_no: str = ""
    booked: bool = False
    honoured: bool = False
    refused: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a gateway says of one trade, by notification or when asked. ``number`` is ours, ``trade_no`` its own."""

    number: str
    trade_no: str
    status: TradeStatus
    amount: Decimal | None = None
    currency: str = "CNY"
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """That money came in. ``refused`` says why it cannot be honoured; None: whoever it is for may take it."""

    amount: Decimal
    paid_at: datetime
    refused: RefundReason | None = None


def judge(facts: Facts, told: Told, *, at: datetime) -> Outcome | Payment:
    """What follows from being told. Money that came in is never denied: what cannot be honoured is refunded."""
    if told.status == TradeStatus.WAIT:
        return Outcome.AGAIN if facts.booked or facts.closed else Outcome.WAITING
    if told.status == TradeStatus.CLOSED:
        if facts.booked:
            return Outcome.CLOSED_AFTER_PAID
        return Outcome.AGAIN if facts.closed else Outcome.CLOSED
    if facts.booked:
        return Outcome.AGAIN if told.trade_no == facts.trade_no else Outcome.OTHER_TRADE
    if told.amount is None or told.amount <= 0 or not told.trade_no:
        return Outcome.UNREADABLE
    if told.currency != facts.currency:
        return Outcome.OTHER_CURRENCY
    paid_at = at if told.paid_at is None else told.paid_at
    return Payment(told.amount, paid_at, _why_not(facts, told.amount, paid_at))


def _why_not(facts: Facts, amount: Decimal, paid_at: datetime) -> RefundReason | None:
    if amount != facts.amount:
        return RefundReason.WRONG_AMOUNT
    if facts.closed:
        return RefundReason.CLOSED
    return RefundReason.LATE if paid_at > facts.expires_at else None


def state_of(facts: Facts, *, refunded: bool, at: datetime) -> AttemptState:
    """What holds of an attempt now; ``refunded``: its automatic refund is done."""
    if facts.honoured:
        return AttemptState.HONOURED
    if facts.refused:
        return AttemptState.REFUNDED if refunded else AttemptState.TO_REFUND
    if facts.closed:
        return AttemptState.CLOSED
    return AttemptState.EXPIRED if at >= facts.expires_at else AttemptState.OPEN


def ask_again_at(asks: int, *, expires_at: datetime, at: datetime) -> datetime:
    """When to ask the gateway next, after ``asks`` times; in any case soon after the deadline."""
    later = at + ASK_AFTER[min(asks, len(ASK_AFTER) - 1)]
    last = expires_at + MARGIN
    return min(later, last) if at < last else later


def try_again_at(tries: int, *, at: datetime) -> datetime:
    """When to send a refund again that had no definite answer ``tries`` times."""
    return at + TRY_AFTER[min(tries, len(TRY_AFTER) - 1)]
