"""Who takes a payment. A room above registers a function for a purpose; it is called in the transaction of the booking.

The function gets the attempt (locked, booked) and does all that follows from being paid, or raises a Refusal: then what it
wrote is undone, the payment stays and is refunded in full. Any other error undoes the booking too; we are told again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from keyuan.billing.refusals import NobodyTakesIt

if TYPE_CHECKING:
    from keyuan.billing.models import Attempt

Taker = Callable[["Attempt"], None]
_TAKERS: dict[str, Taker] = {}


def on_paid(taker: Taker, *, purpose: str = "order") -> Taker:
    """From now on ``taker`` takes the payments for ``purpose``; one a purpose, the last one registered."""
    _TAKERS[purpose] = taker
    return taker


def take(attempt: Attempt) -> None:
    """Hand the payment to whoever takes it; raises a Refusal if nobody does or it cannot be honoured."""
    taker = _TAKERS.get(attempt.purpose)
    if taker is None:
        raise NobodyTakesIt(number=attempt.number)
    taker(attempt)
